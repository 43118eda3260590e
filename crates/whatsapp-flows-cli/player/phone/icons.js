// The icons: own drawings on a grid of 24, made of lines.

/** @type {Record<string, string>} */
const PATHS = {
  back: 'M20 12H5M11 5.5 4.5 12l6.5 6.5',
  calendar: 'M4.5 6.5h15v13h-15zM4.5 10.5h15M8.5 3.5v4M15.5 3.5v4',
  camera: 'M3.5 8h4l2-2.5h5l2 2.5h4v11h-17zM12 16.5a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5z',
  chevron: 'm9 5.5 6.5 6.5L9 18.5',
  clear: 'm7 7 10 10M17 7 7 17',
  close: 'm5.5 5.5 13 13M18.5 5.5l-13 13',
  document: 'M6 3.5h8l4.5 4.5v12.5H6zM13.5 3.5V8.5h5M9 13h6M9 16.5h6',
  down: 'm5.5 9 6.5 6.5L18.5 9',
  error: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5v5.5M12 16v.5',
  external: 'M10 5H5v14h14v-5M14 4.5h5.5V10M19 5l-8.5 8.5',
  flag: 'M6 20.5v-16h11l-2.5 4 2.5 4H6',
  gallery: 'M3.5 5.5h17v13h-17zM3.5 16l5-5 4 4 2.5-2.5 5.5 5.5M15.5 10v.01',
  more: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8 12h.01M12 12h.01M16 12h.01',
  retry: 'M18.5 8.5a7.5 7.5 0 1 0 1 5M19 4v5h-5',
  tick: 'm5 12.5 4.5 4.5L19 7.5',
};

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An icon. It says nothing to a screen reader: the control that has it has a name.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name] ?? '');
  svg.append(path);
  return svg;
}
