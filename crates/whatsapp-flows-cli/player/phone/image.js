// Images: base64 of the document or the endpoint, never an address.

import { h, setAttribute } from './dom.js';
import { icon } from './icons.js';
import { isAtLeast, textOf } from './values.js';

/** The formats, told by the first character as the client does. @type {Record<string, string>} */
const FORMATS = { '/': 'jpeg', i: 'png', R: 'gif', U: 'webp', P: 'svg+xml' };

/** The maximum size in kilobytes; a larger image is a placeholder. */
export const IMAGE_KILOBYTES = 300;

/**
 * The maximum size of the image of an option.
 * @param {string} version
 */
export function optionImageKilobytes(version) {
  return isAtLeast(version, 6, 0) ? 100 : IMAGE_KILOBYTES;
}

/**
 * The address of an image, which contains it; null for one that the client does not show.
 * @param {unknown} base64
 * @param {number} [kilobytes]
 */
export function imageUrl(base64, kilobytes = IMAGE_KILOBYTES) {
  const text = textOf(base64);
  const format = FORMATS[text.charAt(0)];
  const fits = (text.length / 4) * 3 <= kilobytes * 1024;
  return format && fits && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text) ? `data:image/${format};base64,${text}` : null;
}

/**
 * An image, or a grey placeholder.
 * @param {string} name  of its class
 */
export function picture(name) {
  const image = h('img', { draggable: 'false' });
  const placeholder = h('span', { class: 'placeholder', role: 'img' }, icon('gallery'));
  const element = h('span', { class: `picture ${name}` }, image, placeholder);
  let shown = /** @type {string | null | undefined} */ (undefined);
  image.addEventListener('error', () => {
    image.hidden = true;
    placeholder.hidden = false;
  });
  return {
    element,
    image,
    /**
     * @param {string | null} url
     * @param {string} description
     */
    update(url, description) {
      setAttribute(image, 'alt', description);
      setAttribute(placeholder, 'aria-label', description || null);
      setAttribute(placeholder, 'aria-hidden', description ? null : 'true');
      if (url === shown) return;
      shown = url;
      image.hidden = !url;
      placeholder.hidden = Boolean(url);
      if (url) image.src = url;
      else image.removeAttribute('src');
    },
  };
}
