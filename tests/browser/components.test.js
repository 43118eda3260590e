// Every component: seen, used, invalid, disabled and hidden, on the views of the real client.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { phone, rig } from './support/browser.js';
import { COMPONENTS, componentsDocument, screenId, statesOf } from './support/documents.js';
import { viewsOf } from './support/views.js';

const views = viewsOf(componentsDocument());
/** What the user uses of a component: its role, and the name that a screen reader reads. */
const CONTROLS = {
  TextInput: ['textbox', 'Your name (optional)'],
  TextArea: ['textbox', 'Your message (optional)'],
  Dropdown: ['combobox', 'Product (optional)'],
  RadioButtonsGroup: ['radio', 'Apples Red or green 1.20'],
  CheckboxGroup: ['checkbox', 'Apples Red or green 1.20'],
  ChipsSelector: ['checkbox', 'Art'],
  DatePicker: ['combobox', 'Day (optional)'],
  CalendarPicker: ['combobox', 'Arrival'],
  OptIn: ['checkbox', '(optional) I agree to the terms'],
  EmbeddedLink: ['link', 'Forgot your password?'],
  Footer: ['button', 'Continue'],
  NavigationList: ['button', 'Green hill House New With a garden Five rooms'],
  PhotoPicker: ['button', 'Add photo Photos (optional)'],
  DocumentPicker: ['button', 'Add file Documents (optional)'],
};
/** Components that Flow JSON cannot disable: `enabled` means nothing to them. */
const NEVER_DISABLED = ['EmbeddedLink', 'NavigationList'];
/** The text of a component without a control. */
const TEXTS = {
  TextHeading: 'Book an appointment',
  TextSubheading: 'At a time that suits you',
  TextBody: 'Plain text of a body',
  TextCaption: 'A small text',
  RichText: 'A paragraph with bold, italic, both and struck text,',
  Balloon: 'Balloon cannot be shown',
};

let r;
let page;
before(async () => {
  r = await rig();
  page = await r.page();
});
after(() => r.close());

async function open(kind, state, look) {
  const view = views.get(screenId(kind, state));
  assert.ok(view, `${kind} has the state ${state}`);
  await phone(page, view, look);
  return view;
}

test('every kind of the client has a page', () => {
  const kinds = new Set([...views.values()].flatMap((view) => view.components.map(({ kind }) => kind)));
  assert.equal(kinds.size, 22, [...kinds].join());
});

for (const kind of Object.keys(COMPONENTS)) {
  test(`${kind} is seen`, async () => {
    await open(kind, 'seen');
    const slot = page.locator(`[data-kind="${kind === 'Balloon' ? 'Unknown' : kind}"]`);
    assert.equal(await slot.count(), 1);
    const box = await slot.boundingBox();
    assert.ok(box.width > 100 && box.height > 10, JSON.stringify(box));
    const control = CONTROLS[kind];
    if (control) await slot.getByRole(control[0], { name: control[1], exact: true }).first().waitFor();
    if (TEXTS[kind]) assert.match(await slot.innerText(), new RegExp(TEXTS[kind]));
    if (kind.startsWith('Image')) assert.equal(await slot.locator('img').evaluateAll((images) => images.every((image) => image.naturalWidth === 64 && image.alt)), true);
  });

  test(`${kind} is not drawn while it is hidden`, async () => {
    await open(kind, 'hidden');
    assert.equal(await page.locator('.slot[data-kind="TextBody"]').count(), kind === 'Footer' ? 0 : 1);
    const texts = await page.locator('.content').innerText();
    assert.equal(texts.trim(), kind === 'Footer' ? '' : 'Nothing else');
    assert.equal(await page.locator('.foot').evaluate((foot) => foot.childElementCount), 0);
  });

  test(`${kind} says that it is disabled, and does nothing`, async () => {
    await open(kind, 'disabled');
    const control = CONTROLS[kind];
    if (!control) return assert.equal(await page.locator('.content [aria-disabled]').count(), 0, 'there is nothing to use');
    const used = page.getByRole(control[0], { name: control[1], exact: true }).first();
    const isDisabled = (await used.getAttribute('aria-disabled')) === 'true';
    assert.equal(isDisabled, !NEVER_DISABLED.includes(kind));
    if (!isDisabled) return;
    await used.dispatchEvent('click');
    await used.evaluate((element) => element.focus());
    await page.keyboard.press('Enter');
    await page.keyboard.type('x');
    assert.deepEqual(await page.evaluate(() => window.harness.events), []);
    assert.equal(await page.locator('.overlay').count(), 0);
  });

  if (statesOf(kind).includes('invalid')) {
    for (const platform of ['android', 'ios', 'web']) {
      test(`${kind} shows its error and connects it with the control (${platform})`, async () => {
        const view = await open(kind, 'invalid', { platform });
        const { error } = view.components.at(-1);
        assert.ok(error, 'the client shows an error');
        const text = page.locator('.content .error', { hasText: error });
        assert.ok(await text.isVisible());
        const id = await text.getAttribute('id');
        assert.ok((await page.locator(`[aria-describedby~="${id}"]`).count()) > 0);
        const isButton = kind.endsWith('Picker') && CONTROLS[kind][0] === 'button';
        assert.equal((await page.locator('[aria-invalid="true"]').count()) > 0, !isButton);
      });
    }
  }
}

test('used fields show their values', async () => {
  const values = {
    TextInput: () => page.getByRole('textbox').inputValue(),
    TextArea: () => page.getByRole('textbox').inputValue(),
    Dropdown: () => page.getByRole('combobox').innerText(),
    DatePicker: () => page.getByRole('combobox').innerText(),
    CalendarPicker: async () => (await page.getByRole('combobox').allInnerTexts()).join(' to '),
    RadioButtonsGroup: () => page.getByRole('radio', { checked: true }).locator('.title').innerText(),
    CheckboxGroup: () => page.getByRole('checkbox', { checked: true }).locator('.title').innerText(),
    ChipsSelector: async () => (await page.getByRole('checkbox', { checked: true }).allInnerTexts()).join(),
    OptIn: () => page.getByRole('checkbox').getAttribute('aria-checked'),
  };
  const shown = {};
  for (const [kind, read] of Object.entries(values)) {
    await open(kind, 'used');
    shown[kind] = await read();
  }
  assert.deepEqual(shown, {
    TextInput: 'Ada Byron', TextArea: 'Two lines\nof text', Dropdown: 'Bread', DatePicker: '16 March 2026',
    CalendarPicker: '10 March 2026 to 14 March 2026', RadioButtonsGroup: 'Apples', CheckboxGroup: 'Apples',
    ChipsSelector: 'Art,Travel', OptIn: 'true',
  });
});

test('the pages have no errors, and ask for nothing from elsewhere', () => assert.deepEqual(r.problems, []));
