// Pictures of every component and of the frame, on Android and the web, light and dark, compared with the approved ones.
// `APPROVE=1 make test-browser` writes new ones: look at each before it is committed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

import { rig } from './support/browser.js';
import { COMPONENTS, componentsDocument, document, screen, screenId, statesOf } from './support/documents.js';
import { viewsOf } from './support/views.js';

const APPROVED = path.join(import.meta.dirname, 'approved');
const ACTUAL = path.join(import.meta.dirname, 'actual');
/** Approved pictures are smaller by this factor. */
const SCALE = 4;
const STEP = 255 / 7;
/** The share of pixels that may differ: another version of the browser draws text a little otherwise. */
const TOLERANCE = 0.02;
const LOOKS = ['android', 'web'].flatMap((platform) => ['light', 'dark'].map((theme) => ({ platform, theme })));
const IOS = ['light', 'dark'].map((theme) => ({ platform: 'ios', theme }));

const views = viewsOf(componentsDocument());
const form = viewsOf(document([screen('FORM', 'Book a visit', [
  { type: 'TextSubheading', text: 'Who are you?' },
  ...['TextInput', 'Dropdown', 'DatePicker', 'OptIn'].map((kind) => ({ type: kind, ...COMPONENTS[kind].all, name: kind })),
  { type: 'EmbeddedLink', ...COMPONENTS.EmbeddedLink.all }, { type: 'Footer', ...COMPONENTS.Footer.all, 'center-caption': 'Free of charge' },
])])).get('FORM');
const failure = { cause: 'Timeout', text: 'Something went wrong. Try again later.', can_retry: true, explanation: '', line: 0 };

/** A view with a component in all its states. */
function allStates(kind) {
  const shown = statesOf(kind).filter((state) => state !== 'hidden').map((state) => views.get(screenId(kind, state)));
  const components = shown.map((view, id) => ({ ...view.components.at(-1), id }));
  if (kind.endsWith('Picker') && kind !== 'DatePicker' && kind !== 'CalendarPicker') {
    const value = ['done', 'uploading', 'failed 1000'].map((upload, at) => ({ file_name: `file-${at}.jpg`, mime_type: 'image/jpeg', file_length: 245_760, upload }));
    components.push({ ...components[0], id: components.length, value });
  }
  return { ...shown[0], components };
}

const only = (kind, state) => views.get(screenId(kind, state));
/** The pictures: a view, and what is clicked. */
const PICTURES = {
  ...Object.fromEntries(Object.keys(COMPONENTS).map((kind) => [kind === 'Balloon' ? 'Unknown' : kind, { view: allStates(kind), flat: true }])),
  focus: { view: { ...form, components: form.components.map((component) => ({ ...component, focused: component.kind === 'TextInput', value: component.kind === 'TextInput' ? 'Ada' : component.value })) }, readOnly: true },
  chat: { view: null },
  completed: { view: { ...form, frame: { state: 'closed', params: { booking: 'B-1', day: 'Monday' } } } },
  screen: { view: { ...form, can_go_back: true, progress: 0.4 } },
  opening: { view: { ...form, screen: '', title: '', components: [], frame: { state: 'loading' } } },
  loading: { view: { ...form, can_go_back: true, frame: { state: 'loading' } } },
  error: { view: { ...form, frame: { state: 'error', failure } } },
  snackbar: { view: { ...form, snackbar: { text: 'That time was just taken. Choose another one.', milliseconds: 4500 } } },
  banner: { view: { ...form, components: form.components.map((component) => (component.id === 2 ? { ...component, banner: 'data.products of FORM: expected an array' } : component)) } },
  menu: { view: form, open: '.menu' },
  dropdown: { view: only('Dropdown', 'used'), open: '.opener' },
  search: { view: only('Dropdown', 'many'), open: '.opener' },
  day: { view: only('DatePicker', 'used'), open: '.opener' },
  range: { view: only('CalendarPicker', 'used'), open: '.opener' },
  photo: { view: only('PhotoPicker', 'seen'), open: '.pick' },
  file: { view: only('DocumentPicker', 'seen'), open: '.pick' },
  mirrored: { view: { ...form, can_go_back: true }, look: { direction: 'rtl' } },
  large: { view: { ...form, can_go_back: true }, look: { text: 'large', width: 'narrow' } },
};

const hasFont = () => {
  try {
    return execFileSync('fc-list', [], { encoding: 'utf8' }).includes('Liberation Sans');
  } catch {
    return false;
  }
};
const skip = hasFont() ? false : 'the pictures need the font Liberation Sans; tests/tools/browser.sh installs it on Debian';
let r;
let page;
before(async () => {
  r = await rig();
  page = await r.page({ viewport: { width: 2000, height: 900 } });
});
after(() => r.close());

/** A quarter of the size, and 8 steps of each colour: small files, and no attention to how a letter is smoothed. */
function reduce({ width, height, data }) {
  const small = new PNG({ width: Math.floor(width / SCALE), height: Math.floor(height / SCALE) });
  for (let at = 0; at < small.data.length; at += 1) {
    const [pixel, channel] = [Math.floor(at / 4), at % 4];
    const [x, y] = [(pixel % small.width) * SCALE, Math.floor(pixel / small.width) * SCALE];
    let sum = 0;
    for (let dy = 0; dy < SCALE; dy += 1) {
      for (let dx = 0; dx < SCALE; dx += 1) sum += data[((y + dy) * width + x + dx) * 4 + channel];
    }
    small.data[at] = channel === 3 ? 255 : Math.round(sum / SCALE ** 2 / STEP) * STEP;
  }
  return small;
}

for (const [name, { view, flat, open, readOnly, look = {} }] of Object.entries(PICTURES)) {
  test(`picture of ${name}`, { skip }, async () => {
    const looks = [...LOOKS, ...IOS].map((one) => ({ ...one, ...look }));
    await page.evaluate((board) => window.harness.board(...board), [view, looks, { flat: Boolean(flat), readOnly: Boolean(readOnly) }, open ?? null]);
    await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => {}))));
    const picture = await page.locator('#root').screenshot({ animations: 'disabled', caret: 'hide' });
    mkdirSync(ACTUAL, { recursive: true });
    writeFileSync(path.join(ACTUAL, `${name}.png`), picture);
    const taken = reduce(PNG.sync.read(picture));
    const bytes = PNG.sync.write(taken, { colorType: 2, deflateLevel: 9, filterType: -1 });
    const file = path.join(APPROVED, `${name}.png`);
    if (process.env.APPROVE) {
      mkdirSync(APPROVED, { recursive: true });
      return writeFileSync(file, bytes);
    }
    assert.ok(existsSync(file), `${file} is missing: look at actual/${name}.png, and approve it with APPROVE=1`);
    const approved = PNG.sync.read(readFileSync(file));
    assert.ok(Math.abs(approved.height - taken.height) <= 4 && approved.width === taken.width, `size ${taken.width} × ${taken.height}, approved ${approved.width} × ${approved.height}`);
    const height = Math.min(approved.height, taken.height);
    const part = ({ data }) => data.subarray(0, approved.width * height * 4);
    const differing = pixelmatch(part(approved), part(taken), undefined, approved.width, height, { threshold: 0.2 });
    assert.ok(differing <= TOLERANCE * approved.width * height, `${differing} pixels of actual/${name}.png differ`);
  });
}

test('the pages have no errors', () => assert.deepEqual(r.problems, []));
