// The conversation's own controls: a new message, how it opens the flow, and what was played as a test or a script.

import { call } from '../api.js';
import { h, setText } from '../phone/dom.js';

const NOTHING = 'There is nothing to copy yet: open the message first.';

/** @param {(message: object) => void} begin Starts another conversation. */
export function conversation(begin) {
  const token = h('code', { class: 'token', title: 'The flow token of this message' });
  const given = h('input', { 'aria-label': 'Flow token of the next message', placeholder: 'token', spellcheck: 'false' });
  const opens = h('select', { 'aria-label': 'How the message opens the flow' });
  const start = h('button', { type: 'button', text: 'New message', title: 'Start over, as another user with another flow token' });
  start.addEventListener('click', () => {
    begin(given.value ? { token: given.value } : {});
    given.value = '';
  });
  const done = h('span', { class: 'done', role: 'status' });
  const copyTest = h('button', { type: 'button', text: 'Copy as Rust test' });
  const saveScript = h('button', { type: 'button', text: 'Save as script' });
  const text = h('textarea', { class: 'copied', readonly: '', rows: '10', 'aria-label': 'The conversation as text' });
  text.hidden = true;
  copyTest.addEventListener('click', async () => {
    const test = (await call('copy', { as: 'rust' })).text;
    if (!test.includes('FlowClient::open')) return setText(done, NOTHING);
    text.value = test;
    const copied = await navigator.clipboard.writeText(test).then(() => true, () => false);
    text.hidden = copied;
    if (!copied) text.select();
    setText(done, copied ? 'Copied. Paste it into the tests of the flow, and pass flow() what they pass it.' : 'Copy the selected text.');
  });
  saveScript.addEventListener('click', async () => {
    const script = (await call('copy', { as: 'script' })).text;
    if (!script.includes('open')) return setText(done, NOTHING);
    const url = URL.createObjectURL(new Blob([script], { type: 'text/plain' }));
    const name = `${current?.flow ?? 'flow'}.play`;
    h('a', { href: url, download: name }).click();
    URL.revokeObjectURL(url);
    setText(done, `Saved as ${name}. Play it with flowctl play.`);
  });
  /** @type {import('./types.js').State | null} */
  let current = null;
  let known = '';
  const next = h('div', { class: 'buttons next' }, start, opens, given);
  return {
    begin,
    /** Under the phone: the next message. */
    start: next,
    /** Above the exchanges: this one. */
    element: h(
      'div',
      { class: 'conversation' },
      h('div', { class: 'buttons' }, h('span', { class: 'muted', text: 'Flow token' }), token, copyTest, saveScript, done),
      text,
    ),
    /** How the next opening is done. */
    opening() {
      return opens.value === '' ? { action: 'data_exchange' } : { action: 'navigate', screen: opens.value };
    },
    /** @param {import('./types.js').State} state */
    update(state) {
      if (current && current.token !== state.token) setText(done, '');
      current = state;
      setText(token, state.token);
      // The button of an answered message is gone, so another message is next.
      const frame = state.view?.frame;
      next.toggleAttribute('data-answered', frame?.state === 'closed' && frame.params !== null);
      const flow = state.flows.find(({ name }) => name === state.flow);
      const choices = flow ? [...(flow.asks_endpoint ? [''] : []), ...flow.screens] : [];
      const key = `${state.flow}\n${choices.join('\n')}`;
      if (key === known) return;
      known = key;
      opens.replaceChildren(...choices.map((screen) => {
        return h('option', { value: screen, text: screen === '' ? 'by data_exchange' : `at ${screen}` });
      }));
    },
  };
}
