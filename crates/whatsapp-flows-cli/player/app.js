// The page: the phone, the inspector beside it, and the gallery.

import { call, connect } from './api.js';
import { Gallery } from './gallery/gallery.js';
import { head } from './head.js';
import { buildPanel } from './inspector/build.js';
import { conversation } from './inspector/conversation.js';
import { inspector } from './inspector/inspector.js';
import { misbehave } from './inspector/misbehave.js';
import { h, setOptionalText } from './phone/dom.js';
import { Phone } from './phone/phone.js';

/** @typedef {import('./inspector/types.js').State} State */

/** @type {State | null} */
let state = null;
/** The flow that was played last, for a page of the next start. */
const LAST_FLOW = 'player-flow';
/** A moment of the past that the phone shows. @type {import('./inspector/types.js').Detail | null} */
let past = null;

const look = storedLook();
const problem = h('p', { class: 'notice', role: 'alert' });
problem.hidden = true;
const server = connect(
  (now) => {
    const isFirst = state === null;
    state = now;
    if (isFirst) returnToFlow(now);
    draw();
  },
  (text) => setOptionalText(problem, text),
);

const frame = h('div', { class: 'stage' });
const phone = new Phone(frame, {
  onEvent: (event) => server.send('event', event),
  onOpen: () => server.send('open', { opening: talk.opening(), utc_offset: -new Date().getTimezoneOffset() }),
  onLink: visit,
}, look);
const moment = h('div', { class: 'moment' });
moment.hidden = true;
const links = h('p', { class: 'note' });
links.hidden = true;
const refused = h('p', { class: 'note refused', role: 'status' });
const explained = h('p', { class: 'note explained' });

const talk = conversation((message) => {
  // Another message is a matter of now.
  panel.select(null);
  server.send('token', message);
});
const panel = inspector({
  send: (path, body) => server.send(path, body),
  select(detail) {
    past = detail;
    draw();
  },
});
const build = buildPanel();
const misbehaviour = misbehave((body) => server.send('misbehave', body));
const gallery = new Gallery(h('div'), look);
const top = head({
  look,
  changeLook(change) {
    Object.assign(look, change);
    localStorage.setItem('player-look', JSON.stringify(look));
    phone.setLook(change);
    gallery.setLook(change);
    setTheme();
  },
  chooseFlow(flow) {
    localStorage.setItem(LAST_FLOW, flow);
    talk.begin({ flow });
  },
  showTab: () => draw(),
});

const play = h(
  'main',
  { class: 'play' },
  h('section', { class: 'left', 'aria-label': 'Phone' }, moment, frame, refused, explained, links, talk.start),
  h('section', { class: 'right', 'aria-label': 'Inspector' }, build.element, talk.element, misbehaviour.element, panel.element),
);
const screens = h('main', { class: 'screens' }, gallery.element);
document.body.append(top.element, problem, play, screens);
setTheme();

/** The revision and the flow whose gallery is shown. */
let shownGallery = '';
let seenLinks = 0;

function draw() {
  if (!state) return;
  const tab = top.update(state);
  document.title = `${state.flow ?? 'no flow'} · Player`;
  play.hidden = tab !== 'play';
  screens.hidden = tab !== 'gallery';
  if (tab === 'gallery') drawGallery(state);
  phone.setMessage(state.message);
  phone.show(past ? past.view : state.view, { readOnly: past !== null });
  frame.toggleAttribute('data-past', past !== null);
  moment.hidden = past === null;
  if (past) {
    const back = h('button', { type: 'button', text: 'Back to now', onclick: () => panel.select(null) });
    moment.replaceChildren(h('span', { text: `The phone after exchange ${past.id}` }), back);
  }
  setOptionalText(refused, past ? null : state.refused && `Not possible: ${state.refused}`);
  const explanation = past ? past.explanation : state.explanation;
  setOptionalText(explained, explanation && explainedText(explanation));
  drawLinks(state);
  talk.update(state);
  build.update(state);
  misbehaviour.update(state);
  panel.update(state);
}

/** After a restart of the server, the flow that was played before it. @param {State} now */
function returnToFlow({ flow, flows, view, exchanges }) {
  const last = localStorage.getItem(LAST_FLOW);
  const isNew = view === null && exchanges.length === 0;
  if (isNew && last !== flow && flows.some(({ name }) => name === last)) server.send('token', { flow: last });
}

/** @param {import('./inspector/types.js').Explanation} explanation */
function explainedText({ text, line, rejected }) {
  const place = line === null ? '' : ` (line ${line} of flow.json)`;
  return `${rejected ? 'The client rejects the reply: ' : ''}${text}${place}`;
}

/** @param {State} now */
function drawLinks(now) {
  if (now.links.length <= seenLinks) return;
  seenLinks = now.links.length;
  const url = now.links.at(-1) ?? '';
  links.hidden = false;
  links.replaceChildren(h('span', { text: 'The flow opens ' }), anchor(url));
}

/** @param {string} url */
function anchor(url) {
  const isWeb = /^https?:\/\//i.test(url);
  if (!isWeb) return h('code', { text: url });
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer', text: url });
}

/** @param {string} url */
function visit(url) {
  links.hidden = false;
  links.replaceChildren(h('span', { text: 'The text leads to ' }), anchor(url));
}

/** @param {State} now */
async function drawGallery(now) {
  const wanted = `${now.flow} ${now.document}`;
  if (wanted === shownGallery) return;
  shownGallery = wanted;
  gallery.show(await call(`gallery?flow=${encodeURIComponent(now.flow)}`));
}

/** @returns {import('./types.js').Look} */
function storedLook() {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const first = { platform: 'android', theme: dark ? 'dark' : 'light', direction: 'ltr', width: 'phone', text: 'normal' };
  try {
    return Object.assign(first, JSON.parse(localStorage.getItem('player-look') ?? '{}'));
  } catch {
    return /** @type {import('./types.js').Look} */ (first);
  }
}

function setTheme() {
  document.documentElement.setAttribute('data-theme', look.theme);
}
