// The rows of options: image or colour at the start, title and description, metadata, and a tick control at the end.

import { h, setAttribute, setOptionalText, setText } from '../phone/dom.js';
import { icon } from '../phone/icons.js';
import { imageUrl, optionImageKilobytes, picture } from '../phone/image.js';
import { textOf } from '../phone/values.js';

/** A colour of a Flow JSON: #RGB, #RRGGBB or #RRGGBBAA. */
const COLOUR = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

/**
 * @param {'radio' | 'checkbox' | 'option'} role
 * @param {import('../types.js').Context} context
 * @param {(option: string) => void} choose
 */
export function optionRow(role, context, choose) {
  const thumbnail = picture('thumbnail');
  const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' });
  const title = h('span', { class: 'title', dir: 'auto' });
  const description = h('span', { class: 'description', dir: 'auto' });
  const metadata = h('span', { class: 'metadata', dir: 'auto' });
  const texts = h('span', { class: 'texts' }, h('span', { class: 'main' }, title, description), metadata);
  const control = h('span', { class: `control ${role}` });
  if (role !== 'radio') control.append(icon('tick'));
  const element = h('button', { type: 'button', role, class: 'row' }, thumbnail.element, swatch, texts, control);
  let id = '';
  element.addEventListener('click', () => {
    if (element.getAttribute('aria-disabled') !== 'true' && !context.inert()) choose(id);
  });
  return {
    element,
    /** @param {import('../types.js').Option & { disabled?: boolean }} option */
    update(option) {
      ({ id } = option);
      const { properties } = option;
      setText(title, option.title);
      setOptionalText(description, textOf(properties.description));
      setOptionalText(metadata, textOf(properties.metadata));
      const image = textOf(properties.image);
      thumbnail.element.hidden = !image;
      if (image) thumbnail.update(imageUrl(image, optionImageKilobytes(context.view().version)), textOf(properties['alt-text']));
      const colour = textOf(properties.color);
      swatch.hidden = Boolean(image) || !COLOUR.test(colour);
      if (!swatch.hidden) swatch.style.backgroundColor = colour;
      const isOn = option.selected ? 'true' : 'false';
      setAttribute(element, role === 'option' ? 'aria-selected' : 'aria-checked', isOn);
      setAttribute(element, 'aria-disabled', option.enabled && !option.disabled ? null : 'true');
    },
  };
}
