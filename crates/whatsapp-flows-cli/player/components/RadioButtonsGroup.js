// RadioButtonsGroup: one of several options. A second tap removes the choice where it is optional.

import { rowGroup } from './group.js';

/** @type {import('../types.js').Draw} */
export function radioButtonsGroup(component, context) {
  return rowGroup('radio', component, context);
}
