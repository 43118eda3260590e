// What opens over a screen: the panel of a Dropdown, calendars and wheels. All by keyboard, too.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { events, phone, rig, show } from './support/browser.js';
import { componentsDocument, screenId } from './support/documents.js';
import { viewsOf } from './support/views.js';

const views = viewsOf(componentsDocument());
let r;
let page;
before(async () => {
  r = await rig();
  page = await r.page();
});
after(() => r.close());

async function open(kind, state = 'seen', look = {}) {
  const view = structuredClone(views.get(screenId(kind, state)));
  await phone(page, view, look);
  return { view, component: view.components.at(-1) };
}
const focused = () => page.evaluate(() => document.activeElement?.textContent);
const days = async () => (await events(page)).map(({ part, day }) => [part, day]);

test('a Dropdown opens a panel, and applies the choice after 300 ms', async () => {
  const { component } = await open('Dropdown', 'used');
  const box = page.getByRole('combobox');
  await box.focus();
  await page.keyboard.press('Enter');
  assert.equal(await box.getAttribute('aria-expanded'), 'true');
  const panel = page.getByRole('dialog', { name: 'Product' });
  assert.ok(await panel.isVisible());
  assert.equal(await focused(), 'Bread', 'the focus is on the choice');
  await page.keyboard.press('ArrowUp');
  assert.match(await focused(), /^Apples/);
  await page.keyboard.press('Enter');
  await page.clock.runFor(250);
  assert.deepEqual(await events(page), []);
  assert.equal(await page.getByRole('option', { selected: true }).locator('.title').innerText(), 'Apples');
  await page.clock.runFor(100);
  assert.deepEqual(await events(page), [{ type: 'choose', component: component.id, option: 'a' }]);
  assert.equal(await panel.count(), 0);
  assert.ok(await box.evaluate((element) => element === document.activeElement), 'the focus returns');
});

test('Escape and the back arrow leave the panel without a choice', async () => {
  await open('Dropdown');
  for (const leave of [() => page.keyboard.press('Escape'), () => page.locator('.panel').getByRole('button', { name: 'Back' }).click()]) {
    await page.getByRole('combobox').click();
    assert.equal(await page.locator('.screen').evaluate((screen) => screen.inert), true, 'the screen cannot be reached');
    await leave();
    assert.equal(await page.locator('.overlay').count(), 0);
    assert.equal(await page.locator('.screen').evaluate((screen) => screen.inert), false);
  }
  assert.deepEqual(await events(page), []);
});

test('a panel with many options has a search', async () => {
  const { component } = await open('Dropdown', 'many');
  await page.getByRole('combobox').click();
  await page.keyboard.type('option 5');
  assert.equal(await page.getByRole('option').count(), 11);
  await page.keyboard.type('99');
  assert.ok(await page.getByText('Nothing found').isVisible());
  await page.getByLabel('Search').fill('option 59');
  await page.getByRole('option').click();
  await page.clock.runFor(400);
  assert.deepEqual(await events(page), [{ type: 'choose', component: component.id, option: 'o59' }]);
});

test('an open panel follows the view, and closes when its field disappears', async () => {
  const { view, component } = await open('Dropdown');
  await page.getByRole('combobox').click();
  component.options = [{ id: 'z', title: 'Zucchini', enabled: true, selected: false, properties: {} }];
  await show(page, view);
  assert.deepEqual(await page.getByRole('option').allInnerTexts(), ['Zucchini']);
  await show(page, { ...view, components: [] });
  assert.equal(await page.locator('.overlay').count(), 0);
});

