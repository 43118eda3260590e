// TextHeading: plain text.

import { h, setText } from '../phone/dom.js';
import { textOf } from '../phone/values.js';

/** @type {import('../types.js').Draw} */
export function textHeading() {
  const element = h('h2', { class: 'text heading', dir: 'auto' });
  return {
    element,
    update: (component) => setText(element, textOf(component.properties.text)),
  };
}
