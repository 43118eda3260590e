// The gallery as a file of its own: its data is in the page.

import { h } from '../phone/dom.js';
import { lookControls } from '../phone/look.js';
import { Gallery } from './gallery.js';

const root = /** @type {HTMLElement} */ (document.getElementById('gallery'));
const data = document.getElementById('gallery-data')?.textContent ?? '';
/** @type {import('../types.js').Look} */
const look = { platform: 'android', theme: 'light', direction: 'ltr', width: 'phone', text: 'normal' };
const heading = h('header', { class: 'gallery-header' }, h('h1', { text: document.title }));
root.append(heading);
const gallery = new Gallery(root, look);
const setTheme = () => document.documentElement.setAttribute('data-theme', look.theme);
heading.append(lookControls(look, (change) => {
  Object.assign(look, change);
  gallery.setLook(change);
  setTheme();
}));
setTheme();
gallery.show(JSON.parse(data));
