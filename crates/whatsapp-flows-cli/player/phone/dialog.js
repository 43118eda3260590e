// The two buttons of a dialog.

import { h } from './dom.js';
import { words } from './words.js';

/**
 * @param {() => void} cancel
 * @param {() => void} accept
 */
export function dialogButtons(cancel, accept) {
  return h('div', { class: 'dialog-buttons' },
    h('button', { type: 'button', class: 'text-button', text: words.cancel, onclick: cancel }),
    h('button', { type: 'button', class: 'text-button', text: words.ok, onclick: accept }));
}
