// The chat: the business's message with its button, and the message that a completed flow leaves.

import { h, setAttribute, setOptionalText, setText } from './dom.js';
import { icon } from './icons.js';
import { textOf } from './values.js';
import { words } from './words.js';

/** @param {() => void} open */
export function chat(open) {
  const body = h('p', { class: 'bubble-text', dir: 'auto' });
  const button = h('button', { type: 'button', class: 'bubble-button' });
  const message = h('div', { class: 'bubble in' }, body, button);
  const details = h('dl', { class: 'bubble-details' });
  const reply = h('div', { class: 'bubble out' });
  reply.append(h('p', { class: 'bubble-title' }, icon('tick'), h('span', { text: words.completed })), details);
  const header = h('div', { class: 'chat-header' });
  header.append(h('span', { class: 'avatar', 'aria-hidden': 'true' }), h('span', { class: 'chat-name', text: words.business }));
  const list = h('div', { class: 'messages', role: 'log', 'aria-label': words.business }, message, reply);
  const element = h('div', { class: 'chat' }, header, list);
  let isDone = false;
  button.addEventListener('click', () => {
    if (!isDone) open();
  });
  reply.hidden = true;
  return {
    element,
    button,
    /** @param {import('../types.js').Message} now */
    setMessage(now) {
      setOptionalText(body, now.body);
      setText(button, now.button);
    },
    /**
     * @param {Record<string, unknown> | null} params  of the message that completed the flow
     */
    setCompleted(params) {
      isDone = params !== null;
      setAttribute(button, 'aria-disabled', isDone ? 'true' : null);
      reply.hidden = !isDone;
      const entries = Object.entries(params ?? {}).filter(([name]) => name !== 'flow_token');
      details.replaceChildren(...entries.flatMap(([name, value]) => [
        h('dt', { text: name, dir: 'auto' }),
        h('dd', { text: textOf(value) || JSON.stringify(value), dir: 'auto' }),
      ]));
      details.hidden = entries.length === 0;
    },
  };
}
