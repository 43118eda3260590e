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

/**
 * The members of two objects: those that are new, gone, changed, or the same.
 * @param {Record<string, any> | null} before
 * @param {Record<string, any> | null} after
 */
export function difference(before, after) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const table = h('table', { class: 'difference' });
  table.append(h('thead', {}, h('tr', {}, ...['', 'before', 'after'].map((text) => h('th', { scope: 'col', text })))));
  const body = h('tbody');
  for (const name of names) {
    const [old, now] = [before?.[name], after?.[name]].map((value) => (value === undefined ? '' : JSON.stringify(value, null, 1)));
    const change = old === now ? 'same' : old === '' ? 'new' : now === '' ? 'gone' : 'changed';
    const cells = [old, now].map((text) => h('td', {}, h('code', { text: short(text) })));
    body.append(h('tr', { 'data-change': change }, h('th', { scope: 'row', text: name }), ...cells));
  }
  table.append(body);
  return table;
}
