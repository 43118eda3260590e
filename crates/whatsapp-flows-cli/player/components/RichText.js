// RichText: a text with headings, lists, tables and images.

import { h, setText } from '../phone/dom.js';
import { markdown } from '../phone/markdown.js';
import { textOf } from '../phone/values.js';
import { words } from '../phone/words.js';

/** @type {import('../types.js').Draw} */
export function richText(_, context) {
  const element = h('div', { class: 'text rich body' });
  let shown = '';
  return {
    element,
    update({ properties }) {
      const text = textOf(properties.text);
      if (text === shown) return;
      shown = text;
      // The client reads the text as XML, which a bracket breaks.
      if (text.includes('<')) setText(element, words.noText);
      else element.replaceChildren(...markdown(text, { blocks: true, lists: true, link: context.link }));
    },
  };
}
