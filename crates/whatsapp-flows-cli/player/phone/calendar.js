// A month as a table of days, with selects for the month and the year.

import { h, setAttribute } from './dom.js';
import { addDays, addMonths, clamp, dayFrom, daysIn, firstWeekday, format, parts, today, weekday } from './dates.js';
import { icon } from './icons.js';
import { words } from './words.js';

/**
 * @typedef {object} Calendar
 * @property {{ first: string, last: string, allows: (day: string) => boolean }} days
 * @property {string} month  a day of the month that is shown first
 * @property {() => (string | null)[]} selected  a day, or the ends of a range
 * @property {(day: string) => void} choose
 */

/** @param {Calendar} options */
export function calendar({ days, month, selected, choose }) {
  let focused = month;
  const monthBox = h('select', { 'aria-label': words.month });
  for (let at = 0; at < 12; at += 1) monthBox.append(h('option', { value: at, text: format(dayFrom(2024, at, 1), { month: 'long' }) }));
  const yearBox = h('select', { 'aria-label': words.year });
  for (let year = parts(days.first)[0]; year <= parts(days.last)[0]; year += 1) yearBox.append(h('option', { value: year, text: year }));
  const step = (/** @type {string} */ label, /** @type {number} */ months) => {
    const button = h('button', { type: 'button', class: `icon-button month-${months < 0 ? 'back' : 'on'}`, 'aria-label': label });
    button.append(icon('chevron'));
    button.addEventListener('click', () => show(addMonths(focused, months)));
    return button;
  };
  const body = h('tbody');
  const first = firstWeekday();
  const names = h('tr');
  for (let at = 0; at < 7; at += 1) {
    const day = dayFrom(2023, 0, 1 + first + at);
    names.append(h('th', { scope: 'col' }, h('abbr', { title: format(day, { weekday: 'long' }), text: format(day, { weekday: 'narrow' }) })));
  }
  const table = h('table', {}, h('thead', {}, names), body);
  const element = h('div', { class: 'calendar' },
    h('div', { class: 'month' }, step(words.previousMonth, -1), monthBox, yearBox, step(words.nextMonth, 1)), table);

  /** @param {string} day */
  function show(day) {
    focused = clamp(day, days.first, days.last);
    draw();
  }

  function draw() {
    const [year, shownMonth] = parts(focused);
    monthBox.value = String(shownMonth);
    yearBox.value = String(year);
    const ends = selected();
    const [start, end] = [ends[0] ?? null, ends[1] ?? null];
    const blanks = (weekday(dayFrom(year, shownMonth, 1)) - first + 7) % 7;
    const rows = [];
    for (let at = -blanks; at < daysIn(year, shownMonth); at += 7) {
      const row = h('tr');
      for (let column = at; column < at + 7; column += 1) {
        const cell = h('td');
        if (column >= 0 && column < daysIn(year, shownMonth)) cell.append(dayButton(dayFrom(year, shownMonth, column + 1), start, end));
        row.append(cell);
      }
      rows.push(row);
    }
    body.replaceChildren(...rows);
  }

  /**
   * @param {string} day
   * @param {string | null} start
   * @param {string | null} end
   */
  function dayButton(day, start, end) {
    const isSelected = day === start || day === end;
    const button = h('button', {
      type: 'button', class: 'day', 'data-day': day, text: parts(day)[2], tabindex: day === focused ? '0' : '-1',
      'aria-label': format(day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
      'aria-pressed': isSelected ? 'true' : 'false',
      'aria-current': day === today() ? 'date' : null,
      'aria-disabled': days.allows(day) ? null : 'true',
      'data-between': Boolean(start && end && day > start && day < end),
    });
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') === 'true') return;
      focused = day;
      choose(day);
      const hadFocus = element.contains(document.activeElement);
      draw();
      if (hadFocus) focus().focus();
    });
    return button;
  }

  function focus() {
    return /** @type {HTMLElement} */ (body.querySelector('[tabindex="0"]') ?? monthBox);
  }

  table.addEventListener('keydown', (event) => {
    const isRtl = getComputedStyle(table).direction === 'rtl';
    const ahead = isRtl ? -1 : 1;
    const at = weekday(focused);
    /** @type {Record<string, () => string>} */
    const moves = {
      ArrowRight: () => addDays(focused, ahead),
      ArrowLeft: () => addDays(focused, -ahead),
      ArrowDown: () => addDays(focused, 7),
      ArrowUp: () => addDays(focused, -7),
      Home: () => addDays(focused, -((at - first + 7) % 7)),
      End: () => addDays(focused, 6 - ((at - first + 7) % 7)),
      PageUp: () => addMonths(focused, event.shiftKey ? -12 : -1),
      PageDown: () => addMonths(focused, event.shiftKey ? 12 : 1),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    show(move());
    focus().focus();
  });
  const changed = () => show(dayFrom(Number(yearBox.value), Number(monthBox.value), Math.min(parts(focused)[2], daysIn(Number(yearBox.value), Number(monthBox.value)))));
  monthBox.addEventListener('change', changed);
  yearBox.addEventListener('change', changed);
  setAttribute(element, 'data-range', selected().length > 1);
  draw();
  return { element, focus };
}
