// The page of the tests: a phone that collects what the user does, and a gallery.

import { Gallery } from '/gallery/gallery.js';
import { Phone } from '/phone/phone.js';

const root = document.getElementById('root');
window.harness = {
  events: [],
  /** @param {any} view @param {any} look @param {any} options */
  phone(view, look = {}, options = {}) {
    root.replaceChildren();
    this.events = [];
    this.instance = new Phone(root, {
      onEvent: (event) => this.events.push(event),
      onOpen: () => this.events.push({ type: 'open' }),
      onLink: (url) => this.events.push({ type: 'link', url }),
    }, look, options);
    this.instance.setMessage({ body: 'Hello! Book a visit with us.', button: 'Book now' });
    this.instance.show(view);
  },
  show(view, options) {
    this.instance.show(view, options);
  },
  gallery(data, look) {
    root.replaceChildren();
    this.instance = new Gallery(root, look);
    this.instance.show(data);
  },
};
document.documentElement.setAttribute('data-ready', '');
/** Several phones side by side, each in its look; `open` is the selector of what is then clicked in each. */
window.harness.board = function board(view, looks, options, open) {
  root.replaceChildren();
  root.className = 'board';
  for (const look of looks) {
    const cell = document.createElement('div');
    cell.className = `cell ${look.theme}`;
    root.append(cell);
    const phone = new Phone(cell, { onEvent() {}, onOpen() {}, onLink() {} }, look, options);
    phone.setMessage({ body: 'Hello! Book a visit with us.', button: 'Book now' });
    phone.show(view, { readOnly: Boolean(options.readOnly) });
    if (open) cell.querySelector(open)?.click();
  }
  document.activeElement?.blur();
};
