// What the user does becomes events, and nothing else: the page changes with the next view only.

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

const viewOf = (kind, state = 'seen') => structuredClone(views.get(screenId(kind, state)));
async function open(kind, state, look) {
  const view = viewOf(kind, state);
  await phone(page, view, look);
  return { view, component: view.components.at(-1) };
}

test('a text field reports the cursor and every text', async () => {
  const { component: { id } } = await open('TextInput');
  await page.getByLabel('Your name').click();
  await page.keyboard.type('Al');
  await page.keyboard.press('Enter');
  assert.deepEqual(await events(page), [
    { type: 'focus', component: id }, { type: 'type', component: id, text: 'A' },
    { type: 'type', component: id, text: 'Al' }, { type: 'blur' },
  ]);
});

test('typing is faster than the client, and no letter is lost', async () => {
  const { view, component } = await open('TextInput');
  const later = async (value) => {
    component.value = value;
    await show(page, view);
  };
  const field = page.getByLabel('Your name');
  await field.click();
  await page.keyboard.type('abc');
  await later('a');
  assert.equal(await field.inputValue(), 'abc', 'the views of earlier keys');
  await page.keyboard.press('ArrowLeft');
  await later('ab');
  await page.keyboard.type('X');
  await later('abc');
  assert.equal(await field.inputValue(), 'abXc');
  await later('abXc');
  assert.deepEqual(await field.evaluate((input) => [input.value, input.selectionStart]), ['abXc', 3], 'the caret stays');
  await later('replaced');
  assert.equal(await field.inputValue(), 'replaced', 'the client set another text');
});

test('a text that the client does not confirm is taken back', async () => {
  await open('TextInput', 'used');
  await page.getByLabel('Your name').fill('Nobody');
  await page.clock.runFor(3100);
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Ada Byron');
});

test('a TextArea cuts at its maximum, and a password takes no pictographs', async () => {
  await open('TextArea');
  await page.getByRole('textbox').fill(`${'x'.repeat(39)}😀`);
  assert.equal((await events(page)).at(-1).text, 'x'.repeat(39), 'no half of a character');
  assert.match(await page.locator('.counter').innerText(), /^0 \/ 40$/, 'the counter follows the view');
  await open('TextInput', 'password');
  await page.getByLabel('Password').fill('a😀b');
  assert.equal((await events(page)).at(-1).text, 'ab');
});

test('the cross empties a text, a list and a date', async () => {
  for (const kind of ['TextInput', 'Dropdown', 'DatePicker', 'CalendarPicker']) {
    const { component: { id } } = await open(kind, 'used');
    if (kind === 'TextInput') await page.getByRole('textbox').focus();
    await page.getByRole('button', { name: 'Clear' }).first().click();
    const expected = {
      TextInput: { type: 'type', component: id, text: '' },
      CalendarPicker: { type: 'clear', component: id, part: 'start' },
    }[kind] ?? { type: 'clear', component: id, part: 'day' };
    const found = (await events(page)).filter(({ type }) => type !== 'focus');
    assert.deepEqual(found, [expected]);
  }
});

test('choices are chosen by their ids, and only the next view shows it', async () => {
  for (const [kind, role] of [['RadioButtonsGroup', 'radio'], ['CheckboxGroup', 'checkbox'], ['ChipsSelector', 'checkbox']]) {
    const { view, component } = await open(kind);
    const row = page.getByRole(role).first();
    await row.click();
    assert.deepEqual(await events(page), [{ type: 'choose', component: component.id, option: component.options[0].id }]);
    assert.equal(await row.getAttribute('aria-checked'), 'false');
    component.options[0].selected = true;
    await show(page, view);
    assert.equal(await row.getAttribute('aria-checked'), 'true');
    assert.ok(await row.evaluate((element) => element === document.activeElement), 'the focus stays');
    if (kind !== 'ChipsSelector') {
      await page.getByRole(role).last().dispatchEvent('click');
      assert.deepEqual(await events(page), [], 'a disabled option');
    }
  }
});

