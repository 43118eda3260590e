// The inspector: the list of the exchanges, and the selected one.

import { call } from '../api.js';
import { h } from '../phone/dom.js';
import { detail } from './detail.js';
import { exchangeList } from './list.js';

/**
 * @param {object} owner
 * @param {(path: string, body: object) => void} owner.send
 * @param {(detail: import('./types.js').Detail | null) => void} owner.select  the phone shows this moment; null: now
 */
export function inspector({ send, select }) {
  /** @type {number | null} */
  let selected = null;
  /** What is drawn: the exchange and whether it had an outcome. */
  let drawn = '';
  /** @type {import('./types.js').State | null} */
  let state = null;
  const place = h('div', { class: 'place-of-detail' });
  const list = exchangeList((id) => choose(id === selected ? null : id));
  const element = h('div', { class: 'inspector' }, list.element, place);

  /** @param {number | null} id */
  async function choose(id) {
    selected = id;
    drawn = '';
    if (id === null) {
      place.replaceChildren();
      select(null);
    }
    if (state) list.update(state.exchanges, selected);
    await draw();
  }

  async function draw() {
    if (selected === null || !state) return;
    const summary = state.exchanges.find(({ id }) => id === selected);
    if (!summary) return choose(null);
    const wanted = `${selected} ${summary.status}`;
    if (wanted === drawn) return;
    drawn = wanted;
    const found = await call(`exchange?id=${selected}`);
    if (drawn !== wanted) return;
    place.replaceChildren(detail(found, state.mode, (body) => send('misbehave', body)));
    place.scrollTop = 0;
    select(found);
    // Lines of the log may arrive shortly after the reply.
    if (found.status !== null && found.log.length === 0 && state.mode === 'dev') {
      setTimeout(async () => {
        if (drawn !== wanted || !state) return;
        const later = await call(`exchange?id=${selected}`);
        if (drawn === wanted && later.log.length > 0) place.replaceChildren(detail(later, state.mode, (body) => send('misbehave', body)));
      }, 400);
    }
  }

  return {
    element,
    select: choose,
    /** @param {import('./types.js').State} now */
    update(now) {
      state = now;
      list.update(now.exchanges, selected);
      draw();
    },
  };
}
