// TextInput: a line of text.

import { h, setAttribute } from '../phone/dom.js';
import { icon } from '../phone/icons.js';
import { textOf } from '../phone/values.js';
import { words } from '../phone/words.js';
import { clearButton, fieldFrame } from './field.js';
import { typedText } from './typed.js';

/** The keyboards by `input-type`. @type {Record<string, string>} */
const KEYBOARDS = { number: 'decimal', email: 'email', phone: 'tel', passcode: 'numeric' };
const HIDDEN = ['password', 'passcode'];
const PICTOGRAPHS = /[\u{1F000}-\u{1FAFF}\u{2600}-\u{27BF}\u{FE0F}\u{200D}]/gu;

/** @type {import('../types.js').Draw} */
export function textInput(component, context) {
  const type = textOf(component.properties['input-type']) || 'text';
  const isHidden = HIDDEN.includes(type);
  const input = h('input', {
    type: isHidden ? 'password' : 'text', inputmode: KEYBOARDS[type] ?? null, autocomplete: 'off',
    spellcheck: 'false', autocapitalize: 'off', dir: 'auto',
  });
  const frame = fieldFrame(input, 'text-input');
  const text = typedText(input, component.id, context, (typed) => (isHidden ? typed.replace(PICTOGRAPHS, '') : typed));
  const clear = clearButton(() => text.clear());
  clear.tabIndex = -1;
  clear.append(icon('clear'));
  frame.box.append(clear, icon('error'));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) input.blur();
  });
  return {
    element: frame.element,
    always: true,
    update(now) {
      const { properties } = now;
      text.update(now);
      const isLarge = properties['label-variant'] === 'large';
      setAttribute(frame.element, 'data-variant', isLarge ? 'large' : null);
      frame.update({
        label: textOf(properties.label),
        required: now.required,
        enabled: now.enabled,
        error: now.error,
        helper: textOf(properties['helper-text']),
        filled: input.value !== '',
      });
      const isPlaceholder = !now.required && (isLarge || context.look().platform === 'ios');
      setAttribute(input, 'placeholder', isPlaceholder ? words.optionalValue : null);
    },
  };
}
