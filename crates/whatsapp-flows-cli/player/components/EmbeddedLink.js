// EmbeddedLink: a link of the screen. It does not depend on the fields.

import { h, setAttribute, setText } from '../phone/dom.js';
import { icon } from '../phone/icons.js';
import { textOf } from '../phone/values.js';

/** @type {import('../types.js').Draw} */
export function embeddedLink({ id }, context) {
  const label = h('bdi');
  const external = icon('external');
  const button = h('button', { type: 'button', class: 'link-button', role: 'link' }, label);
  button.append(external);
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') context.send({ type: 'tap', component: id });
  });
  return {
    element: h('div', { class: 'embedded-link' }, button),
    update(component) {
      setText(label, textOf(component.properties.text));
      setAttribute(button, 'aria-disabled', component.tappable ? null : 'true');
      external.toggleAttribute('hidden', !component.opens_url);
    },
  };
}
