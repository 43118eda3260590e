// The Markdown of RichText, TextBody and TextCaption: a text becomes elements, and never HTML.

import { h } from './dom.js';
import { imageUrl, picture } from './image.js';

/** The parts that a component shows; the others are shown as written. */
/** @typedef {{ blocks: boolean, lists: boolean, link: (url: string) => void }} Allowed */

const BULLET = /^\s{0,3}[-+]\s+(.*)$/;
const NUMBER = /^\s{0,3}\d{1,9}[.)]\s+(.*)$/;
const HEADING = /^(#{1,2})\s+(.*)$/;
const MORE_HASHES = /^#{3,}\s+(.*)$/;
const SEPARATOR = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const IMAGE = /^!\[([^\]]*)\]\(\s*data:image\/png;base64,([A-Za-z0-9+/=]+)\s*\)$/;
/** Marks nest no deeper than this; deeper ones are shown as written. */
const MAX_DEPTH = 6;

/**
 * The elements of a text.
 * @param {string} text
 * @param {Allowed} allowed
 * @returns {HTMLElement[]}
 */
export function markdown(text, allowed) {
  const lines = text.split('\n');
  /** @type {HTMLElement[]} */
  const blocks = [];
  let paragraph = /** @type {HTMLElement | null} */ (null);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const list = allowed.lists ? readList(lines, at, allowed) : null;
    const block = list ?? (allowed.blocks ? readBlock(lines, at, allowed) : null);
    if (block) {
      blocks.push(block.element);
      at += block.lines - 1;
      paragraph = null;
    } else if (line.trim() === '') {
      paragraph = null;
    } else {
      if (paragraph) paragraph.append(h('br'));
      else blocks.push((paragraph = h('p', { dir: 'auto' })));
      const hashes = allowed.blocks ? MORE_HASHES.exec(line) : null;
      inline(paragraph, hashes?.[1] ?? line, allowed, 0);
    }
  }
  return blocks;
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {Allowed} allowed
 */
function readList(lines, at, allowed) {
  const first = lines[at] ?? '';
  const form = BULLET.test(first) ? BULLET : NUMBER.test(first) ? NUMBER : null;
  if (!form) return null;
  const element = h(form === BULLET ? 'ul' : 'ol', { dir: 'auto' });
  let count = 0;
  for (; at + count < lines.length; count += 1) {
    const item = form.exec(lines[at + count] ?? '');
    if (!item) break;
    const child = h('li');
    inline(child, item[1] ?? '', allowed, 0);
    element.append(child);
  }
  return { element, lines: count };
}

/**
 * A heading, an image or a table.
 * @param {string[]} lines
 * @param {number} at
 * @param {Allowed} allowed
 * @returns {{ element: HTMLElement, lines: number } | null}
 */
function readBlock(lines, at, allowed) {
  const line = lines[at] ?? '';
  const heading = HEADING.exec(line);
  if (heading) {
    const level = heading[1]?.length === 1 ? 'h3' : 'h4';
    const element = h(level, { class: level === 'h3' ? 'heading' : 'subheading', dir: 'auto' });
    inline(element, heading[2] ?? '', allowed, 0);
    return { element, lines: 1 };
  }
  const image = IMAGE.exec(line.trim());
  if (image) {
    const drawn = picture('in-text');
    drawn.update(imageUrl(image[2]), image[1] ?? '');
    return { element: drawn.element, lines: 1 };
  }
  if (line.includes('|') && SEPARATOR.test(lines[at + 1] ?? '')) return readTable(lines, at, allowed);
  return null;
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {Allowed} allowed
 */
function readTable(lines, at, allowed) {
  const header = cells(lines[at] ?? '');
  /** @param {string[]} texts  @param {'th' | 'td'} tag */
  const row = (texts, tag) => {
    const element = h('tr');
    for (let column = 0; column < header.length; column += 1) {
      const cell = h(tag, { dir: 'auto' });
      inline(cell, texts[column] ?? '', allowed, 0);
      element.append(cell);
    }
    return element;
  };
  const body = h('tbody');
  let count = 2;
  for (; (lines[at + count] ?? '').includes('|'); count += 1) body.append(row(cells(lines[at + count] ?? ''), 'td'));
  const table = h('table', {}, h('thead', {}, row(header, 'th')), body);
  // It may be wider than the screen: the keys scroll what has the focus.
  const name = header.join(', ');
  return { element: h('div', { class: 'table', tabindex: '0', role: 'group', 'aria-label': name }, table), lines: count };
}

/** @param {string} line */
function cells(line) {
  return line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim());
}

