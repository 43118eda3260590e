// One exchange: what was sent and answered, the session, the log, and what can be done with it again.

import { h } from '../phone/dom.js';
import { difference, json } from './json.js';
import { statusText } from './list.js';
import { MISBEHAVIOURS } from './misbehave.js';

/** @typedef {import('./types.js').Detail} Detail */

const AGAIN = ['same_bytes', 'same_data', 'tap_twice', 'tampered', 'wrong_key', 'wrong_signature'];

/** The sections that are open stay open for the next exchange. @type {Record<string, boolean>} */
const isOpen = { Request: true, Reply: true, Session: true, Log: true };

/**
 * @param {Detail} exchange
 * @param {string} mode
 * @param {(body: { kind: string, exchange: number }) => void} send
 */
export function detail(exchange, mode, send) {
  const { bytes, milliseconds } = exchange;
  const facts = [
    statusText(exchange) === 'none' ? 'no response' : `status ${statusText(exchange)}`,
    milliseconds === null ? '' : `${milliseconds.toFixed(1)} ms`,
    bytes ? `${bytes.request} bytes sent, ${bytes.reply} received` : '',
    exchange.repeated ? 'a stored reply, sent again' : '',
  ];
  const again = AGAIN.map((kind) => {
    const { text, title } = MISBEHAVIOURS[kind];
    const disabled = exchange.status === null;
    return h('button', { type: 'button', text, title, disabled, onclick: () => send({ kind, exchange: exchange.id }) });
  });
  const from = [exchange.action, exchange.screen].filter(Boolean).join(' ');
  return h(
    'div',
    { class: 'detail' },
    h('h2', { text: `${exchange.id}  ${from}` }),
    h('p', { class: 'facts', text: facts.filter(Boolean).join(' · ') }),
    exchange.problem ? h('p', { class: 'problem', text: exchange.problem }) : null,
    explained(exchange),
    h('div', { class: 'buttons', role: 'group', 'aria-label': 'Send it again' }, h('span', { class: 'muted', text: 'Send it again' }), ...again),
    section('Request', json(exchange.request, 'Request')),
    section('Reply', exchange.reply === null ? muted('There is no reply that can be read.') : json(exchange.reply, 'Reply')),
    section('Session', session(exchange, mode)),
    section('Log', log(exchange.log, mode)),
  );
}

/** @param {Detail} exchange */
function explained({ explanation, problem }) {
  if (!explanation?.rejected) return null;
  const place = explanation.line === null ? '' : ` See line ${explanation.line} of flow.json.`;
  const text = `The client rejects this reply: ${explanation.text}.${place}`;
  return problem?.startsWith(explanation.text) ? h('p', { class: 'problem-help', text: `The client rejects this reply.${place}` }) : h('p', { class: 'problem', text });
}

/**
 * @param {Detail} exchange
 * @param {string} mode
 */
function session({ session: read }, mode) {
  if (!read) return muted(mode === 'dev' ? 'There is no session.' : 'The sessions of this endpoint are not here.');
  if (!read.before && !read.after) return muted('There is no session under this flow token.');
  return difference(read.before, read.after);
}

/**
 * @param {string[]} lines
 * @param {string} mode
 */
function log(lines, mode) {
  if (lines.length === 0) return muted(mode === 'dev' ? 'The program printed nothing.' : 'The log of this endpoint is not here.');
  return h('div', { class: 'log', tabindex: '0', role: 'group', 'aria-label': 'Log' }, ...lines.map(logLine));
}

/** A line that is JSON is shown by its members. @param {string} line */
function logLine(line) {
  let members;
  try {
    members = JSON.parse(line);
  } catch {
    return h('p', { text: line });
  }
  if (typeof members !== 'object' || members === null) return h('p', { text: line });
  const { level, timestamp: _, ...rest } = members;
  const pairs = Object.entries(rest).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return h('p', { 'data-log': level, title: line, text: [level, ...pairs].join('  ') });
}

/**
 * @param {string} title
 * @param {HTMLElement} content
 */
function section(title, content) {
  const element = h('details', { open: isOpen[title] }, h('summary', { text: title }), content);
  element.addEventListener('toggle', () => {
    isOpen[title] = element.open;
  });
  return element;
}

/** @param {string} text */
function muted(text) {
  return h('p', { class: 'muted', text });
}
