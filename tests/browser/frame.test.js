// The frame: chat, sheet, title bar, loading, errors, snackbar, and what stays when a view changes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { events, phone, rig, show } from './support/browser.js';
import { COMPONENTS, document, screen } from './support/documents.js';
import { viewsOf } from './support/views.js';

const long = Array.from({ length: 20 }, (_, at) => ({ type: 'TextInput', name: `f${at}`, label: `Field ${at}` }));
const views = viewsOf(document([
  screen('LONG', 'A long screen', [...long, { type: 'Footer', ...COMPONENTS.Footer.all }]),
  screen('OTHER', 'Another', [{ type: 'TextBody', text: 'Other' }]),
]));
const view = (change = {}) => ({ ...structuredClone(views.get('LONG')), ...change });
const other = (change = {}) => ({ ...structuredClone(views.get('OTHER')), ...change });
const failure = { cause: 'Timeout', text: 'Something went wrong.', can_retry: true, explanation: 'secret words', line: 3 };
let r;
let page;
before(async () => {
  r = await rig();
  page = await r.page();
});
after(() => r.close());

const title = () => page.getByRole('heading', { level: 1 });
const sheet = () => page.locator('.sheet');

test('the message opens the flow, and a completed flow leaves its message', async () => {
  await phone(page, null);
  assert.ok(await page.getByText('Hello! Book a visit with us.').isVisible());
  assert.equal(await sheet().isVisible(), false);
  await page.getByRole('button', { name: 'Book now' }).press('Enter');
  assert.deepEqual(await events(page), [{ type: 'open' }]);
  await show(page, view());
  assert.ok(await sheet().isVisible());
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'A long screen', 'the sheet has the focus');
  await show(page, view({ frame: { state: 'closed', params: { booking: 'B-1', flow_token: 'secret' } } }));
  assert.equal(await sheet().isVisible(), false);
  assert.match(await page.locator('.bubble.out').innerText(), /Response sent\s+booking\s+B-1$/);
  assert.equal(await page.getByRole('button', { name: 'Book now' }).getAttribute('aria-disabled'), 'true');
  await show(page, view({ frame: { state: 'closed', params: null } }));
  assert.equal(await page.locator('.bubble.out').isVisible(), false, 'closed without a message');
});

test('back, close and the platforms', async () => {
  await phone(page, view({ can_go_back: false }));
  await page.getByRole('button', { name: 'Close' }).click();
  await show(page, view({ can_go_back: true }));
  await page.getByRole('button', { name: 'Back' }).click();
  assert.deepEqual(await events(page), [{ type: 'close' }, { type: 'back' }]);
  await phone(page, view({ can_go_back: true }), { platform: 'web' });
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Back' }).click();
  assert.deepEqual(await events(page), [{ type: 'close' }, { type: 'back' }]);
  await phone(page, view({ can_go_back: false }), { platform: 'ios' });
  assert.equal(await page.getByRole('button', { name: 'Close' }).innerText(), 'Close');
});

test('the first loader has bars; later ones have a ring, and the screen keeps the focus but does nothing', async () => {
  await phone(page, { ...other(), screen: '', title: '', components: [], frame: { state: 'loading' } });
  assert.ok(await page.locator('.skeleton').isVisible());
  await phone(page, view());
  const field = page.getByLabel('Field 3');
  await field.focus();
  await events(page);
  const waiting = view({ frame: { state: 'loading' } });
  for (const component of waiting.components) component.enabled = false;
  await show(page, waiting);
  assert.ok(await page.getByRole('status', { name: 'Loading' }).isVisible());
  assert.equal(await page.getByRole('button', { name: 'Menu' }).isVisible(), false);
  assert.ok(await field.evaluate((input) => input === document.activeElement));
  await page.keyboard.type('x');
  await page.getByRole('button', { name: 'Continue' }).dispatchEvent('click');
  assert.deepEqual(await events(page), []);
  await show(page, view());
  await page.keyboard.type('y');
  assert.equal((await events(page)).at(-1).text, 'y');
});

