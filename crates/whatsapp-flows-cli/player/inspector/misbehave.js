// Misbehaviour: with the next request, or now.

import { h, setAttribute, setOptionalText } from '../phone/dom.js';

/** The words of every misbehaviour. @type {Record<string, { text: string, title: string }>} */
export const MISBEHAVIOURS = {
  same_bytes: { text: 'Same bytes', title: 'Sends the same encrypted bytes again, as a proxy does' },
  same_data: { text: 'Same data', title: 'Sends the same data under fresh encryption, as a client does after an error' },
  tap_twice: { text: 'Tap twice', title: 'Sends the data twice at once' },
  wrong_key: { text: 'Wrong key', title: 'Encrypts with another public key: 421, and the client fetches the key again' },
  tampered: { text: 'Tampered', title: 'Flips a bit on the way: 421' },
  wrong_signature: { text: 'Wrong signature', title: 'Signs with another app secret: 432' },
  wait: { text: 'Wait 11 s', title: 'The answer takes 11 seconds; the client gives up after 10' },
  answer_lost: { text: 'Answer lost', title: 'The endpoint serves the request, and its answer does not arrive' },
  expire_session: { text: 'Expire the session', title: 'The session of this flow token ends now' },
  second_device: { text: 'Second device', title: 'The same message is opened on another device, with the same flow token' },
};

const NEXT = ['tap_twice', 'wrong_key', 'tampered', 'wrong_signature', 'wait', 'answer_lost'];
const NOW = ['same_bytes', 'same_data', 'expire_session', 'second_device'];

/** @param {(body: { kind: string }) => void} send */
export function misbehave(send) {
  const button = (/** @type {string} */ kind) => {
    const { text, title } = MISBEHAVIOURS[kind];
    return h('button', { type: 'button', text, title, 'data-kind': kind, onclick: () => send({ kind }) });
  };
  const next = NEXT.map(button);
  const now = NOW.map(button);
  const armed = h('p', { class: 'armed', role: 'status' });
  const element = h(
    'div',
    { class: 'misbehave' },
    h('div', { class: 'buttons', role: 'group', 'aria-label': 'Misbehave with the next request' }, h('span', { class: 'muted', text: 'Next request' }), ...next),
    h('div', { class: 'buttons', role: 'group', 'aria-label': 'Misbehave now' }, h('span', { class: 'muted', text: 'Now' }), ...now),
    armed,
  );
  return {
    element,
    /** @param {import('./types.js').State} state */
    update(state) {
      for (const one of next) setAttribute(one, 'aria-pressed', one.dataset.kind === state.armed ? 'true' : 'false');
      for (const one of now) {
        const needsTables = one.dataset.kind === 'expire_session' && state.mode !== 'dev';
        setAttribute(one, 'disabled', needsTables);
      }
      setOptionalText(armed, state.armed && `${MISBEHAVIOURS[state.armed].title}. It happens to the next request of the phone.`);
    },
  };
}
