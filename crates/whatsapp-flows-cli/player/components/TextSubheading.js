// TextSubheading: plain text.

import { h, setText } from '../phone/dom.js';
import { textOf } from '../phone/values.js';

/** @type {import('../types.js').Draw} */
export function textSubheading() {
  const element = h('h3', { class: 'text subheading', dir: 'auto' });
  return {
    element,
    update: (component) => setText(element, textOf(component.properties.text)),
  };
}
