// The gallery: all screens side by side, findings at their components, and the file of `flowctl screens`.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, rig } from './support/browser.js';
import { galleryOf, screensFile } from './support/views.js';

const mistakes = galleryOf('tests/browser/support/mistakes.json');
const sample = galleryOf('src/appointment/flow.json');
let r;
let page;
before(async () => {
  r = await rig();
  page = await r.page({ viewport: { width: 1400, height: 900 } });
});
after(() => r.close());

const draw = (data, look) => page.evaluate(([a, b]) => window.harness.gallery(a, b), [data, look]);

test('every screen of the sample is there, with its examples, and can do nothing', async () => {
  await draw(sample);
  assert.deepEqual(await page.locator('.screen-card > h2').allInnerTexts(), sample.screens.map(({ id }) => id));
  const boxes = await page.locator('.phone').evaluateAll((phones) => phones.map((phone) => phone.getBoundingClientRect().top));
  assert.equal(boxes[0], boxes[1], 'side by side');
  assert.equal(await page.locator('.findings:visible').count(), 0);
  await page.getByRole('combobox').first().click();
  assert.equal(await page.locator('.overlay').count(), 0);
});

test('findings are pinned to their components; others are above', async () => {
  await draw(mistakes);
  const { findings } = mistakes;
  const byKind = (kind) => mistakes.screens[0].view.components.find((component) => component.kind === kind);
  for (const kind of ['TextHeading', 'Dropdown', 'Unknown']) {
    const numbers = findings.flatMap((finding, at) => (finding.component === byKind(kind).id ? [String(at + 1)] : []));
    assert.ok(numbers.length > 0, kind);
    assert.deepEqual(await page.locator(`[data-kind="${kind}"] .pin`).allInnerTexts(), numbers);
    assert.equal(byKind(kind).line, findings.find((finding) => finding.component === byKind(kind).id).component_line);
  }
  assert.equal(await page.locator('.card-phone .pin').count(), findings.filter(({ component }) => component !== null).length);
  const above = findings.filter(({ screen }) => screen === null);
  assert.ok(above.length > 0);
  assert.equal(await page.locator('.gallery > .findings > li').count(), above.length);
  assert.match(await page.locator('.gallery > .findings').innerText(), /colour/);
  const places = (await page.locator('.screen-card .place').allInnerTexts()).map((text) => text.trim());
  assert.deepEqual(places, findings.filter(({ screen }) => screen !== null).map(({ line, severity }) => `Line ${line}, ${severity}:`));
});

test('a save changes what changed, and removes what is fixed', async () => {
  await draw(mistakes);
  const fixed = structuredClone(mistakes);
  fixed.findings = [];
  fixed.screens[0].view.components[0].properties.text = 'Short';
  await page.evaluate((data) => {
    window.kept = document.querySelector('.phone');
    window.harness.show(data);
  }, fixed);
  assert.equal(await page.locator('.pin').count(), 0);
  assert.equal(await page.getByRole('heading', { name: 'Short' }).count(), 1);
  assert.equal(await page.evaluate(() => window.kept === document.querySelector('.phone')), true, 'the phone is the same');
  await page.evaluate(() => window.harness.show({ screens: [], findings: [{ severity: 'error', rule: 'INVALID', text: 'not JSON', help: null, line: 1, screen: null, component: null, component_line: null }] }));
  assert.ok(await page.getByText('There is no screen that can be shown.').isVisible());
  assert.ok(await page.getByText('not JSON').isVisible());
});

test('the file works without a server and a network, and its policy allows nothing else', async () => {
  const browser = await launch();
  const context = await browser.newContext({ offline: true });
  const file = await context.newPage();
  const problems = [];
  const requests = [];
  file.on('pageerror', (error) => problems.push(error.message));
  file.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  file.on('request', (request) => requests.push(request.url().slice(0, 5)));
  await file.goto(`file://${screensFile('src/appointment/flow.json')}`);
  assert.equal(await file.locator('.phone').count(), sample.screens.length);
  await file.getByLabel('Theme').selectOption('dark');
  await file.getByLabel('Platform').selectOption('ios');
  assert.equal(await file.locator('.phone[data-theme="dark"][data-platform="ios"]').count(), sample.screens.length);
  assert.deepEqual([problems, requests.filter((start) => start !== 'file:' && start !== 'data:')], [[], []]);
  const ran = await file.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.attacked = 1';
    document.body.append(script);
    document.body.setAttribute('style', 'color: red');
    return [window.attacked ?? null, getComputedStyle(document.body).color !== 'rgb(255, 0, 0)'];
  });
  assert.deepEqual(ran, [null, true], 'an added script and an added style are refused');
  await browser.close();
});

test('the pages have no errors', () => assert.deepEqual(r.problems, []));
