// More flows, played to the end by clicking: documents without an endpoint, in a preview.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { User, browser, flowctl, folder, run } from './support/flowctl.js';
import { ROOT } from './support/views.js';

const DOCUMENTS = path.join(ROOT, 'crates/whatsapp-flow-json/tests/client/documents');
let b;
before(async () => {
  b = await browser();
});
after(() => b.close());

/** Plays a document with these clicks, and plays its script again. Returns the text of the message at the end. */
async function played(name, look, clicks) {
  const file = path.join(DOCUMENTS, `${name}.json`);
  const preview = await flowctl(['preview', file, '--port', '0', '--no-open']);
  const page = await b.open(preview.address);
  const user = new User(page);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByLabel('Platform').selectOption(look);
  await user.open();
  await clicks(user, user.phone);
  await user.sees('Response sent');
  const message = await user.phone.locator('.bubble.out').innerText();
  assert.equal((await user.exchanges()).length, 0);
  const download = page.waitForEvent('download');
  await user.press('Save as script');
  const script = path.join(folder(), 'again.play');
  await (await download).saveAs(script);
  const again = run(['play', file, '--script', script]);
  assert.equal(again.status, 0, again.output);
  await page.context().close();
  preview.stop();
  return message;
}

test('a survey with conditions, a switch and expressions', async () => {
  const message = await played('employee_survey', 'android', async (user, phone) => {
    await user.tap('Start');
    await user.sees('Hello, this is 2026');
    await phone.getByRole('checkbox', { name: 'Busy' }).click();
    await user.fill('Hours per week', '50');
    await phone.getByRole('radio', { name: 'Bad' }).click();
    await user.fill('Reason', 'Too many meetings');
    await phone.getByRole('checkbox', { name: 'Please call me' }).click();
    await user.tap('Continue, slowly');
    await user.sees('You said bad, 10 hours a day');
    await user.choose('Team', 'IT');
    await user.sees('Say hello to the servers');
    await user.fill('Idea', 'Fewer meetings');
    await user.tap('Send');
  });
  assert.match(message, /per_day\s+10/);
});

test('an application with a passcode and a document', async () => {
  const message = await played('job_application', 'ios', async (user, phone) => {
    await user.fill('Full name', 'Ada Byron');
    await user.fill('Years of experience', '3');
    await user.fill('Postcode', '12345');
    await user.tap('Continue');
    await user.sees('3 years');
    await phone.getByRole('button', { name: /Curriculum vitae/ }).click();
    const dialog = phone.getByRole('dialog', { name: 'Add file' });
    await dialog.getByRole('textbox').first().fill('cv.pdf');
    await dialog.getByRole('button', { name: 'OK' }).click();
    await dialog.waitFor({ state: 'detached' });
    await user.sees('cv.pdf');
    await user.fill('Letter', 'Dear all,\nhere I am.');
    await user.tap('Apply');
  });
  assert.match(message, /full_name\s+Ada Byron/);
});

test('a newsletter with a form, a link to another screen and the way back', async () => {
  const message = await played('newsletter', 'web', async (user, phone) => {
    await phone.getByRole('checkbox', { name: 'Bread' }).click();
    await phone.getByRole('checkbox', { name: /Cakes/ }).click();
    await phone.getByRole('radio', { name: 'Monthly' }).click();
    await user.tap('Continue');
    await user.fill('Email', 'ada@example.com');
    await phone.getByText('Read more').click();
    await user.on('Privacy');
    await user.tap('Back');
    await user.on('Your address');
    await phone.getByRole('checkbox').click();
    await user.tap('Subscribe');
  });
  assert.match(message, /email\s+ada@example\.com/);
});

test('the pages have no errors', () => assert.deepEqual(b.problems, []));
