// The parts of a sheet around the components: title bar, menu, progress, error screen, loader, snackbar.

import { h, setAttribute, setOptionalText, setText, uniqueId } from './dom.js';
import { icon } from './icons.js';
import { words } from './words.js';

/**
 * The title bar: back or close at the start, the menu or a ring at the end.
 * @param {{ back: () => void, close: () => void, menu: (opener: HTMLElement) => void }} does
 */
export function titleBar(does) {
  const start = h('button', { type: 'button', class: 'icon-button start' });
  const closeWord = h('span', { class: 'close-word', text: words.close });
  start.append(icon('back'), icon('chevron'), icon('close'), closeWord);
  const title = h('h1', { class: 'title', id: uniqueId(), tabindex: '-1', dir: 'auto' });
  const menu = h('button', { type: 'button', class: 'icon-button menu', 'aria-label': words.menu, 'aria-haspopup': 'dialog' });
  menu.append(icon('more'));
  const ring = h('span', { class: 'ring', role: 'status', 'aria-label': words.inProgress });
  const end = h('button', { type: 'button', class: 'icon-button end-close', 'aria-label': words.close });
  end.append(icon('close'));
  const element = h('div', { class: 'title-bar' }, start, title, ring, menu, end);
  let canGoBack = false;
  start.addEventListener('click', () => (canGoBack ? does.back() : does.close()));
  end.addEventListener('click', () => does.close());
  menu.addEventListener('click', () => does.menu(menu));
  return {
    element,
    title,
    /** @param {{ title: string, canGoBack: boolean, loading: boolean }} now */
    update(now) {
      ({ canGoBack } = now);
      setText(title, now.title);
      setAttribute(start, 'data-back', canGoBack);
      setAttribute(start, 'aria-label', canGoBack ? words.back : words.close);
      ring.hidden = !now.loading;
      menu.hidden = now.loading;
    },
  };
}

/** The bar of the share of the flow that was seen. */
export function progressBar() {
  const bar = h('span');
  const element = h('div', { class: 'progress', role: 'progressbar', 'aria-label': words.progress, 'aria-valuemin': '0', 'aria-valuemax': '100' }, bar);
  return {
    element,
    /** @param {number | null} share */
    update(share) {
      element.hidden = share === null;
      const percent = Math.round((share ?? 0) * 100);
      setAttribute(element, 'aria-valuenow', percent);
      bar.style.inlineSize = `${percent}%`;
    },
  };
}

/** The bars in place of components while the first screen is on its way. */
export function skeleton() {
  const bars = Array.from({ length: 4 }, () => h('span'));
  return h('div', { class: 'skeleton', 'aria-hidden': 'true' }, ...bars);
}

/** @param {() => void} retry */
export function errorScreen(retry) {
  const text = h('p', { class: 'error-text', dir: 'auto' });
  const button = h('button', { type: 'button', class: 'link', text: words.retry, onclick: retry });
  const sign = h('span', { class: 'error-sign' });
  sign.append(icon('error'));
  const element = h('div', { class: 'error-screen', role: 'alert' }, sign, text, button);
  return {
    element,
    /** @param {import('../types.js').Failure | null} failure */
    update(failure) {
      element.hidden = failure === null;
      setText(text, failure?.text ?? '');
      button.hidden = !failure?.can_retry;
    },
  };
}

/**
 * The message over a screen. It hides itself after its time.
 * @param {() => void} dismiss
 */
export function snackbar(dismiss) {
  const text = h('span', { dir: 'auto' });
  const button = h('button', { type: 'button', class: 'snackbar-button', text: words.dismiss, onclick: dismiss });
  const box = h('div', { class: 'snackbar' }, text, button);
  // The region is always there, so that a screen reader notices a text in it.
  const element = h('div', { class: 'snackbar-region', role: 'status' }, box);
  box.hidden = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return {
    element,
    /**
     * @param {import('../types.js').Snackbar | null} now
     * @param {boolean} hides  after its time
     */
    update(now, hides) {
      const isNew = now?.text !== text.textContent || box.hidden;
      setOptionalText(text, now?.text);
      box.hidden = !now;
      if (!now || !hides) clearTimeout(timer);
      else if (isNew) {
        clearTimeout(timer);
        timer = setTimeout(dismiss, now.milliseconds);
      }
    },
  };
}
