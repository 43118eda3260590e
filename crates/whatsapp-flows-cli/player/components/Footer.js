// Footer: the button at the bottom, under its captions.

import { h, setAttribute, setOptionalText, setText } from '../phone/dom.js';
import { textOf } from '../phone/values.js';

/** @type {import('../types.js').Draw} */
export function footer({ id }, context) {
  const [left, center, right] = ['left', 'center', 'right'].map((side) => h('span', { class: `caption-${side}`, dir: 'auto' }));
  const captions = h('div', { class: 'captions' }, left ?? null, center ?? null, right ?? null);
  const label = h('bdi');
  const button = h('button', { type: 'button', class: 'primary' }, label);
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') context.send({ type: 'tap', component: id });
  });
  return {
    element: h('div', { class: 'footer' }, captions, button),
    update({ properties, enabled }) {
      setText(label, textOf(properties.label));
      setAttribute(button, 'aria-disabled', enabled ? null : 'true');
      const both = textOf(properties['left-caption']) && textOf(properties['right-caption']);
      const shown = { left: both && textOf(properties['left-caption']), right: both && textOf(properties['right-caption']) };
      const middle = both ? '' : textOf(properties['center-caption']);
      if (left && center && right) {
        setOptionalText(left, shown.left);
        setOptionalText(center, middle);
        setOptionalText(right, shown.right);
      }
      captions.hidden = !both && !middle;
      setAttribute(captions, 'data-dimmed', properties.enabled === false);
    },
  };
}
