// Values of properties, read with care: they come from a document or from an endpoint, and may be of any type.

/**
 * A text. The lines of an array are joined.
 * @param {unknown} value
 * @returns {string}
 */
export function textOf(value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('\n') : '';
}

/**
 * @param {unknown} value
 * @returns {number | null}
 */
export function numberOf(value) {
  if (value === '' || (typeof value !== 'number' && typeof value !== 'string')) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/**
 * The members of an object; none for any other value.
 * @param {unknown} value
 * @returns {Record<string, any>}
 */
export function membersOf(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/**
 * Reports whether the Flow JSON has at least this version. One that cannot be read counts as the newest.
 * @param {string} version
 * @param {number} major
 * @param {number} minor
 */
export function isAtLeast(version, major, minor) {
  if (!version) return true;
  const [first = 0, second = 0] = version.split('.').map(Number);
  return first > major || (first === major && second >= minor);
}
