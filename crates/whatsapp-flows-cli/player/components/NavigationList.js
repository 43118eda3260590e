// NavigationList: rows that lead on.

import { h, keyedChildren, setAttribute, setOptionalText, uniqueId } from '../phone/dom.js';
import { icon } from '../phone/icons.js';
import { imageUrl, optionImageKilobytes, picture } from '../phone/image.js';
import { membersOf, textOf } from '../phone/values.js';

/** What exceeds the limits is not drawn. */
const MAX_TAGS = 3;

/** @type {import('../types.js').Draw} */
export function navigationList({ id }, context) {
  const label = h('p', { class: 'group-label', dir: 'auto', id: uniqueId() });
  const description = h('p', { class: 'helper', dir: 'auto' });
  const rows = h('ul', { class: 'rows' });
  const update = keyedChildren(rows, (item) => item.id, () => listRow(id, context));
  return {
    element: h('div', { class: 'field navigation-list' }, label, description, rows),
    update({ properties, options }) {
      setOptionalText(label, textOf(properties.label));
      setOptionalText(description, textOf(properties.description));
      setAttribute(rows, 'aria-labelledby', label.hidden ? null : label.id);
      setAttribute(rows, 'data-media', properties['media-size'] === 'large' ? 'large' : null);
      update(options);
    },
  };
}

/**
 * @param {number} component
 * @param {import('../types.js').Context} context
 */
function listRow(component, context) {
  const thumbnail = picture('thumbnail');
  const [title, description, metadata] = ['title', 'description', 'metadata'].map(span);
  const badge = span('badge');
  const tags = h('span', { class: 'tags' });
  const main = h('span', { class: 'main' });
  main.append(h('span', { class: 'first' }, title ?? null, badge), description ?? '', metadata ?? '', tags);
  const ends = ['title', 'description', 'metadata'].map(span);
  const end = h('span', { class: 'end' }, ...ends);
  const chevron = icon('chevron');
  const button = h('button', { type: 'button', class: 'row' }, thumbnail.element, h('span', { class: 'texts' }, main, end));
  button.append(chevron);
  let item = '';
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') context.send({ type: 'tap_item', component, item });
  });
  return {
    element: h('li', {}, button),
    /** @param {import('../types.js').Option} option */
    update(option) {
      item = option.id;
      const { properties } = option;
      const texts = membersOf(properties['main-content']);
      const endTexts = membersOf(properties.end);
      ['title', 'description', 'metadata'].forEach((name, at) => {
        const [own, other] = [[title, description, metadata][at], ends[at]];
        if (own) setOptionalText(own, textOf(texts[name]));
        if (other) setOptionalText(other, textOf(endTexts[name]));
      });
      end.hidden = ends.every((text) => text.hidden);
      chevron.toggleAttribute('hidden', !end.hidden);
      setOptionalText(badge, textOf(properties.badge));
      const shown = badge.hidden && Array.isArray(properties.tags) ? properties.tags.slice(0, MAX_TAGS) : [];
      if (tags.textContent !== shown.map(textOf).join('')) {
        tags.replaceChildren(...shown.map((tag) => h('span', { class: 'tag', text: textOf(tag), dir: 'auto' })));
      }
      tags.hidden = shown.length === 0;
      const start = membersOf(properties.start);
      thumbnail.element.hidden = !textOf(start.image);
      if (!thumbnail.element.hidden) {
        thumbnail.update(imageUrl(start.image, optionImageKilobytes(context.view().version)), textOf(start['alt-text']));
      }
      setAttribute(button, 'aria-disabled', option.enabled ? null : 'true');
    },
  };
}

/** @param {string} name */
function span(name) {
  return h('span', { class: name, dir: 'auto' });
}
