// The sheet over the chat: a screen of the flow.

import { slot } from '../components/slot.js';
import { h, keyedChildren, setAttribute } from './dom.js';
import { errorScreen, progressBar, skeleton, snackbar, titleBar } from './frame.js';
import { icon } from './icons.js';
import { overlays } from './overlays.js';
import { words } from './words.js';

/** @typedef {import('../types.js').Component} Component */

/**
 * @param {{ send: (event: import('../types.js').UserEvent) => void, link: (url: string) => void, inert: () => boolean,
 *   look: () => import('../types.js').Look }} owner
 */
export function sheet(owner) {
  const layer = h('div', { class: 'overlays' });
  const over = overlays(layer, () => [bar.element, screen]);
  let view = /** @type {import('../types.js').View | null} */ (null);
  /** A second tap before the next view is that of an impatient finger. */
  let tapped = false;
  /** @type {import('../types.js').Context} */
  const context = {
    send: (event) => {
      const isTap = event.type === 'tap' || event.type === 'tap_item';
      if (owner.inert() || (isTap && tapped)) return;
      tapped ||= isTap;
      owner.send(event);
    },
    link: owner.link,
    inert: owner.inert,
    look: owner.look,
    view: () => /** @type {import('../types.js').View} */ (view),
    overlays: over,
  };
  const bar = titleBar({
    back: () => context.send({ type: 'back' }),
    close: () => owner.send({ type: 'close' }),
    menu: openMenu,
  });
  const progress = progressBar();
  const loader = skeleton();
  const failed = errorScreen(() => owner.send({ type: 'retry' }));
  const content = h('div', { class: 'content' });
  const foot = h('div', { class: 'foot' });
  const branding = h('p', { class: 'branding' });
  branding.append(icon('flag'), h('span', { text: words.managed }));
  const toast = snackbar(() => owner.send({ type: 'dismiss_snackbar' }));
  const scroll = h('div', { class: 'scroll' }, loader, failed.element, content);
  const screen = h('div', { class: 'screen' }, progress.element, scroll, foot, branding, toast.element);
  const element = h('section', { class: 'sheet', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': bar.title.id });
  element.append(h('span', { class: 'grabber' }), bar.element, screen, layer);
  scroll.addEventListener('scroll', () => setAttribute(element, 'data-scrolled', scroll.scrollTop > 0), { passive: true });
  element.addEventListener('keydown', (event) => {
    // While the client waits, components keep the focus, and keys do nothing.
    if (view?.frame.state === 'loading' && content.contains(/** @type {Node} */ (event.target)) && event.key !== 'Tab') event.preventDefault();
  });
  /** @type {(components: Component[]) => unknown} */
  let drawContent = () => {};
  /** @type {(components: Component[]) => unknown} */
  let drawFoot = () => {};

  function openMenu() {
    const items = [words.help, words.report].map((text) => {
      const button = h('button', { type: 'button', class: 'row action', text });
      button.addEventListener('click', () => menu.close());
      return button;
    });
    const menu = over.open({ style: 'menu', title: words.menu, content: items });
  }

  /** Starts another screen: its components are new, and reading starts at its title. */
  function enter() {
    const hadFocus = element.contains(document.activeElement);
    over.closeAll();
    content.replaceChildren();
    foot.replaceChildren();
    // What a component is for good: a document that is being edited may change it.
    const key = (/** @type {Component} */ { id, kind, properties }) => `${id} ${kind} ${properties['input-type']} ${properties.mode}`;
    const create = (/** @type {Component} */ component) => slot(component, context);
    drawContent = keyedChildren(content, key, create);
    drawFoot = keyedChildren(foot, key, create);
    scroll.scrollTop = 0;
    if (hadFocus) bar.title.focus({ preventScroll: true });
  }

  return {
    element,
    title: bar.title,
    content,
    overlays: over,
    /**
     * @param {import('../types.js').View} now
     * @param {boolean} isReadOnly
     */
    update(now, isReadOnly) {
      const isNew = now.screen !== view?.screen;
      view = now;
      tapped = false;
      if (isNew) enter();
      const { state } = now.frame;
      const failure = now.frame.state === 'error' ? now.frame.failure : null;
      const isFirst = now.screen === '';
      const title = failure ? '' : now.title;
      setAttribute(element, 'aria-label', title ? null : words.form);
      setAttribute(element, 'aria-labelledby', title ? bar.title.id : null);
      bar.update({ title, canGoBack: now.can_go_back && !failure, loading: state === 'loading' });
      // A flow of one screen has no progress, nor has an error screen.
      const hasProgress = !failure && !isFirst && (now.can_go_back || now.progress < 1);
      progress.update(hasProgress ? now.progress : null);
      loader.toggleAttribute('hidden', !(isFirst && state === 'loading'));
      failed.update(failure);
      content.hidden = Boolean(failure);
      foot.hidden = Boolean(failure);
      setAttribute(content, 'aria-busy', state === 'loading' ? 'true' : null);
      setAttribute(element, 'data-loading', state === 'loading');
      setAttribute(element, 'data-read-only', isReadOnly);
      drawContent(now.components.filter(({ kind }) => kind !== 'Footer'));
      drawFoot(now.components.filter(({ kind }) => kind === 'Footer'));
      setAttribute(foot, 'data-empty', foot.childElementCount === 0);
      toast.update(state === 'ready' ? now.snackbar : null, !isReadOnly);
      if (state !== 'ready') over.closeAll();
      else over.keep(new Set(now.components.map(({ id }) => id)));
    },
    /** Forgets the screen, so that the next view starts anew. */
    reset() {
      view = null;
      over.closeAll();
    },
  };
}
