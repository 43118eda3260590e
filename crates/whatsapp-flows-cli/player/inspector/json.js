// JSON as text with colours, and two documents beside each other.

import { h } from '../phone/dom.js';

/** Longer texts are cut: an image has hundreds of kilobytes. */
const MAX_TEXT = 300;

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * @param {unknown} value
 * @param {string} label
 */
export function json(value, label) {
  const text = JSON.stringify(value, (_, member) => (typeof member === 'string' ? short(member) : member), 2);
  return h('pre', { class: 'json', tabindex: '0', 'aria-label': label }, ...coloured(text));
}

/** @param {string} text */
function short(text) {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`;
}

/**
 * @param {string} text
 * @returns {Node[]}
 */
function coloured(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    parts.push(document.createTextNode(text.slice(end, match.index)));
    const kind = match[2] ? 'key' : match[1] ? 'text' : 'value';
    parts.push(h('span', { class: `json-${kind}`, text: match[1] ?? match[0] }));
    if (match[2]) parts.push(document.createTextNode(match[2]));
    end = match.index + match[0].length;
  }
  parts.push(document.createTextNode(text.slice(end)));
  return parts;
}

/** Bytes, as the server describes them: their number, and a digest. */
const BYTES = /^\[(\d+) bytes ([0-9a-f]+)\]$/;

/** The same inside of a member. */
const INNER_BYTES = /"\[(\d+) bytes [0-9a-f]+\]"/g;

/** Sweden writes days as ISO 8601 does. */
const ISO = 'sv';

/** The members that are epoch seconds. */
const TIMES = ['expires_at', 'repeat_until'];

/**
 * A session before and after: what is new, gone, changed, or the same. What only the library reads is at the end.
 * @param {Record<string, any> | null} before
 * @param {Record<string, any> | null} after
 */
export function difference(before, after) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const isBytes = (/** @type {string} */ name) => BYTES.test(String((after?.[name] ?? before?.[name])));
  const row = (/** @type {string} */ name) => memberRow(name, before?.[name], after?.[name]);
  const table = h('table', { class: 'difference' });
  table.append(h('thead', {}, h('tr', {}, ...['', 'before', 'after'].map((text) => h('th', { scope: 'col', text })))));
  table.append(h('tbody', {}, ...names.filter((name) => !isBytes(name)).map(row)));
  const bytes = names.filter(isBytes).map(row);
  if (bytes.length > 0) {
    const heading = h('th', { scope: 'rowgroup', colspan: '3', text: 'Bytes for the library: the last reply, encrypted, and digests' });
    table.append(h('tbody', {}, h('tr', { class: 'of-library' }, heading), ...bytes));
  }
  return table;
}

/**
 * @param {string} name
 * @param {unknown} before
 * @param {unknown} after
 */
function memberRow(name, before, after) {
  const [old, now] = [before, after].map((value) => memberText(name, value));
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  const change = isSame ? 'same' : old === '' ? 'new' : now === '' ? 'gone' : 'changed';
  const code = (/** @type {string} */ text) => h('code', { text: short(text) });
  // Other bytes of the same length.
  const next = old === now && !isSame ? now.replace(' ', ' other ') : now;
  const last = change === 'gone' ? h('span', { class: 'muted', text: 'removed' }) : code(next);
  const cells = isSame ? [h('td', { colspan: '2' }, code(now))] : [h('td', {}, code(old)), h('td', {}, last)];
  return h('tr', { 'data-change': change }, h('th', { scope: 'row', text: name }), ...cells);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function memberText(name, value) {
  if (value === undefined) return '';
  const bytes = BYTES.exec(String(value));
  if (bytes) return `${bytes[1]} bytes`;
  if (TIMES.includes(name) && typeof value === 'number') return `${value}\n${new Date(value * 1000).toLocaleString(ISO)}`;
  return JSON.stringify(value, null, 2).replace(INNER_BYTES, '$1 bytes');
}
