// What opens over a screen: the panel of a Dropdown, a dialog, a menu, a sheet from below. One has the focus at a time,
// and gives it back to the element that had it.

import { h, uniqueId } from './dom.js';
import { icon } from './icons.js';
import { words } from './words.js';

/** @typedef {{ options: import('../types.js').OverlayOptions, element: HTMLElement, close: () => void }} Opened */

/**
 * @param {HTMLElement} layer  has the overlays
 * @param {() => HTMLElement[]} behind  the elements that cannot be used meanwhile
 */
export function overlays(layer, behind) {
  /** @type {Opened[]} */
  let opened = [];

  /** @param {import('../types.js').OverlayOptions} options */
  function open(options) {
    const before = document.activeElement;
    const title = h('h2', { class: 'overlay-title', id: uniqueId(), text: options.title, dir: 'auto', tabindex: '-1' });
    const body = h('div', { class: 'overlay-body' }, ...options.content);
    const box = h('div', { class: `overlay ${options.style}`, role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': title.id });
    const close = () => {
      if (!opened.includes(entry)) return;
      opened = opened.filter((other) => other !== entry);
      const hadFocus = element.contains(document.activeElement) || document.activeElement === document.body;
      element.remove();
      setInert();
      options.onClose?.();
      if (hadFocus && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
    const back = h('button', { type: 'button', class: 'icon-button start', 'data-back': true, 'aria-label': words.back, onclick: close });
    back.append(icon('back'), icon('chevron'));
    box.append(options.style === 'panel' ? h('div', { class: 'title-bar' }, back, title) : title, body);
    const dim = h('div', { class: 'dim', onclick: close });
    const element = h('div', { class: `overlay-layer for-${options.style}` }, options.style === 'panel' ? null : dim, box);
    element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close();
    });
    const entry = { options, element, close };
    opened.push(entry);
    layer.append(element);
    setInert();
    const target = options.focus ?? body.querySelector('button, input, select, [tabindex="0"]') ?? title;
    /** @type {HTMLElement} */ (target).focus({ preventScroll: options.style !== 'panel' });
    return { element: box, close };
  }

  function setInert() {
    for (const element of behind()) element.inert = opened.length > 0;
    opened.forEach(({ element }, at) => (element.inert = at < opened.length - 1));
  }

  return {
    open,
    isOpen: () => opened.length > 0,
    closeAll() {
      for (const { close } of [...opened].reverse()) close();
    },
    /**
     * Closes what belongs to components that are not there any more.
     * @param {Set<number>} components
     */
    keep(components) {
      for (const { options, close } of [...opened].reverse()) {
        if (options.component !== undefined && !components.has(options.component)) close();
      }
    },
  };
}
