// The head of the page: the flow, the tabs, and the look.

import { h, setAttribute, setText } from './phone/dom.js';
import { lookControls } from './phone/look.js';

/** @typedef {'play' | 'gallery'} Tab */

/**
 * @param {object} owner
 * @param {import('./types.js').Look} owner.look
 * @param {(change: Partial<import('./types.js').Look>) => void} owner.changeLook
 * @param {(flow: string) => void} owner.chooseFlow
 * @param {() => void} owner.showTab
 */
export function head({ look, changeLook, chooseFlow, showTab }) {
  /** @type {Tab | null} */
  let tab = location.hash === '#gallery' ? 'gallery' : location.hash === '#play' ? 'play' : null;
  const flows = h('select', { 'aria-label': 'Flow' });
  flows.addEventListener('change', () => chooseFlow(flows.value));
  const mistake = h('span', { class: 'mistake', role: 'status' });
  const tabs = h('nav', { class: 'tabs', 'aria-label': 'What is shown' });
  /** @type {[Tab, string][]} */
  const names = [['play', 'Play'], ['gallery', 'All screens']];
  const buttons = names.map(([name, text]) => {
    const button = h('button', { type: 'button', text });
    button.addEventListener('click', () => {
      tab = name;
      history.replaceState(null, '', `#${name}`);
      showTab();
    });
    tabs.append(button);
    return { name, button };
  });
  const element = h('header', { class: 'head' }, flows, tabs, mistake, lookControls(look, changeLook));
  let known = '';
  return {
    element,
    /**
     * @param {import('./inspector/types.js').State} state
     * @returns {Tab}
     */
    update(state) {
      const list = state.flows.map(({ name }) => name);
      if (list.join('\n') !== known) {
        known = list.join('\n');
        flows.replaceChildren(...list.map((name) => h('option', { value: name, text: name })));
      }
      flows.value = state.flow;
      const flow = state.flows.find(({ name }) => name === state.flow);
      // A preview has no endpoint, so only a flow that needs none can be played.
      tabs.hidden = state.mode === 'preview' && flow?.asks_endpoint !== false;
      const first = state.mode === 'preview' ? 'gallery' : 'play';
      const shown = tabs.hidden ? 'gallery' : tab ?? first;
      for (const { name, button } of buttons) setAttribute(button, 'aria-current', name === shown && 'page');
      setText(mistake, flow?.error ? `flow.json, line ${flow.line}: ${flow.error}` : '');
      return shown;
    },
  };
}
