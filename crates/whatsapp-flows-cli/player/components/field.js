// What text fields, lists and dates have in common: a label, a box, a helper text and an error.

import { h, setAttribute, setOptionalText, setText, uniqueId } from '../phone/dom.js';
import { words } from '../phone/words.js';

/**
 * The frame of a field around a control. Android and the web draw the label into the box, iOS beside it.
 * @param {HTMLElement} control  an input, or a button that opens something
 * @param {string} name  of its class
 */
export function fieldFrame(control, name) {
  const ids = { label: uniqueId(), helper: uniqueId(), error: uniqueId() };
  const label = h('bdi');
  const optional = h('span', { class: 'optional', text: ` ${words.optional}` });
  const labelled = h('label', { class: 'field-label', id: ids.label }, label, optional);
  control.id ||= uniqueId();
  labelled.htmlFor = control.id;
  setAttribute(control, 'aria-labelledby', ids.label);
  const box = h('div', { class: 'field-box' }, control);
  const error = h('p', { class: 'error', id: ids.error, dir: 'auto' });
  const helper = h('p', { class: 'helper', id: ids.helper, dir: 'auto' });
  const card = h('div', { class: 'card' }, labelled, box, error);
  const element = h('div', { class: `field ${name}` }, card, helper);
  return {
    element,
    box,
    card,
    helper,
    /**
     * @param {{ label: string, required: boolean, enabled: boolean, error: string | null, helper: string, filled: boolean }} now
     */
    update(now) {
      setText(label, now.label);
      optional.hidden = now.required;
      setOptionalText(error, now.error);
      setOptionalText(helper, now.helper);
      setAttribute(element, 'data-filled', now.filled);
      setAttribute(element, 'data-error', Boolean(now.error));
      setAttribute(element, 'data-disabled', !now.enabled);
      setAttribute(control, 'aria-required', now.required ? 'true' : null);
      setAttribute(control, 'aria-invalid', now.error ? 'true' : null);
      setAttribute(control, 'aria-disabled', now.enabled ? null : 'true');
      const describedBy = [now.error && ids.error, now.helper && ids.helper].filter(Boolean).join(' ');
      setAttribute(control, 'aria-describedby', describedBy || null);
    },
  };
}

/**
 * The cross that empties a field.
 * @param {() => void} clear
 */
export function clearButton(clear) {
  const button = h('button', { type: 'button', class: 'clear', 'aria-label': words.clear, onclick: clear });
  // The field keeps the focus.
  button.addEventListener('mousedown', (event) => event.preventDefault());
  return button;
}
