// CheckboxGroup: any of several options.

import { rowGroup } from './group.js';

/** @type {import('../types.js').Draw} */
export function checkboxGroup(component, context) {
  return rowGroup('checkbox', component, context);
}
