// The files of a PhotoPicker or a DocumentPicker: a button that adds them, and a row for each.

import { h, keyedChildren, setAttribute, setOptionalText, setText, uniqueId } from '../phone/dom.js';
import { icon } from '../phone/icons.js';
import { numberOf, textOf } from '../phone/values.js';
import { size, words } from '../phone/words.js';

/** The default of the maximum number of files. */
const MAX_FILES = 30;

/** @typedef {{ icon: string, add: string, maximum: string }} Kind */

/**
 * @param {Kind} kind
 * @param {number} id
 * @param {import('../types.js').Context} context
 * @param {(opener: HTMLElement, taken: string[]) => void} open  lets the user pick
 * @returns {import('../types.js').Drawn}
 */
export function filePicker(kind, id, context, open) {
  const ids = { label: uniqueId(), description: uniqueId(), error: uniqueId(), button: uniqueId() };
  const labelText = h('bdi');
  const optional = h('span', { class: 'optional', text: ` ${words.optional}` });
  const label = h('p', { class: 'group-label', id: ids.label }, labelText, optional);
  const description = h('p', { class: 'helper', id: ids.description, dir: 'auto' });
  const rows = h('ul', { class: 'files' });
  const buttonText = h('bdi');
  const button = h('button', { type: 'button', class: 'pick', id: ids.button, 'aria-labelledby': `${ids.button} ${ids.label}` });
  button.append(icon(kind.icon), buttonText);
  const error = h('p', { class: 'error', id: ids.error, dir: 'auto' });
  const element = h('div', { class: 'field picker', role: 'group', 'aria-labelledby': ids.label }, label, description, rows, button, error);
  const update = keyedChildren(rows, (file) => textOf(file.file_name), () => fileRow(kind, id, context));
  let files = /** @type {any[]} */ ([]);
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true' && !context.inert()) {
      open(button, files.map((file) => textOf(file.file_name)));
    }
  });
  return {
    element,
    update(component) {
      const { properties } = component;
      files = Array.isArray(component.value) ? component.value : [];
      setText(labelText, textOf(properties.label));
      optional.hidden = component.required || (numberOf(properties[kind.maximum.replace('max', 'min')]) ?? 0) > 0;
      setOptionalText(description, textOf(properties.description));
      setOptionalText(error, component.error);
      setText(buttonText, files.length > 0 ? words.addMore : kind.add);
      button.hidden = files.length >= (numberOf(properties[kind.maximum]) ?? MAX_FILES);
      setAttribute(button, 'aria-disabled', component.enabled ? null : 'true');
      setAttribute(element, 'data-disabled', !component.enabled);
      setAttribute(element, 'data-error', Boolean(component.error));
      const shown = [component.error && ids.error, description.hidden ? '' : ids.description].filter(Boolean);
      setAttribute(element, 'aria-describedby', shown.join(' ') || null);
      setAttribute(button, 'aria-describedby', component.error ? ids.error : null);
      rows.hidden = files.length === 0;
      update(files.map((file) => ({ ...file, enabled: component.enabled })));
    },
  };
}

/**
 * @param {Kind} kind
 * @param {number} id
 * @param {import('../types.js').Context} context
 */
function fileRow(kind, id, context) {
  const name = h('bdi', { class: 'title' });
  const about = h('span', { class: 'description' });
  const ring = h('span', { class: 'ring', role: 'img', 'aria-label': words.uploading });
  const retry = h('button', { type: 'button', class: 'small-button' });
  const remove = h('button', { type: 'button', class: 'small-button' });
  retry.append(icon('retry'));
  remove.append(icon('clear'));
  const preview = h('span', { class: 'preview' });
  preview.append(icon(kind.icon === 'camera' ? 'gallery' : 'document'), ring);
  let file = '';
  retry.addEventListener('click', () => context.send({ type: 'retry_upload', component: id, file_name: file }));
  remove.addEventListener('click', () => context.send({ type: 'remove_file', component: id, file_name: file }));
  const element = h('li', { class: 'file' }, preview, h('span', { class: 'main' }, name, about), retry, remove);
  return {
    element,
    /** @param {Record<string, any>} now */
    update(now) {
      file = textOf(now.file_name);
      const upload = textOf(now.upload);
      setText(name, file);
      setText(about, `${size(numberOf(now.file_length) ?? 0)} · ${shortType(textOf(now.mime_type))}`);
      ring.hidden = upload !== 'uploading';
      retry.hidden = !upload.startsWith('failed');
      setAttribute(element, 'data-failed', upload.startsWith('failed'));
      setAttribute(retry, 'aria-label', `${words.retry}: ${file}`);
      setAttribute(remove, 'aria-label', `${upload === 'uploading' ? words.cancel : words.removed}: ${file}`);
      for (const button of [retry, remove]) setAttribute(button, 'aria-disabled', now.enabled ? null : 'true');
    },
  };
}

/** `application/pdf` is shown as PDF. @param {string} type */
function shortType(type) {
  return (type.split('/').at(-1) ?? type).split('.').at(-1)?.toUpperCase() ?? '';
}