test('an Android DatePicker has a calendar; days outside the period are refused', async () => {
  await open('DatePicker', 'used');
  await page.getByRole('combobox').click();
  const dialog = page.getByRole('dialog', { name: 'Day' });
  assert.equal(await dialog.locator('[data-day="2026-03-17"]').getAttribute('aria-disabled'), null, 'blocked days can be chosen');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'OK', exact: true }).click();
  assert.deepEqual(await days(), [['day', '2026-03-24']]);
  await page.getByRole('combobox').click();
  await dialog.getByLabel('Month', { exact: true }).selectOption('January');
  assert.equal(await dialog.locator('[data-day="2026-01-04"]').getAttribute('aria-disabled'), 'true');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  assert.deepEqual(await days(), []);
});

test('wheels of the web turn by keys, and send the day with OK', async () => {
  await open('DatePicker', 'used', { platform: 'web' });
  await page.getByRole('combobox').click();
  const day = page.getByRole('spinbutton', { name: 'Day' });
  assert.ok(await day.evaluate((wheel) => wheel === document.activeElement));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.getByRole('spinbutton', { name: 'Month' }).getAttribute('aria-valuetext'), 'February');
  await page.getByRole('button', { name: 'OK', exact: true }).click();
  assert.deepEqual(await days(), [['day', '2026-02-17']]);
});

test('wheels of iOS unfold in place, set today at once, and wait while they turn', async () => {
  await open('DatePicker', 'seen', { platform: 'ios' });
  await page.getByRole('combobox').click();
  assert.deepEqual(await days(), [['day', '2026-03-02']]);
  const year = page.getByRole('spinbutton', { name: 'Year' });
  await page.getByRole('spinbutton', { name: 'Month' }).focus();
  for (let turn = 0; turn < 3; turn += 1) await page.keyboard.press('ArrowDown');
  await page.clock.runFor(450);
  assert.deepEqual(await days(), []);
  await page.clock.runFor(100);
  assert.deepEqual(await days(), [['day', '2026-06-02']]);
  await year.focus();
  await page.keyboard.press('ArrowDown');
  await page.clock.runFor(600);
  assert.deepEqual(await days(), [['day', '2026-12-20']], 'the period ends then');
  await page.getByRole('combobox').click();
  assert.equal(await page.getByRole('spinbutton').count(), 0);
});

test('a range is chosen in one calendar, which sends the ends that changed', async () => {
  await open('CalendarPicker', 'used');
  await page.getByRole('combobox', { name: 'Arrival' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your stay' });
  assert.equal(await dialog.locator('[data-between]').count(), 3);
  assert.equal(await dialog.locator('[data-day="2026-03-20"]').getAttribute('aria-disabled'), 'true');
  await dialog.locator('[data-day="2026-03-18"]').click();
  await dialog.locator('[data-day="2026-03-21"]').click();
  await dialog.getByRole('button', { name: 'OK', exact: true }).click();
  assert.deepEqual(await days(), [['start', '2026-03-18'], ['end', '2026-03-21']]);
});

test('a single day on iOS closes the calendar; only included weekdays can be chosen', async () => {
  await open('CalendarPicker', 'single', { platform: 'ios' });
  await page.getByRole('combobox').click();
  assert.equal(await page.locator('[data-day="2026-03-11"]').getAttribute('aria-disabled'), 'true');
  await page.locator('[data-day="2026-03-16"]').click();
  assert.deepEqual(await days(), [['day', '2026-03-16']]);
  assert.equal(await page.locator('.overlay').count(), 0);
});

test('values of before 5.0 are shown as days in every time zone', async () => {
  const { view, component } = await open('DatePicker', 'used');
  for (const hours of [-11, -5, 0, 1, 5.5, 11]) {
    component.value = String(Date.UTC(2026, 2, 16) - hours * 3_600_000);
    await show(page, view);
    assert.equal(await page.getByRole('combobox').innerText(), '16 March 2026', `${hours} hours from UTC`);
  }
});

test('the menu is a dialog that gives the focus back', async () => {
  await open('TextBody');
  await page.getByRole('button', { name: 'Menu' }).focus();
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'Get help');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Menu');
});

test('the pages have no errors', () => assert.deepEqual(r.problems, []));
