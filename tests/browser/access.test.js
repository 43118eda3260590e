// Keyboard and screen reader: axe-core finds nothing serious, and a form is filled in without a mouse.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { events, phone, rig, show } from './support/browser.js';
import { COMPONENTS, componentsDocument, document, screen, screenId, statesOf } from './support/documents.js';
import { galleryOf, viewsOf } from './support/views.js';

const views = viewsOf(componentsDocument());
const FORM = ['TextInput', 'TextArea', 'Dropdown', 'RadioButtonsGroup', 'CheckboxGroup', 'ChipsSelector', 'DatePicker', 'OptIn', 'EmbeddedLink'];
let r;
let page;
before(async () => {
  r = await rig();
  page = await r.page();
  await page.evaluate(axe.source);
});
after(() => r.close());

/** The serious findings of axe-core, with the elements that they are about. */
async function findings() {
  const { violations } = await page.evaluate(() => window.axe.run(document.querySelector('#root'), { resultTypes: ['violations'] }));
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`));
}

for (const theme of ['light', 'dark']) {
  for (const platform of ['android', 'ios', 'web']) {
    test(`every component in every state has no serious finding (${platform}, ${theme})`, async () => {
      const found = [];
      for (const kind of Object.keys(COMPONENTS)) {
        for (const state of statesOf(kind).filter((name) => name !== 'hidden')) {
          await phone(page, views.get(screenId(kind, state)), { platform, theme });
          found.push(...(await findings()).map((text) => `${kind} ${state}: ${text}`));
        }
      }
      assert.deepEqual(found, []);
    });
  }

  test(`what opens has no serious finding (${theme})`, async () => {
    const found = [];
    const look = async (kind, state, platform, open) => {
      await phone(page, views.get(screenId(kind, state)), { platform, theme });
      await open();
      assert.ok((await page.locator('.overlay, .wheels').count()) > 0);
      found.push(...(await findings()).map((text) => `${kind}: ${text}`));
    };
    const combobox = () => page.getByRole('combobox').first().click();
    for (const platform of ['android', 'ios', 'web']) {
      await look('Dropdown', 'many', platform, combobox);
      await look('DatePicker', 'used', platform, combobox);
      await look('CalendarPicker', 'used', platform, combobox);
      await look('TextBody', 'seen', platform, () => page.getByRole('button', { name: 'Menu' }).click());
      await look('PhotoPicker', 'seen', platform, () => page.getByRole('button', { name: /Add photo/ }).click());
      await look('DocumentPicker', 'seen', platform, () => page.getByRole('button', { name: /Add file/ }).click());
    }
    assert.deepEqual(found, []);
  });

  test(`chat, loader, error screen, snackbar and gallery have no serious finding (${theme})`, async () => {
    const view = views.get(screenId('TextInput', 'seen'));
    const failure = { cause: 'Timeout', text: 'Something went wrong.', can_retry: true, explanation: '', line: 0 };
    const frames = [
      null, { ...view, frame: { state: 'closed', params: { a: 'b' } } }, { ...view, frame: { state: 'loading' } },
      { ...view, screen: '', components: [], frame: { state: 'loading' } }, { ...view, frame: { state: 'error', failure } },
      { ...view, snackbar: { text: 'A message', milliseconds: 4500 } },
      { ...view, components: view.components.map((component) => ({ ...component, banner: 'a mistake' })) },
    ];
    for (const frame of frames) {
      await phone(page, null, { theme });
      await show(page, frame);
      assert.deepEqual(await findings(), []);
    }
    await page.evaluate(([data, colour]) => {
      document.documentElement.setAttribute('data-theme', colour);
      window.harness.gallery(data, { theme: colour });
    }, [galleryOf('tests/browser/support/mistakes.json'), theme]);
    assert.deepEqual(await findings(), []);
  });
}

test('a form is filled in with Tab, arrows, Space and Enter', async () => {
  const form = viewsOf(document([screen('FORM', 'Form', [
    ...FORM.map((kind) => ({ type: kind, ...COMPONENTS[kind].all, name: kind })), { type: 'Footer', ...COMPONENTS.Footer.all },
  ])])).get('FORM');
  const id = (kind) => form.components.find((component) => component.kind === kind).id;
  await phone(page, form);
  await page.evaluate(() => window.harness.instance.focus());
  const keys = [
    'Tab', 'Tab', 'A', 'Tab', 'B', 'Tab', 'Enter', 'ArrowDown', 'Enter', '400', 'Tab', 'ArrowDown', 'Space', 'Tab', 'Space',
    'Tab', 'Tab', 'Tab', 'Space', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Enter', 'ArrowRight', 'Enter', 'Tab', 'Tab', 'Enter', 'Tab', 'Space', 'Tab', 'Enter', 'view', 'Tab', 'Enter',
  ];
  for (const key of keys) {
    if (key === '400') await page.clock.runFor(400);
    else if (key === 'view') await show(page, form);
    else await page.keyboard.press(key);
  }
  const done = (await events(page)).filter(({ type }) => !['focus', 'blur'].includes(type));
  assert.deepEqual(done, [
    { type: 'type', component: id('TextInput'), text: 'A' },
    { type: 'type', component: id('TextArea'), text: 'B' },
    { type: 'choose', component: id('Dropdown'), option: 'b' },
    { type: 'choose', component: id('RadioButtonsGroup'), option: 'b' },
    { type: 'choose', component: id('CheckboxGroup'), option: 'a' },
    { type: 'choose', component: id('ChipsSelector'), option: 'Music' },
    { type: 'set_date', component: id('DatePicker'), part: 'day', day: '2026-03-03' },
    { type: 'tick', component: id('OptIn') },
    { type: 'tap', component: id('EmbeddedLink') },
    { type: 'tap', component: id('Footer') },
  ]);
});

test('the pages have no errors', () => assert.deepEqual(r.problems, []));
