// The place of a component: the component, and the banner under it with a mistake in its values (drafts only).

import { h, setAttribute, setOptionalText } from '../phone/dom.js';
import { draw } from './index.js';

/**
 * @param {import('../types.js').Component} component
 * @param {import('../types.js').Context} context
 */
export function slot(component, context) {
  const drawn = draw(component, context);
  const banner = h('p', { class: 'banner', dir: 'auto' });
  const element = h('div', { class: 'slot', 'data-component': component.id, 'data-kind': component.kind }, drawn.element, banner);
  let last = '';
  return {
    element,
    /** @param {import('../types.js').Component} now */
    update(now) {
      setAttribute(element, 'data-line', now.line);
      const text = context.look().platform + JSON.stringify(now);
      // A view of the same values changes nothing, except for a text field, which may hold text that was not sent yet.
      if (text === last && !drawn.always) return;
      last = text;
      drawn.update(now);
      setOptionalText(banner, now.banner);
    },
  };
}
