// The list of the exchanges, with filters by screen, status and flow token.

import { h, keyedChildren, setAttribute, setText } from '../phone/dom.js';
import { MISBEHAVIOURS } from './misbehave.js';

/** @typedef {import('./types.js').Summary} Summary */

/** @type {Record<Summary['kind'], string>} */
const KINDS = { normal: '', repeat: 'same data', resend: 'same bytes', notification: 'error notification', misbehaviour: '' };

const REPEATED = 'A stored reply was sent again: the line of the log has `repeat`';

/** @param {(id: number) => void} select */
export function exchangeList(select) {
  const screen = filter('Screen', 'every screen');
  const status = filter('Status', 'every status');
  const token = filter('Flow token', 'every token');
  const count = h('span', { class: 'muted' });
  const filters = h('div', { class: 'filters', role: 'group', 'aria-label': 'Filters' }, screen, status, token, count);
  const rows = h('ol', { class: 'exchanges' });
  const empty = h('p', { class: 'muted empty', text: 'No request was sent yet. Open the flow on the phone.' });
  const element = h('div', { class: 'list' }, filters, empty, rows);
  const drawRows = keyedChildren(rows, (/** @type {Summary} */ exchange) => String(exchange.id), () => row(select));
  /** @type {Summary[]} */
  let exchanges = [];
  /** @type {number | null} */
  let selected = null;
  let shown = 0;
  for (const one of [screen, status, token]) one.addEventListener('change', draw);
  rows.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...rows.querySelectorAll('button')];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    buttons[at + step]?.focus();
    buttons[at + step]?.click();
  });

  function draw() {
    options(screen, exchanges.flatMap((one) => [one.screen, one.shown ?? '']));
    options(status, exchanges.map(statusText));
    options(token, exchanges.map((one) => one.token));
    const matches = exchanges.filter((one) => {
      return (screen.value === '' || one.screen === screen.value || one.shown === screen.value)
        && (status.value === '' || statusText(one) === status.value)
        && (token.value === '' || one.token === token.value);
    });
    const isAtEnd = rows.scrollTop + rows.clientHeight > rows.scrollHeight - 40;
    drawRows(matches);
    for (const button of rows.querySelectorAll('button')) {
      setAttribute(button, 'aria-current', Number(button.dataset.id) === selected && 'true');
    }
    empty.hidden = exchanges.length > 0;
    setText(count, matches.length === exchanges.length ? '' : `${matches.length} of ${exchanges.length}`);
    // The list follows the conversation, unless the user looks at its past.
    if (exchanges.length > shown && isAtEnd) rows.scrollTop = rows.scrollHeight;
    shown = exchanges.length;
  }

  return {
    element,
    /**
     * @param {Summary[]} now
     * @param {number | null} id  the selected one
     */
    update(now, id) {
      exchanges = now;
      selected = id;
      draw();
    },
  };
}

/** @param {(id: number) => void} select */
function row(select) {
  const part = (/** @type {string} */ name) => h('span', { class: name });
  const [id, action, way, kind, status, time] = ['id', 'action', 'way', 'kind', 'status', 'time'].map(part);
  const repeated = h('span', { class: 'repeated', title: REPEATED, text: 'repeat' });
  const button = h('button', { type: 'button' }, id, action, repeated, way, kind, status, time);
  const element = h('li', {}, button);
  button.addEventListener('click', () => select(Number(button.dataset.id)));
  return {
    element,
    /** @param {Summary} exchange */
    update(exchange) {
      setAttribute(button, 'data-id', exchange.id);
      setAttribute(button, 'data-level', level(exchange));
      setAttribute(button, 'title', exchange.problem);
      setText(id, String(exchange.id));
      setText(action, exchange.action);
      repeated.hidden = !exchange.repeated;
      setText(way, [exchange.screen, exchange.shown].filter(Boolean).join(' → '));
      const misbehaviour = exchange.kind === 'misbehaviour' && exchange.misbehaviour;
      setText(kind, misbehaviour ? MISBEHAVIOURS[misbehaviour].text : KINDS[exchange.kind]);
      setText(status, statusText(exchange));
      setText(time, exchange.milliseconds === null ? '' : `${exchange.milliseconds.toFixed(1)} ms`);
    },
  };
}

/** @param {Summary} exchange */
export function statusText({ status }) {
  if (status === null) return '…';
  return status === 0 ? 'none' : String(status);
}

/** @param {Summary} exchange */
function level({ status, problem }) {
  if (status === null) return 'waiting';
  if (status === 200) return problem ? 'warning' : 'ok';
  return 'error';
}

/**
 * @param {string} label
 * @param {string} all
 */
function filter(label, all) {
  return h('select', { 'aria-label': label }, h('option', { value: '', text: all }));
}

/**
 * The values that there are; the chosen one stays.
 * @param {HTMLSelectElement} select
 * @param {string[]} values
 */
function options(select, values) {
  const wanted = [...new Set(values)].filter((value) => value !== '' && value !== '…').sort();
  const known = [...select.options].slice(1).map((option) => option.value);
  if (wanted.join('\n') === known.join('\n')) return;
  const chosen = select.value;
  const [all] = select.options;
  select.replaceChildren(all, ...wanted.map((value) => h('option', { value, text: value.length > 12 && /^[0-9a-f]+$/.test(value) ? `${value.slice(0, 8)}…` : value })));
  select.value = wanted.includes(chosen) ? chosen : '';
}