/**
 * @typedef {object} Searched
 * @property {Set<string>} unclosed  the marks that are not closed any more
 * @property {number} middle  the next place between the label and the address of a link
 */

/** The marks, the longer ones first. @type {[string, (keyof HTMLElementTagNameMap)[]][]} */
const MARKS = [['***', ['strong', 'em']], ['**', ['strong']], ['~~', ['s']], ['*', ['em']]];

/**
 * Adds a text with its marks and links.
 * @param {HTMLElement} parent
 * @param {string} text
 * @param {Allowed} allowed
 * @param {number} depth
 */
function inline(parent, text, allowed, depth) {
  /** What was searched for already, so that a text of nothing but marks takes no long time. @type {Searched} */
  const searched = { unclosed: new Set(), middle: -1 };
  let plain = 0;
  let at = 0;
  const flush = () => {
    if (at > plain) parent.append(text.slice(plain, at));
  };
  while (at < text.length && depth < MAX_DEPTH) {
    const found = link(text, at, allowed, searched) ?? marked(text, at, allowed, depth, searched);
    if (found) {
      flush();
      parent.append(found.element);
      at = found.end;
      plain = at;
    } else {
      at += 1;
    }
  }
  at = text.length;
  flush();
}

/**
 * @param {string} text
 * @param {number} at
 * @param {Allowed} allowed
 * @param {number} depth
 * @param {Searched} searched
 */
function marked(text, at, allowed, depth, { unclosed }) {
  for (const [mark, tags] of MARKS) {
    if (unclosed.has(mark) || !text.startsWith(mark, at) || /^(\s|$)/.test(text.charAt(at + mark.length))) continue;
    const end = text.indexOf(mark, at + mark.length + 1);
    if (end < 0) {
      unclosed.add(mark);
      continue;
    }
    const elements = tags.map((tag) => h(tag));
    elements.reduce((outer, inner) => (outer.append(inner), inner));
    inline(/** @type {HTMLElement} */ (elements.at(-1)), text.slice(at + mark.length, end), allowed, depth + 1);
    return { element: /** @type {HTMLElement} */ (elements[0]), end: end + mark.length };
  }
  return null;
}

/**
 * A link to an https address. Any other is shown as written, with its brackets.
 * @param {string} text
 * @param {number} at
 * @param {Allowed} allowed
 * @param {Searched} searched
 */
function link(text, at, allowed, searched) {
  if (text.charAt(at) !== '[' || searched.unclosed.has('[')) return null;
  if (searched.middle < at) searched.middle = text.indexOf('](', at);
  const { middle } = searched;
  const end = middle < 0 ? -1 : text.indexOf(')', middle);
  if (end < 0) {
    searched.unclosed.add('[');
    return null;
  }
  const label = text.slice(at + 1, middle);
  const url = httpsUrl(text.slice(middle + 2, end));
  if (!url || label.includes('[') || text.charAt(at - 1) === '!') return null;
  const open = () => allowed.link(url);
  const element = h('span', { class: 'link', role: 'link', tabindex: '0', title: url, onclick: open });
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') open();
  });
  inline(element, label, { ...allowed, link: () => {} }, MAX_DEPTH - 1);
  return { element, end: end + 1 };
}

/** @param {string} text */
function httpsUrl(text) {
  try {
    const url = new URL(text.trim());
    return url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
