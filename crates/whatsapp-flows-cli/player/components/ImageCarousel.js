// ImageCarousel: up to three images side by side, with dots below.

import { h, keyedChildren, setAttribute, setText } from '../phone/dom.js';
import { imageUrl, picture } from '../phone/image.js';
import { membersOf, textOf } from '../phone/values.js';

const MAX_IMAGES = 3;

/** @typedef {{ at: number, count: number, image: Record<string, any>, cover: boolean }} Slide */

/** @type {import('../types.js').Draw} */
export function imageCarousel() {
  const strip = h('div', { class: 'strip', tabindex: '0', role: 'group' });
  const dots = h('div', { class: 'dots', 'aria-hidden': 'true' });
  const element = h('div', { class: 'carousel' }, strip, dots);
  const updateSlides = keyedChildren(strip, (/** @type {Slide} */ slide) => String(slide.at), createSlide);
  const updateDots = keyedChildren(dots, (/** @type {Slide} */ slide) => String(slide.at), createDot);
  let count = 0;
  const mark = () => {
    const at = Math.round(Math.abs(strip.scrollLeft) / Math.max(strip.clientWidth, 1));
    [...dots.children].forEach((dot, index) => setAttribute(dot, 'data-current', index === Math.min(at, count - 1)));
  };
  strip.addEventListener('scroll', mark, { passive: true });
  strip.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    strip.scrollBy({ left: step * strip.clientWidth, behavior: 'smooth' });
  });
  return {
    element,
    update({ properties }) {
      const images = Array.isArray(properties.images) ? properties.images.slice(0, MAX_IMAGES) : [];
      count = images.length;
      setAttribute(element, 'data-ratio', properties['aspect-ratio'] === '16:9' ? '16:9' : '4:3');
      const cover = properties['scale-type'] === 'cover';
      const slides = images.map((image, at) => ({ at, count, image: membersOf(image), cover }));
      updateSlides(slides);
      updateDots(slides);
      setAttribute(strip, 'aria-label', slides.map(({ image }) => textOf(image['alt-text'])).join(', ') || 'Images');
      dots.hidden = count < 2;
      mark();
    },
  };
}

function createSlide() {
  const drawn = picture('slide');
  return {
    element: drawn.element,
    /** @param {Slide} slide */
    update({ image, cover }) {
      setAttribute(drawn.element, 'data-fit', cover ? 'cover' : 'contain');
      drawn.update(imageUrl(image.src), textOf(image['alt-text']));
    },
  };
}

function createDot() {
  const element = h('span');
  return { element, update: () => setText(element, '') };
}
