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
  /** What is drawn: the exchange, its status, and what is selected. */
  let drawn = '';
  /** The lines of the log that are drawn. */
  let lines = 0;
  /** @type {import('./types.js').State | null} */
  let state = null;
  const place = h('div', { class: 'place-of-detail' });
  const list = exchangeList((id) => choose(id === selected ? null : id));
  const element = h('div', { class: 'inspector' }, list.element, place);

  /** @param {number | null} id */
  async function choose(id) {
    selected = id;
    if (id === null) select(null);
    if (state) list.update(state.exchanges, selected);
    await draw();
  }

  /** Draws the selected exchange; without one, the last one, while the phone stays in the present. */
  async function draw() {
    const shown = state?.exchanges.findLast(({ id, status }) => (selected === null ? status !== null : id === selected));
    if (!state || !shown) {
      drawn = '';
      place.replaceChildren();
      if (selected !== null) await choose(null);
      return;
    }
    const wanted = `${shown.id} ${shown.status} ${shown.repeated} ${selected}`;
    if (wanted === drawn) return;
    drawn = wanted;
    await load(shown.id, wanted);
    // Lines of the log may arrive shortly after the reply.
    if (shown.status !== null && state.mode === 'dev') setTimeout(() => drawn === wanted && load(shown.id, wanted, true), 400);
  }

  /**
   * @param {number} id
   * @param {string} wanted  nothing else is wanted meanwhile
   * @param {boolean} [later]  only if the log has grown
   */
  async function load(id, wanted, later = false) {
    /** @type {import('./types.js').Detail} */
    const found = await call(`exchange?id=${id}`);
    if (drawn !== wanted || !state || (later && found.log.length === lines)) return;
    lines = found.log.length;
    const { scrollTop } = place;
    place.replaceChildren(detail(found, state.mode, (body) => send('misbehave', body)));
    place.scrollTop = later ? scrollTop : 0;
    if (selected !== null) select(found);
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
