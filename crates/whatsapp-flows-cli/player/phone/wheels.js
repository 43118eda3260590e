// Three wheels for day, month and year. The wheels allow every day of the period, also one that is then refused.

import { h, setAttribute, setText } from './dom.js';
import { clamp, dayFrom, daysIn, format, parts } from './dates.js';
import { words } from './words.js';

/** The rows above and below the chosen one. */
const AROUND = 2;
/** The height of a row, in pixels; the style sheet has the same. */
const ROW = 36;

/**
 * @param {string} day
 * @param {{ first: string, last: string }} days
 * @param {(day: string) => void} turned
 */
export function wheels(day, days, turned) {
  let now = day;
  const set = (/** @type {number} */ year, /** @type {number} */ month, /** @type {number} */ date) => {
    const next = clamp(dayFrom(year, month, Math.min(date, daysIn(year, month))), days.first, days.last);
    if (next === now) return draw();
    now = next;
    draw();
    turned(now);
  };
  const dayWheel = wheel(words.day, (by) => {
    const [year, month, date] = parts(now);
    const count = daysIn(year, month);
    set(year, month, ((date - 1 + by + count * 40) % count) + 1);
  });
  const monthWheel = wheel(words.month, (by) => {
    const [year, month, date] = parts(now);
    set(year, (month + by + 120) % 12, date);
  });
  const yearWheel = wheel(words.year, (by) => {
    const [year, month, date] = parts(now);
    set(year + by, month, date);
  });
  const draw = () => {
    const [year, month, date] = parts(now);
    const count = daysIn(year, month);
    dayWheel.show(date, (by) => String(((date - 1 + by + count * 2) % count) + 1));
    monthWheel.show(month + 1, (by) => format(dayFrom(2024, month + by, 1), { month: 'long' }));
    const [first, last] = [parts(days.first)[0], parts(days.last)[0]];
    yearWheel.show(year, (by) => (year + by < first || year + by > last ? '' : String(year + by)));
  };
  draw();
  const element = h('div', { class: 'wheels' }, dayWheel.element, monthWheel.element, yearWheel.element);
  return { element, focus: () => dayWheel.element };
}

/**
 * @param {string} label
 * @param {(by: number) => void} turn
 */
function wheel(label, turn) {
  const rows = Array.from({ length: 2 * AROUND + 1 }, (_, at) => {
    const row = h('span', { class: 'wheel-row', 'data-chosen': at === AROUND });
    row.addEventListener('click', () => at !== AROUND && !dragged && turn(at - AROUND));
    return row;
  });
  const element = h('div', { class: 'wheel', role: 'spinbutton', tabindex: '0', 'aria-label': label }, ...rows);
  element.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key];
    if (!by) return;
    event.preventDefault();
    turn(by);
  });
  let scrolled = 0;
  element.addEventListener('wheel', (event) => {
    event.preventDefault();
    scrolled += event.deltaY;
    const by = Math.trunc(scrolled / ROW);
    scrolled -= by * ROW;
    if (by) turn(by);
  });
  let from = 0;
  let dragged = false;
  element.addEventListener('pointerdown', (event) => {
    from = event.clientY;
    dragged = false;
  });
  element.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) return;
    const by = Math.trunc((from - event.clientY) / ROW);
    if (!by) return;
    if (!dragged) element.setPointerCapture(event.pointerId);
    dragged = true;
    from -= by * ROW;
    turn(by);
  });
  return {
    element,
    /**
     * @param {number} value
     * @param {(by: number) => string} text
     */
    show(value, text) {
      rows.forEach((row, at) => setText(row, text(at - AROUND)));
      setAttribute(element, 'aria-valuenow', value);
      setAttribute(element, 'aria-valuetext', text(0));
    },
  };
}
