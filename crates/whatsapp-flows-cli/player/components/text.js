// TextBody and TextCaption: text with a weight, or with Markdown.

import { h, setAttribute, setText } from '../phone/dom.js';
import { markdown } from '../phone/markdown.js';
import { isAtLeast, textOf } from '../phone/values.js';

/**
 * @param {'body' | 'caption'} size
 * @param {boolean} lists  the Markdown has lists
 * @returns {import('../types.js').Draw}
 */
export function text(size, lists) {
  return (_, context) => {
    const element = h('div', { class: `text ${size}`, dir: 'auto' });
    let shown = '';
    return {
      element,
      update({ properties }) {
        setAttribute(element, 'data-weight', textOf(properties['font-weight']).toLowerCase() || null);
        setAttribute(element, 'data-strike', properties.strikethrough === true);
        const words = textOf(properties.text);
        const isMarkdown = properties.markdown === true && isAtLeast(context.view().version, 5, 1);
        const now = `${isMarkdown}${words}`;
        if (now === shown) return;
        shown = now;
        if (!isMarkdown) setText(element, words);
        else element.replaceChildren(...markdown(words, { blocks: false, lists, link: context.link }));
      },
    };
  };
}
