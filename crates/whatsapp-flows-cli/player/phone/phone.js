// The phone: draws one client's view, and reports what the user does. It knows nothing of where views come from.

import { chat } from './chat.js';
import { h, setAttribute } from './dom.js';
import { sheet } from './sheet.js';

/** @type {import('../types.js').Look} */
const LOOK = { platform: 'android', theme: 'light', direction: 'ltr', width: 'phone', text: 'normal' };

/** Draws one client's view and reports what the user does. */
export class Phone {
  /**
   * @param {HTMLElement} root
   * @param {import('../types.js').Handlers} handlers
   * @param {Partial<import('../types.js').Look>} [look]
   * @param {{ flat?: boolean }} [options]  flat: only the screen, as high as its content
   */
  constructor(root, handlers, look = {}, { flat = false } = {}) {
    /** @type {import('../types.js').Look} */
    this.look = { ...LOOK, ...look };
    this.handlers = handlers;
    /** @type {import('../types.js').View | null} */
    this.view = null;
    this.readOnly = false;
    this.chat = chat(() => this.readOnly || handlers.onOpen());
    this.sheet = sheet({
      send: (event) => {
        if (!this.readOnly) handlers.onEvent(event);
      },
      link: (url) => {
        if (!this.readOnly) handlers.onLink(url);
      },
      inert: () => this.readOnly || this.view?.frame.state !== 'ready',
      look: () => this.look,
    });
    this.element = h('div', { class: 'phone', 'data-flat': flat }, flat ? null : this.chat.element, this.sheet.element);
    this.flat = flat;
    root.append(this.element);
    this.setLook(this.look);
    this.show(null);
  }

  /**
   * Shows a view; without one, the chat with the business's message. The same screen keeps focus, caret, scroll
   * position and what is open.
   * @param {import('../types.js').View | null} view
   * @param {{ readOnly?: boolean }} [options]  readOnly: a moment of the past
   */
  show(view, { readOnly = false } = {}) {
    const wasOpen = isOpen(this.view);
    this.view = view;
    this.readOnly = readOnly;
    const params = view?.frame.state === 'closed' ? view.frame.params : null;
    this.chat.setCompleted(params);
    const open = isOpen(view);
    setAttribute(this.element, 'data-open', open);
    this.chat.element.inert = open;
    this.sheet.element.inert = !open;
    if (open && view) {
      this.sheet.update(view, readOnly);
      if (!wasOpen && this.element.contains(document.activeElement)) this.focus();
      return;
    }
    const hadFocus = this.sheet.element.contains(document.activeElement);
    this.sheet.reset();
    if (wasOpen && hadFocus) this.chat.button.focus({ preventScroll: true });
  }

  /** @param {import('../types.js').Message} message */
  setMessage(message) {
    this.chat.setMessage(message);
  }

  /** @param {Partial<import('../types.js').Look>} look */
  setLook(look) {
    Object.assign(this.look, look);
    const { platform, theme, direction, width, text } = this.look;
    setAttribute(this.element, 'data-platform', platform);
    setAttribute(this.element, 'data-theme', theme);
    setAttribute(this.element, 'dir', direction);
    setAttribute(this.element, 'data-width', width);
    setAttribute(this.element, 'data-text', text);
    this.sheet.overlays.closeAll();
    if (isOpen(this.view) && this.view) this.sheet.update(this.view, this.readOnly);
  }

  /** Moves the focus to the title of the screen, or to the message's button. */
  focus() {
    const target = isOpen(this.view) ? this.sheet.title : this.chat.button;
    target.focus({ preventScroll: true });
  }

  /**
   * The element of a component, to mark it; null if it is not on the screen.
   * @param {number} component
   * @returns {HTMLElement | null}
   */
  slot(component) {
    return this.element.querySelector(`[data-component="${component}"]`);
  }
}

/** @param {import('../types.js').View | null} view */
function isOpen(view) {
  return view !== null && view.frame.state !== 'closed';
}
