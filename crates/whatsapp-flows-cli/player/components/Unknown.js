// A type that Flow JSON does not have: it is named in its place.

import { h, setText } from '../phone/dom.js';
import { unknownComponent } from '../phone/words.js';

/** @type {import('../types.js').Draw} */
export function unknown() {
  const element = h('p', { class: 'unknown', dir: 'auto' });
  return {
    element,
    update: (component) => setText(element, unknownComponent(component.type_name)),
  };
}
