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
