// TextArea: several lines of text, and a counter.

import { h, setAttribute, setText } from '../phone/dom.js';
import { numberOf, textOf } from '../phone/values.js';
import { fieldFrame } from './field.js';
import { typedText } from './typed.js';

/** The default of `max-length`. */
const MAX_LENGTH = 600;

/** @type {import('../types.js').Draw} */
export function textArea(component, context) {
  let max = MAX_LENGTH;
  const input = h('textarea', { rows: '1', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', dir: 'auto' });
  const frame = fieldFrame(input, 'text-area');
  // The client counts as JavaScript does, and keeps no half of a character.
  const text = typedText(input, component.id, context, (typed) => {
    const cut = typed.slice(0, max);
    return cut.length < typed.length && /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
  });
  const counter = h('span', { class: 'counter', 'aria-hidden': 'true' });
  frame.element.append(counter);
  const grow = () => {
    input.style.height = '';
    if (input.value) input.style.height = `${input.scrollHeight}px`;
  };
  let grown = '';
  return {
    element: frame.element,
    always: true,
    update(now) {
      const { properties } = now;
      max = numberOf(properties['max-length']) ?? MAX_LENGTH;
      text.update(now);
      setAttribute(frame.element, 'data-variant', properties['label-variant'] === 'large' ? 'large' : null);
      frame.update({
        label: textOf(properties.label),
        required: now.required,
        enabled: now.enabled,
        error: now.error,
        helper: textOf(properties['helper-text']),
        filled: input.value !== '',
      });
      const used = input.value.length;
      const isIos = context.look().platform === 'ios';
      setText(counter, isIos ? String(max - used) : `${used} / ${max}`);
      setAttribute(counter, 'data-full', isIos && used >= max);
      // Measuring makes the browser lay out the page, so only a text that changed is measured.
      if (input.value !== grown) {
        grown = input.value;
        grow();
      }
    },
  };
}