test('an error screen covers the components, and may try again', async () => {
  await phone(page, view({ frame: { state: 'error', failure }, can_go_back: true }));
  assert.equal(await page.getByRole('alert').innerText(), 'Something went wrong.\n\nTry again');
  assert.equal(await page.getByLabel('Field 3').isVisible(), false);
  assert.equal(await page.getByText('secret words').count(), 0, 'words for the developer');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  assert.deepEqual(await events(page), [{ type: 'retry' }, { type: 'close' }]);
  await show(page, view({ frame: { state: 'error', failure: { ...failure, can_retry: false } } }));
  assert.equal(await page.getByRole('button', { name: 'Try again' }).isVisible(), false);
});

test('the snackbar hides itself after its time, and by its button', async () => {
  const snackbar = { text: 'That time was just taken', milliseconds: 4500 };
  await phone(page, view({ snackbar }));
  assert.ok(await page.getByText(snackbar.text).isVisible());
  await page.clock.runFor(4000);
  await show(page, view({ snackbar }));
  assert.deepEqual(await events(page), []);
  await page.clock.runFor(600);
  assert.deepEqual(await events(page), [{ type: 'dismiss_snackbar' }], 'another view does not start its time again');
  await page.getByRole('button', { name: 'OK', exact: true }).click();
  assert.deepEqual(await events(page), [{ type: 'dismiss_snackbar' }]);
  await show(page, view());
  assert.equal(await page.getByText(snackbar.text).isVisible(), false);
});

test('a view of the same screen keeps focus and scroll position; another screen starts at its title', async () => {
  await phone(page, view());
  await page.getByLabel('Field 15').focus();
  const scroll = page.locator('.scroll');
  const top = await scroll.evaluate((element) => element.scrollTop);
  assert.ok(top > 100);
  const changed = view();
  changed.components.splice(2, 1);
  changed.components[5].error = 'This is wrong.';
  await show(page, changed);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-labelledby') === document.querySelector('[data-component="15"] label')?.id), true);
  const moved = await scroll.evaluate((element) => element.scrollTop);
  assert.ok(Math.abs(moved - top) < 80, `${top} and ${moved}`);
  await show(page, other({ can_go_back: true }));
  assert.equal(await scroll.evaluate((element) => element.scrollTop), 0);
  assert.equal(await title().innerText(), 'Another');
  assert.ok(await title().evaluate((heading) => heading === document.activeElement));
});

test('a moment of the past does nothing', async () => {
  await phone(page, null);
  await show(page, view({ can_go_back: true, snackbar: { text: 'Then', milliseconds: 100 } }), { readOnly: true });
  await page.getByLabel('Field 1 (optional)', { exact: true }).click();
  await page.keyboard.type('x');
  await page.getByRole('button', { name: 'Continue' }).dispatchEvent('click');
  await page.getByRole('button', { name: 'Back' }).click();
  await page.clock.runFor(1000);
  assert.deepEqual(await events(page), []);
  assert.equal(await page.getByLabel('Field 1 (optional)', { exact: true }).inputValue(), '');
});

test('the progress bar is absent on a flow of one screen', async () => {
  await phone(page, view({ progress: 0.4 }));
  assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '40');
  await phone(page, view({ progress: 1 }));
  assert.equal(await page.getByRole('progressbar').count(), 0);
});

test('a banner of a draft is under its component', async () => {
  const draft = view();
  draft.components[2].banner = 'data.options of LONG: expected an array';
  await phone(page, draft);
  assert.match(await page.locator('[data-component="2"]').innerText(), /expected an array$/);
});

test('right to left mirrors the frame, narrow and large fit', async () => {
  await phone(page, view({ can_go_back: true }), { direction: 'rtl', width: 'narrow', text: 'large' });
  const back = await page.getByRole('button', { name: 'Back' }).boundingBox();
  const menu = await page.getByRole('button', { name: 'Menu' }).boundingBox();
  assert.ok(back.x > menu.x, 'the arrow is at the right');
  assert.equal(await page.locator('.scroll').evaluate((element) => element.scrollWidth <= element.clientWidth), true, 'nothing is wider');
  const size = await page.locator('.primary').evaluate((button) => getComputedStyle(button).fontSize);
  assert.equal(size, '20.8px');
});

test('the pages have no errors', () => assert.deepEqual(r.problems, []));