test('a tick, a link of an OptIn, links, and the button', async () => {
  let { component } = await open('OptIn', 'link');
  await page.getByRole('checkbox').click();
  await page.getByRole('link', { name: 'Read more' }).click();
  assert.deepEqual(await events(page), [{ type: 'tick', component: component.id }, { type: 'tap', component: component.id }]);
  ({ component } = await open('EmbeddedLink', 'external'));
  await page.getByRole('link', { name: 'Our website' }).click();
  assert.deepEqual(await events(page), [{ type: 'tap', component: component.id }]);
  ({ component } = await open('Footer', 'captions'));
  await page.getByRole('button', { name: 'Continue' }).click();
  assert.deepEqual(await events(page), [{ type: 'tap', component: component.id }]);
  ({ component } = await open('NavigationList'));
  await page.getByRole('button', { name: /Flat/ }).click();
  assert.deepEqual(await events(page), [{ type: 'tap_item', component: component.id, item: 'b' }]);
});

test('a double tap is one tap, until the next view', async () => {
  const { view, component } = await open('Footer');
  const tap = { type: 'tap', component: component.id };
  await page.getByRole('button', { name: 'Continue' }).dblclick();
  assert.deepEqual(await events(page), [tap]);
  await show(page, view);
  await page.getByRole('button', { name: 'Continue' }).click();
  assert.deepEqual(await events(page), [tap]);
});

test('links in texts open through the owner of the phone', async () => {
  for (const [kind, url] of [['TextBody', 'https://example.com/terms'], ['TextCaption', 'https://example.com/'], ['RichText', 'https://example.com/rich']]) {
    await open(kind, kind === 'RichText' ? 'seen' : 'markdown');
    const link = page.getByRole('link', { name: 'a link' });
    await link.click();
    await link.focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await events(page), [{ type: 'link', url }, { type: 'link', url }]);
  }
});

test('files are picked, uploaded again and removed', async () => {
  const { view, component } = await open('DocumentPicker');
  await page.getByRole('button', { name: /Add file/ }).click();
  await page.getByLabel('Type').selectOption('image/jpeg');
  await page.getByLabel('Name').fill('scan.jpg');
  await page.getByLabel('Size in KB').fill('2');
  await page.getByRole('button', { name: 'OK', exact: true }).click();
  assert.deepEqual(await events(page), [{ type: 'pick', component: component.id, files: [{ name: 'scan.jpg', mime_type: 'image/jpeg', bytes: 2048 }] }]);
  component.value = ['done', 'uploading', 'failed 1000'].map((upload, at) => ({ file_name: `${at}.pdf`, mime_type: 'application/pdf', file_length: 2_500_000, upload }));
  await show(page, view);
  assert.match(await page.locator('.file').first().innerText(), /0\.pdf\s+2\.4 MB · PDF/);
  assert.equal(await page.getByRole('img', { name: 'Uploading' }).count(), 1);
  await page.getByRole('button', { name: 'Try again: 2.pdf' }).click();
  await page.getByRole('button', { name: 'Cancel: 1.pdf' }).click();
  await page.getByRole('button', { name: 'Remove: 0.pdf' }).click();
  assert.deepEqual(await events(page), [
    { type: 'retry_upload', component: component.id, file_name: '2.pdf' },
    { type: 'remove_file', component: component.id, file_name: '1.pdf' },
    { type: 'remove_file', component: component.id, file_name: '0.pdf' },
  ]);
});

test('a photo comes from the camera or the gallery, and no name is taken twice', async () => {
  const { view, component } = await open('PhotoPicker');
  const pick = { type: 'pick', component: component.id };
  component.value = [{ file_name: 'photo.jpg', mime_type: 'image/jpeg', file_length: 1, upload: 'done' }];
  await show(page, view);
  await page.getByRole('button', { name: /Add more/ }).click();
  await page.getByRole('button', { name: 'Take a photo' }).click();
  assert.deepEqual(await events(page), [{ ...pick, files: [{ name: 'photo-2.jpg', mime_type: 'image/jpeg', bytes: 245_760 }] }]);
  component.value = [...component.value, ...['b', 'c'].map((name) => ({ ...component.value[0], file_name: name }))];
  await show(page, view);
  assert.equal(await page.getByRole('button', { name: /Add/ }).count(), 0, 'as many as the component allows');
  await open('PhotoPicker', 'gallery');
  await page.getByRole('button', { name: /Add photo/ }).click();
  assert.ok(await page.getByRole('dialog', { name: 'Add file' }).isVisible());
});

test('the pages have no errors', () => assert.deepEqual(r.problems, []));
