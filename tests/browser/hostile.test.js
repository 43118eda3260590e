// A flow full of script tags, javascript: links, huge texts, 200 options and 50 components is harmless and usable.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { events, launch, phone, rig, show } from './support/browser.js';
import { hostileDocument } from './support/documents.js';
import { galleryOf, screensFile, viewsOf } from './support/views.js';

const document = hostileDocument();
const view = viewsOf(document).get('HOSTILE');
let r;
let page;
before(async () => {
  r = await rig();
  page = await r.page();
});
after(() => r.close());

/** What would be there if a text had become HTML. */
async function attacked(where = page) {
  return where.evaluate(() => ({
    ran: window.attacked ?? null,
    elements: [...document.querySelectorAll('#root *, #gallery *')].filter((element) => ['SCRIPT', 'IFRAME', 'OBJECT', 'A', 'FORM'].includes(element.tagName)).length,
    attributes: [...document.querySelectorAll('#root *, #gallery *')].flatMap((element) => [...element.attributes]).filter(({ name }) => name.startsWith('on')).length,
    images: [...document.images].filter((image) => image.src && !image.src.startsWith('data:image/')).length,
  }));
}
const HARMLESS = { ran: null, elements: 0, attributes: 0, images: 0 };

for (const platform of ['android', 'ios', 'web']) {
  test(`texts stay texts on the phone (${platform})`, async () => {
    assert.equal(view.components.length, 50);
    await phone(page, view, { platform });
    assert.deepEqual(await attacked(), HARMLESS);
    await show(page, { ...view, snackbar: { text: '<script>window.attacked = 1</script>', milliseconds: 5000 } });
    await show(page, { ...view, frame: { state: 'error', failure: { cause: 'Timeout', text: '<img src=x onerror=alert(1)>', can_retry: true, explanation: '', line: 0 } } });
    await show(page, { ...view, frame: { state: 'closed', params: { '<b>': '<script>window.attacked = 1</script>' } } });
    assert.deepEqual(await attacked(), HARMLESS);
    assert.equal(await page.locator('.scroll').evaluate((element) => element.scrollWidth <= element.clientWidth), true);
  });
}

test('only the https link is a link', async () => {
  await phone(page, view);
  const links = page.locator('.text .link');
  const urls = new Set(await links.evaluateAll((elements) => elements.map((element) => element.title)));
  assert.deepEqual([...urls], ['https://example.com/ok']);
  await links.first().click();
  assert.deepEqual(await events(page), [{ type: 'link', url: 'https://example.com/ok' }]);
});

test('the panel with 200 options opens and is searched; the last field can be filled in', async () => {
  await phone(page, view);
  await page.getByRole('combobox').first().click();
  assert.equal(await page.getByRole('option').count(), 200);
  await page.getByLabel('Search').fill('199 ');
  await page.getByRole('option').first().click();
  await page.clock.runFor(400);
  assert.match((await events(page)).at(-1).option, /199$/);
  await page.getByRole('textbox').last().fill('typed');
  assert.equal((await events(page)).find(({ type }) => type === 'type').text, 'typed');
  assert.deepEqual(await attacked(), HARMLESS);
});

test('the view is drawn in little time, with 40,000 characters in a text and more marks than words', async () => {
  const took = await page.evaluate((hostile) => {
    const start = performance.timeOrigin + performance.now();
    window.harness.phone(hostile);
    document.body.getBoundingClientRect();
    return performance.timeOrigin + performance.now() - start;
  }, view);
  assert.ok(took < 3000, `${took} ms`);
});

test('the gallery shows it, on the page and as a file', async () => {
  await page.evaluate((data) => window.harness.gallery(data), galleryOf(document));
  assert.deepEqual(await attacked(), HARMLESS);
  const browser = await launch();
  const file = await browser.newPage();
  const problems = [];
  file.on('pageerror', (error) => problems.push(error.message));
  file.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await file.goto(`file://${screensFile(document)}`);
  await file.locator('.phone').waitFor();
  assert.deepEqual(await attacked(file), HARMLESS);
  assert.deepEqual(problems, []);
  await browser.close();
});

test('nothing was refused by the policy, and nothing was asked for elsewhere', () => assert.deepEqual(r.problems, []));
