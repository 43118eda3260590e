// Days, as `YYYY-MM-DD`, without times and time zones.

const MILLISECONDS = 86_400_000;

/**
 * The day of a value: `YYYY-MM-DD`, or before 5.0 the milliseconds of its midnight. That midnight is the user's, whose
 * time zone is less than half a day away from UTC almost everywhere, so the nearest midnight of UTC has the same day.
 * @param {unknown} value
 * @returns {string | null}
 */
export function dayOf(value) {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return Number.isNaN(Date.parse(text)) ? null : text;
  if (!/^-?\d{1,15}$/.test(text)) return null;
  return toText(new Date(Math.round(Number(text) / MILLISECONDS) * MILLISECONDS));
}

/** @param {Date} date */
function toText(date) {
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 10);
}

/** The day on the user's clock. */
export function today() {
  const now = new Date();
  return dayFrom(now.getFullYear(), now.getMonth(), now.getDate());
}

/**
 * @param {number} year
 * @param {number} month  from 0
 * @param {number} day  may be outside the month
 */
export function dayFrom(year, month, day) {
  return toText(new Date(Date.UTC(year, month, day))) ?? '1970-01-01';
}

/**
 * @param {string} day
 * @returns {[number, number, number]}  year, month from 0, day of the month
 */
export function parts(day) {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return [year, month - 1, date];
}

/**
 * @param {string} day
 * @param {number} days
 */
export function addDays(day, days) {
  const [year, month, date] = parts(day);
  return dayFrom(year, month, date + days);
}

/**
 * The same day of another month; the last one of a shorter month.
 * @param {string} day
 * @param {number} months
 */
export function addMonths(day, months) {
  const [year, month, date] = parts(day);
  return dayFrom(year, month + months, Math.min(date, daysIn(year, month + months)));
}

/**
 * @param {number} year
 * @param {number} month  from 0
 */
export function daysIn(year, month) {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

/** @param {string} day  @returns {number}  0 for Sunday */
export function weekday(day) {
  return new Date(day).getUTCDay();
}

/**
 * @param {string} day
 * @param {string} first
 * @param {string} last
 */
export function clamp(day, first, last) {
  if (day < first) return first;
  return day > last ? last : day;
}

/**
 * A day in the user's language.
 * @param {string} day
 * @param {Intl.DateTimeFormatOptions} [options]
 */
export function format(day, options = { day: 'numeric', month: 'long', year: 'numeric' }) {
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' }).format(new Date(day));
}

/** The first day of a week in the user's region: 0 for Sunday, 1 for Monday. */
export function firstWeekday() {
  const locale = /** @type {any} */ (new Intl.Locale(navigator.language));
  return ((locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1) % 7;
}

/**
 * The days that a date field allows: its period, and for a calendar the days that are not blocked.
 * @param {import('../types.js').Component} component
 */
export function allowedDays(component) {
  const { properties } = component;
  const isCalendar = component.kind === 'CalendarPicker';
  const year = new Date().getFullYear();
  const first = dayOf(properties['min-date']) ?? (isCalendar ? `${year - 100}-01-01` : '1900-01-01');
  const last = dayOf(properties['max-date']) ?? (isCalendar ? `${year + 5}-12-31` : '2100-12-31');
  const blocked = new Set(isCalendar ? list(properties['unavailable-dates']).map(dayOf) : []);
  const included = isCalendar && Array.isArray(properties['include-days']) ? properties['include-days'] : null;
  return {
    first,
    last: last < first ? first : last,
    /** @param {string} day */
    allows(day) {
      if (day < first || day > last || blocked.has(day)) return false;
      return !included || included.includes(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][weekday(day)]);
    },
  };
}

/** @param {unknown} value  @returns {any[]} */
function list(value) {
  return Array.isArray(value) ? value : [];
}
