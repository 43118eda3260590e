// Image: as wide as the screen, or in a box of a given height.

import { h, setAttribute } from '../phone/dom.js';
import { imageUrl, picture } from '../phone/image.js';
import { numberOf, textOf } from '../phone/values.js';

/** The height of an image without one on Android, where it is shown whole. */
const ANDROID_HEIGHT = 400;

/** @type {import('../types.js').Draw} */
export function image(_, context) {
  const drawn = picture('whole');
  const element = h('div', { class: 'image' }, drawn.element);
  return {
    element,
    update({ properties }) {
      const covers = properties['scale-type'] === 'cover';
      const width = numberOf(properties.width);
      const height = numberOf(properties.height);
      const ratio = numberOf(properties['aspect-ratio']);
      const { style } = drawn.element;
      setAttribute(drawn.element, 'data-fit', covers ? 'cover' : 'contain');
      style.maxWidth = width ? `${width}px` : '';
      style.height = height ? `${height}px` : '';
      style.aspectRatio = ratio && covers && !height ? String(ratio) : '';
      style.maxHeight = !height && !covers && context.look().platform === 'android' ? `${ANDROID_HEIGHT}px` : '';
      drawn.update(imageUrl(properties.src), textOf(properties['alt-text']));
    },
  };
}
