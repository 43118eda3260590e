// A group of options: its head, its rows, and its error.

import { arrowKeys, h, keyedChildren, setAttribute, setOptionalText, setText, uniqueId } from '../phone/dom.js';
import { numberOf, textOf } from '../phone/values.js';
import { selectionHint, words } from '../phone/words.js';
import { optionRow } from './rows.js';

/**
 * The head of a group.
 * @param {'group' | 'radiogroup'} role
 * @param {string} name  of its class
 * @param {HTMLElement} body
 */
export function groupFrame(role, name, body) {
  const ids = { label: uniqueId(), description: uniqueId(), hint: uniqueId(), error: uniqueId() };
  const label = h('bdi');
  const optional = h('span', { class: 'optional', text: ` ${words.optional}` });
  const head = h('p', { class: 'group-label', id: ids.label }, label, optional);
  const description = h('p', { class: 'helper', id: ids.description, dir: 'auto' });
  const hint = h('p', { class: 'helper', id: ids.hint, dir: 'auto' });
  const error = h('p', { class: 'error', id: ids.error, dir: 'auto' });
  const element = h('div', { class: `field group ${name}`, role, 'aria-labelledby': ids.label }, head, description, hint, error, body);
  return {
    element,
    /**
     * @param {import('../types.js').Component} component
     * @param {string} hintText
     */
    update(component, hintText) {
      const { properties } = component;
      setText(label, textOf(properties.label));
      head.hidden = !textOf(properties.label);
      optional.hidden = component.required;
      setOptionalText(description, textOf(properties.description));
      setOptionalText(hint, hintText);
      setOptionalText(error, component.error);
      setAttribute(element, 'data-disabled', !component.enabled);
      setAttribute(element, 'data-error', Boolean(component.error));
      const shown = [
        component.error && ids.error,
        textOf(properties.description) && ids.description,
        hintText && ids.hint,
      ];
      setAttribute(element, 'aria-describedby', shown.filter(Boolean).join(' ') || null);
      if (role === 'radiogroup') {
        setAttribute(element, 'aria-required', component.required ? 'true' : null);
        setAttribute(element, 'aria-invalid', component.error ? 'true' : null);
      }
    },
  };
}

/**
 * A group of rows: a RadioButtonsGroup or a CheckboxGroup.
 * @param {'radio' | 'checkbox'} role
 * @param {import('../types.js').Component} component
 * @param {import('../types.js').Context} context
 * @returns {import('../types.js').Drawn}
 */
export function rowGroup(role, { id }, context) {
  const rows = h('div', { class: 'rows' });
  const isRadio = role === 'radio';
  const frame = groupFrame(isRadio ? 'radiogroup' : 'group', `${role}-group`, rows);
  const choose = (/** @type {string} */ option) => context.send({ type: 'choose', component: id, option });
  const update = keyedChildren(rows, (option) => option.id, () => optionRow(role, context, choose));
  if (isRadio) arrowKeys(rows, '[role=radio]:not([aria-disabled])');
  return {
    element: frame.element,
    update(component) {
      const { properties, options } = component;
      const [min, max] = ['min-selected-items', 'max-selected-items'].map((name) => numberOf(properties[name]));
      frame.update(component, isRadio ? '' : selectionHint(min ?? null, max ?? null, options.length));
      setAttribute(rows, 'data-media', properties['media-size'] === 'large' ? 'large' : null);
      const drawn = update(options.map((option) => ({ ...option, disabled: !component.enabled })));
      if (!isRadio) {
        drawn.forEach(({ element }) => setAttribute(element, 'aria-invalid', component.error ? 'true' : null));
        return;
      }
      // Tab leads to the selected row, or to the first one that can be selected; arrow keys lead to the others.
      const selected = options.findIndex((option) => option.selected && option.enabled);
      const first = options.findIndex((option) => option.enabled);
      const focused = drawn.findIndex(({ element }) => element === document.activeElement);
      const inTabOrder = selected >= 0 ? selected : focused >= 0 ? focused : first;
      drawn.forEach(({ element }, at) => setAttribute(element, 'tabindex', at === inTabOrder ? '0' : '-1'));
    },
  };
}
