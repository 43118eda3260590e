// The simulated choice of a file: its name, type and size. The page reads no file of the user's machine.

import { h } from './dom.js';
import { dialogButtons } from './dialog.js';
import { words } from './words.js';

/** The suffixes of the types that are offered most. @type {Record<string, string>} */
const SUFFIXES = {
  'application/msword': 'doc',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'image/jpeg': 'jpg',
  'text/plain': 'txt',
};

/**
 * @typedef {object} FileDialog
 * @property {number} component
 * @property {string[]} types
 * @property {string[]} taken  the names of the files that are picked already
 * @property {(file: import('../types.js').PickedFile) => void} pick
 */

/**
 * @param {FileDialog} dialog
 * @param {import('../types.js').Context} context
 */
export function openFileDialog(dialog, context) {
  const type = h('select', {});
  for (const name of dialog.types) type.append(h('option', { value: name, text: name }));
  const name = h('input', { type: 'text', spellcheck: 'false', autocomplete: 'off', dir: 'auto' });
  const kilobytes = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off' });
  const bytes = () => Math.max(0, Math.round((Number(kilobytes.value) || 0) * 1024));
  const suggest = () => (name.value = freeName(`file.${suffix(type.value)}`, dialog.taken));
  kilobytes.value = '240';
  suggest();
  type.addEventListener('change', suggest);
  const pick = () => {
    overlay.close();
    const file = freeName(name.value.trim() || 'file', dialog.taken);
    dialog.pick({ name: file, mime_type: type.value, bytes: bytes() });
  };
  const form = h('div', { class: 'form' },
    labelled(words.fileName, name), labelled(words.fileType, type), labelled(words.size, kilobytes),
    h('p', { class: 'helper', text: words.simulated }));
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) pick();
  });
  const overlay = context.overlays.open({
    style: 'dialog',
    title: words.addFile,
    content: [form, dialogButtons(() => overlay.close(), pick)],
    component: dialog.component,
    focus: name,
  });
}

/**
 * A name that no other file has: events name files.
 * @param {string} name
 * @param {string[]} taken
 */
export function freeName(name, taken) {
  const dot = name.lastIndexOf('.');
  const [base, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let free = name;
  for (let count = 2; taken.includes(free); count += 1) free = `${base}-${count}${end}`;
  return free;
}

/** @param {string} type */
function suffix(type) {
  return SUFFIXES[type] ?? type.split('/').at(-1)?.replace(/[^a-z0-9].*$/, '') ?? 'bin';
}

/**
 * @param {string} text
 * @param {HTMLElement} control
 */
function labelled(text, control) {
  return h('label', {}, h('span', { text }), control);
}
