// A field that shows a day and opens something that sets it.

import { h, setAttribute, setText } from '../phone/dom.js';
import { dayOf, format } from '../phone/dates.js';
import { icon } from '../phone/icons.js';
import { words } from '../phone/words.js';
import { clearButton, fieldFrame } from './field.js';

/**
 * @param {{ open: () => void, clear: () => void }} does
 * @param {import('../types.js').Context} context
 */
export function dateField(does, context) {
  const value = h('span', { class: 'value', dir: 'auto' });
  const button = h('button', {
    type: 'button', role: 'combobox', class: 'opener', 'aria-haspopup': 'dialog', 'aria-expanded': 'false',
  }, value);
  const frame = fieldFrame(button, 'date-field');
  const clear = clearButton(() => {
    if (button.getAttribute('aria-disabled') !== 'true') does.clear();
  });
  clear.append(icon('clear'));
  frame.box.append(clear, icon('error'), icon('calendar'));
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true' && !context.inert()) does.open();
  });
  return {
    ...frame,
    button,
    /**
     * @param {{ label: string, value: unknown, required: boolean, enabled: boolean, error: string | null, helper: string }} now
     */
    update(now) {
      const day = dayOf(now.value);
      frame.update({ ...now, filled: Boolean(day) });
      const isIos = context.look().platform === 'ios';
      setText(value, day ? format(day) : isIos && !now.required ? words.optionalValue : '');
      setAttribute(frame.element, 'data-clearable', Boolean(day) && now.enabled);
    },
  };
}
