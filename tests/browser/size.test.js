// The size of the page, and its speed on a document of 50 screens with 50 components each.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { phone, rig } from './support/browser.js';
import { largeDocument } from './support/documents.js';
import { galleryOf, PLAYER, viewsOf } from './support/views.js';

const KILOBYTES = 200;
const SHOW_MILLISECONDS = 20;
let r;
let page;
before(async () => {
  r = await rig();
  page = await r.page();
});
after(() => r.close());

/** The files that a browser loads: types.js has none of the page's code. */
function files() {
  const all = readdirSync(PLAYER, { recursive: true }).map((file) => path.join(PLAYER, file));
  return all.filter((file) => statSync(file).isFile() && path.basename(file) !== 'types.js');
}

test(`the page is under ${KILOBYTES} KB`, () => {
  const bytes = files().reduce((sum, file) => sum + statSync(file).size, 0);
  console.log(`page: ${bytes} bytes in ${files().length} files`);
  assert.ok(bytes < KILOBYTES * 1024, `${bytes} bytes`);
});

test('no module inserts HTML, sets a style attribute or evaluates text', () => {
  const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|createContextualFragment|srcdoc|\.cssText|setAttribute\(\s*['"]style/;
  for (const file of files()) assert.doesNotMatch(readFileSync(file, 'utf8'), forbidden, file);
});

test('the rules of the page around the phone do not reach into it', () => {
  const css = (name) => readFileSync(path.join(PLAYER, name), 'utf8').replace(/\/\*.*?\*\//gs, '');
  const classes = (text) => new Set([...text.matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name));
  const themes = ['phone', 'components', 'ios', 'overlays'].map((name) => css(`theme/${name}.css`)).join();
  const own = classes(themes);
  const selectors = css('app.css').match(/[^{};]+(?=\{)/g).flatMap((list) => list.split(/,(?![^(]*\))/)).map((one) => one.trim());
  const reaching = selectors.filter((one) => [...classes(one)].some((name) => own.has(name)) && !/^\.(right|exchanges) |\.phone\b/.test(one));
  assert.ok(selectors.length > 50 && own.size > 50);
  assert.deepEqual(reaching, []);
});

test(`a view of 50 components is shown in under ${SHOW_MILLISECONDS} ms`, async () => {
  const views = viewsOf(largeDocument());
  assert.equal(views.size, 50);
  const [first, second] = [...views.values()];
  await phone(page, first);
  const times = await page.evaluate(([view, other]) => {
    const shown = (next) => {
      const start = performance.timeOrigin + performance.now();
      window.harness.show(next);
      document.body.getBoundingClientRect();
      return performance.timeOrigin + performance.now() - start;
    };
    const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
    const typed = Array.from({ length: 31 }, (_, at) => {
      const next = structuredClone(view);
      next.components[0].value = `text ${at}`;
      return next;
    });
    return { typed: median(typed.map(shown)), screen: median(Array.from({ length: 21 }, (_, at) => shown(at % 2 ? view : other))) };
  }, [first, second]);
  console.log(`show() with layout: ${times.typed.toFixed(1)} ms after a key, ${times.screen.toFixed(1)} ms for another screen`);
  assert.ok(times.typed < SHOW_MILLISECONDS, `${times.typed} ms after a key`);
  // Another screen makes 50 new components; it happens once per navigation.
  assert.ok(times.screen < 8 * SHOW_MILLISECONDS, `${times.screen} ms for another screen`);
});

test('the gallery of 50 screens with 50 components is usable', async () => {
  const data = galleryOf(largeDocument());
  const took = await page.evaluate((gallery) => {
    const start = performance.timeOrigin + performance.now();
    window.harness.gallery(gallery);
    document.body.getBoundingClientRect();
    return performance.timeOrigin + performance.now() - start;
  }, data);
  console.log(`gallery of 2,500 components: ${took.toFixed(0)} ms`);
  assert.ok(took < 10_000, `${took} ms`);
});
