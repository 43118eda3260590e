// ChipsSelector: any of several options, as pills.

import { h, keyedChildren, setAttribute, setText } from '../phone/dom.js';
import { numberOf } from '../phone/values.js';
import { selectionHint } from '../phone/words.js';
import { groupFrame } from './group.js';

/** @type {import('../types.js').Draw} */
export function chipsSelector({ id }, context) {
  const chips = h('div', { class: 'chips' });
  const frame = groupFrame('group', 'chips-selector', chips);
  const chip = () => {
    const title = h('bdi');
    const element = h('button', { type: 'button', role: 'checkbox', class: 'chip' }, title);
    let option = '';
    element.addEventListener('click', () => {
      if (element.getAttribute('aria-disabled') !== 'true') context.send({ type: 'choose', component: id, option });
    });
    return {
      element,
      /** @param {import('../types.js').Option & { disabled: boolean }} now */
      update(now) {
        option = now.id;
        setText(title, now.title);
        setAttribute(element, 'aria-checked', now.selected ? 'true' : 'false');
        setAttribute(element, 'aria-disabled', now.enabled && !now.disabled ? null : 'true');
      },
    };
  };
  const update = keyedChildren(chips, (option) => option.id, chip);
  return {
    element: frame.element,
    update(component) {
      const { properties, options } = component;
      const [min, max] = ['min-selected-items', 'max-selected-items'].map((name) => numberOf(properties[name]));
      frame.update(component, selectionHint(min ?? null, max ?? null, options.length));
      const drawn = update(options.map((option) => ({ ...option, disabled: !component.enabled })));
      drawn.forEach(({ element }) => setAttribute(element, 'aria-invalid', component.error ? 'true' : null));
    },
  };
}
