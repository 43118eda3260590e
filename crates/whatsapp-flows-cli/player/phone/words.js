// The words of the client's own interface. Meta's are not public; these are ours, and they are in this file only.

export const words = {
  addFile: 'Add file',
  addMore: 'Add more',
  addPhoto: 'Add photo',
  back: 'Back',
  business: 'Business',
  cancel: 'Cancel',
  chooseFromGallery: 'Choose from gallery',
  clear: 'Clear',
  close: 'Close',
  completed: 'Response sent',
  day: 'Day',
  dismiss: 'OK',
  fileName: 'Name',
  fileType: 'Type',
  form: 'Form',
  help: 'Get help',
  inProgress: 'Loading',
  managed: 'The business manages this form',
  menu: 'Menu',
  month: 'Month',
  more: 'Read more',
  nextMonth: 'Next month',
  noMatches: 'Nothing found',
  noText: 'This text cannot be shown.',
  ok: 'OK',
  optional: '(optional)',
  optionalValue: 'optional',
  previousMonth: 'Previous month',
  progress: 'Progress',
  removed: 'Remove',
  report: 'Report',
  retry: 'Try again',
  search: 'Search',
  simulated: 'This stands for a file. None is read from your computer.',
  size: 'Size in KB',
  takePhoto: 'Take a photo',
  uploading: 'Uploading',
  year: 'Year',
};

/**
 * The hint of the numbers of options that may be selected.
 * @param {number | null} min
 * @param {number | null} max
 * @param {number} count  of the options
 */
export function selectionHint(min, max, count) {
  const least = min ?? 0;
  const most = max !== null && max < count ? max : null;
  if (least > 0 && most !== null) {
    return least === most ? `Choose ${least}` : `Choose ${least} to ${most}`;
  }
  if (least > 0) return `Choose at least ${least}`;
  return most === null ? '' : `Choose up to ${most}`;
}

/**
 * @param {string} type
 */
export function unknownComponent(type) {
  return `${type || 'A component without a type'} cannot be shown: Flow JSON up to 7.3 has no such component.`;
}

/**
 * A size as people write it.
 * @param {number} bytes
 */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1000 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
