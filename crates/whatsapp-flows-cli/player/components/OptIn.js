// OptIn: a box to tick, with a small text and perhaps a link after it.

import { h, setAttribute, setOptionalText, setText, uniqueId } from '../phone/dom.js';
import { icon } from '../phone/icons.js';
import { textOf } from '../phone/values.js';
import { words } from '../phone/words.js';

/** @type {import('../types.js').Draw} */
export function optIn({ id }, context) {
  const ids = { label: uniqueId(), error: uniqueId() };
  const tick = h('span', { class: 'control box' });
  tick.append(icon('tick'));
  const optional = h('span', { class: 'optional', text: `${words.optional} ` });
  const label = h('bdi');
  const box = h('button', { type: 'button', role: 'checkbox', class: 'tick-row', 'aria-labelledby': ids.label }, tick);
  const caption = h('span', { id: ids.label, class: 'opt-in-label' }, optional, label);
  const link = h('button', { type: 'button', class: 'link', role: 'link', text: words.more });
  const error = h('p', { class: 'error', id: ids.error, dir: 'auto' });
  box.append(caption);
  box.addEventListener('click', () => {
    if (box.getAttribute('aria-disabled') !== 'true') context.send({ type: 'tick', component: id });
  });
  link.addEventListener('click', () => context.send({ type: 'tap', component: id }));
  return {
    element: h('div', { class: 'opt-in field' }, h('div', { class: 'line' }, box, link), error),
    update(component) {
      setText(label, textOf(component.properties.label));
      optional.hidden = component.required;
      link.hidden = !component.tappable;
      setAttribute(link, 'aria-describedby', ids.label);
      setAttribute(box, 'aria-checked', component.value === true ? 'true' : 'false');
      setAttribute(box, 'aria-required', component.required ? 'true' : null);
      setAttribute(box, 'aria-disabled', component.enabled ? null : 'true');
      setAttribute(box, 'aria-invalid', component.error ? 'true' : null);
      setAttribute(box, 'aria-describedby', component.error ? ids.error : null);
      setOptionalText(error, component.error);
    },
  };
}
