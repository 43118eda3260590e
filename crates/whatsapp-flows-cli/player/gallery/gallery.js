// The gallery: all screens side by side, with the findings of `flowctl check` pinned to their components.

import { h, keyedChildren, setAttribute, setOptionalText, setText } from '../phone/dom.js';
import { Phone } from '../phone/phone.js';

/** @typedef {import('../types.js').Finding & { number: number }} Numbered */
/** @typedef {{ id: string, view: import('../types.js').View, findings: Numbered[] }} Card */

const NOTHING = { onEvent() {}, onOpen() {}, onLink() {} };

export class Gallery {
  /**
   * @param {HTMLElement} root
   * @param {Partial<import('../types.js').Look>} [look]
   */
  constructor(root, look = {}) {
    this.look = { ...look };
    /** @type {Map<string, Phone>} */
    this.phones = new Map();
    this.strip = h('ul', { class: 'findings' });
    const cards = h('div', { class: 'cards' });
    this.none = h('p', { class: 'gallery-empty', text: 'There is no screen that can be shown.' });
    this.element = h('div', { class: 'gallery' }, this.strip, this.none, cards);
    this.drawStrip = keyedChildren(this.strip, keyOf, findingRow);
    this.drawCards = keyedChildren(cards, (/** @type {Card} */ card) => card.id, (card) => this.card(card));
    root.append(this.element);
  }

  /** @param {import('../types.js').GalleryData} data */
  show({ screens, findings }) {
    const numbered = findings.map((finding, at) => ({ ...finding, number: at + 1 }));
    const shown = new Set(screens.map(({ id }) => id));
    this.drawStrip(numbered.filter(({ screen }) => screen === null || !shown.has(screen)));
    this.strip.hidden = this.strip.childElementCount === 0;
    this.none.hidden = screens.length > 0;
    const cards = screens.map(({ id, view }) => ({ id, view, findings: numbered.filter(({ screen }) => screen === id) }));
    for (const id of this.phones.keys()) if (!shown.has(id)) this.phones.delete(id);
    this.drawCards(cards);
  }

  /** @param {Partial<import('../types.js').Look>} look */
  setLook(look) {
    Object.assign(this.look, look);
    for (const phone of this.phones.values()) phone.setLook(look);
  }

  /** @param {Card} first */
  card(first) {
    const frame = h('div', { class: 'card-phone' });
    const title = h('h2', { text: first.id });
    const list = h('ul', { class: 'findings' });
    const warnings = h('ul', { class: 'warnings' });
    const element = h('article', { class: 'screen-card', 'aria-label': first.id }, title, frame, list, warnings);
    const phone = new Phone(frame, NOTHING, this.look, { flat: true });
    this.phones.set(first.id, phone);
    const drawList = keyedChildren(list, keyOf, findingRow);
    return {
      element,
      /** @param {Card} card */
      update(card) {
        phone.show(card.view, { readOnly: true });
        drawList(card.findings);
        list.hidden = card.findings.length === 0;
        setWarnings(warnings, card.view.warnings);
        pin(phone, card.findings);
      },
    };
  }
}

/** @param {Numbered} finding */
function keyOf(finding) {
  return `${finding.line} ${finding.rule} ${finding.text}`;
}

/** A finding, with its number, which is also at its component. */
function findingRow() {
  const number = h('span', { class: 'pin' });
  const place = h('span', { class: 'place' });
  const text = h('span', { class: 'finding-text', dir: 'auto' });
  const help = h('span', { class: 'finding-help', dir: 'auto' });
  const element = h('li', {}, number, h('span', { class: 'finding-words' }, place, text, help));
  return {
    element,
    /** @param {Numbered} finding */
    update(finding) {
      setAttribute(element, 'data-severity', finding.severity);
      setText(number, String(finding.number));
      setText(place, `Line ${finding.line}, ${finding.severity}: `);
      setText(text, finding.text);
      setAttribute(text, 'title', finding.rule);
      setOptionalText(help, finding.help);
    },
  };
}

/**
 * Marks the components of findings with their numbers.
 * @param {Phone} phone
 * @param {Numbered[]} findings
 */
function pin(phone, findings) {
  for (const old of phone.element.querySelectorAll('.pins')) old.remove();
  for (const slot of phone.element.querySelectorAll('.slot[data-pinned]')) setAttribute(slot, 'data-pinned', null);
  for (const finding of findings) {
    const slot = finding.component === null ? null : phone.slot(finding.component);
    if (!slot) continue;
    let pins = slot.querySelector('.pins');
    if (!pins) slot.append((pins = h('span', { class: 'pins' })));
    pins.append(h('span', { class: 'pin', 'data-severity': finding.severity, title: finding.text, text: finding.number }));
    if (slot.getAttribute('data-pinned') !== 'error') setAttribute(slot, 'data-pinned', finding.severity);
  }
}

/**
 * @param {HTMLElement} list
 * @param {string[]} texts
 */
function setWarnings(list, texts) {
  if ([...list.children].map((child) => child.textContent).join('\n') !== texts.join('\n')) {
    list.replaceChildren(...texts.map((text) => h('li', { text, dir: 'auto' })));
  }
  list.hidden = texts.length === 0;
}
