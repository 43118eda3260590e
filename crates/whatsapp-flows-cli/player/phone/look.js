// The controls of the look: platform, theme, direction, width, size of text.

import { h } from './dom.js';

/** @type {[keyof import('../types.js').Look, string, [string, string][]][]} */
const CHOICES = [
  ['platform', 'Platform', [['android', 'Android'], ['ios', 'iOS'], ['web', 'Web']]],
  ['theme', 'Theme', [['light', 'Light'], ['dark', 'Dark']]],
  ['direction', 'Direction', [['ltr', 'Left to right'], ['rtl', 'Right to left']]],
  ['width', 'Width', [['phone', 'Phone'], ['narrow', 'Narrow']]],
  ['text', 'Text', [['normal', 'Normal'], ['large', 'Large']]],
];

/**
 * @param {import('../types.js').Look} look  the current one
 * @param {(look: Partial<import('../types.js').Look>) => void} change
 */
export function lookControls(look, change) {
  const element = h('div', { class: 'look-controls', role: 'group', 'aria-label': 'Look' });
  for (const [name, label, values] of CHOICES) {
    const select = h('select', { 'aria-label': label });
    for (const [value, text] of values) select.append(h('option', { value, text }));
    select.value = look[name];
    select.addEventListener('change', () => change({ [name]: select.value }));
    element.append(select);
  }
  return element;
}
