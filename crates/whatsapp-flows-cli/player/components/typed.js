// A text box whose text is the client's, while the user types faster than the client answers.

import { setAttribute } from '../phone/dom.js';

/** After this time the client's text replaces one that it does not confirm, in milliseconds. */
const PATIENCE = 3000;

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} box
 * @param {number} id
 * @param {import('../types.js').Context} context
 * @param {(text: string) => string} accept  the text that the field takes
 */
export function typedText(box, id, context, accept) {
  /** The texts that were sent and have not come back yet, in order. @type {string[]} */
  let sent = [];
  let shown = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const set = (/** @type {string} */ text) => {
    if (box.value === text) return;
    const caret = box.selectionStart ?? text.length;
    box.value = text;
    if (document.activeElement === box) box.setSelectionRange(caret, caret);
  };
  const send = () => {
    const text = accept(box.value);
    set(text);
    sent.push(text);
    clearTimeout(timer);
    timer = setTimeout(() => {
      sent = [];
      set(shown);
    }, PATIENCE);
    context.send({ type: 'type', component: id, text });
  };
  box.addEventListener('beforeinput', (event) => {
    if (context.inert() || box.getAttribute('aria-disabled') === 'true') event.preventDefault();
  });
  const mark = (/** @type {boolean} */ isFocused) => box.closest('.field')?.toggleAttribute('data-focused', isFocused);
  box.addEventListener('input', send);
  box.addEventListener('focus', () => {
    mark(true);
    if (box.getAttribute('aria-disabled') !== 'true') context.send({ type: 'focus', component: id });
  });
  box.addEventListener('blur', () => {
    mark(false);
    if (box.isConnected && box.getAttribute('aria-disabled') !== 'true') context.send({ type: 'blur' });
  });
  return {
    clear() {
      box.value = '';
      send();
      box.focus();
    },
    /** @param {import('../types.js').Component} component */
    update(component) {
      // A moment of the past has the cursor of then.
      mark(document.activeElement === box || (component.focused && context.inert()));
      const text = typeof component.value === 'string' ? component.value : '';
      setAttribute(box, 'readonly', context.inert() || !component.enabled);
      setAttribute(box, 'tabindex', component.properties.enabled === false ? '-1' : null);
      const at = sent.indexOf(text);
      if (at >= 0) sent.splice(0, at + 1);
      // A view of before the last key: the next ones have its text.
      else if (sent.length > 0 && text === shown) return;
      else sent = [];
      shown = text;
      if (sent.length > 0) return;
      clearTimeout(timer);
      set(text);
    },
  };
}
