// The player of `flowctl dev`, with the samples: played to the end by clicking, and inspected.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { User, browser, flowctl, folder, run, samples } from './support/flowctl.js';
import { ROOT } from './support/views.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let server;
let b;
let page;
let user;
before(async () => {
  [server, b] = await Promise.all([samples(), browser()]);
  page = await b.open(server.address);
  user = new User(page);
});
after(async () => {
  await b.close();
  server.stop();
});

async function book() {
  await user.open('appointment');
  for (const list of ['Department', 'Location', 'Date', 'Time']) await user.choose(list);
  await user.tap('Continue');
  await user.fill('Name', 'Ada');
  await user.fill('Email', 'ada@example.com');
  await user.fill('Phone', '+44 20 7946 0000');
  await user.tap('Continue');
  await user.phone.getByRole('checkbox').click();
  await user.tap('Confirm Appointment');
  await user.sees('Response sent');
}

test('the root leads to the player', async () => {
  const other = await b.open(server.address.replace('_player/', ''));
  assert.equal(other.url(), server.address);
  await other.context().close();
});

test('the sample basic is played to the end', async () => {
  await user.open('basic');
  await user.fill('Your name', 'Ada');
  await user.fill('How many come along?', '1.5');
  await user.tap('Send');
  await user.sees('Please enter a whole number.');
  await user.fill('How many come along?', '2');
  await user.tap('Send');
  await user.sees('Response sent');
  assert.match(await user.phone.locator('.bubble.out').innerText(), /guests\s+2\s+name\s+Ada/);
  assert.deepEqual(await user.last(3), ['INIT MY_SCREEN 200', 'data_exchange MY_SCREEN → MY_SCREEN 200', 'data_exchange MY_SCREEN → SUCCESS 200']);
});

test('the sample appointment is played to the end', async () => {
  await book();
  assert.match(await user.phone.locator('.bubble.out').innerText(), /booking/);
  assert.deepEqual(await user.last(), ['data_exchange SUMMARY → SUCCESS 200']);
});

test('the session has whole names, times and numbers of bytes', async () => {
  await user.open('appointment');
  await user.choose('Department');
  await user.adds(() => user.choose('Location'));
  await page.locator('.exchanges button').last().click();
  const row = (name) => page.locator('.difference tr', { has: page.getByRole('rowheader', { name, exact: true }) });
  await row('flow_token').waitFor();
  const names = await page.locator('.difference th[scope="row"]').evaluateAll((all) => all.map((name) => {
    const range = document.createRange();
    range.selectNodeContents(name);
    return `${name.textContent} ${range.getClientRects().length}`;
  }));
  assert.ok(names.length > 6 && names.every((name) => name.endsWith(' 1')), `on one line each: ${names}`);
  assert.match(await row('expires_at').innerText(), /^expires_at\s+\d{10}\s+20\d\d-\d\d-\d\d \d\d:\d\d:\d\d/);
  assert.match(await row('submission').innerText(), /^submission\s+16 bytes\s+16 other bytes$/);
  assert.equal(await row('flow').locator('td').count(), 1, 'what is the same is shown once');
  assert.equal((await page.locator('.difference').innerText()).includes('['), false);
  await page.getByRole('button', { name: 'Back to now' }).click();
});

test('an exchange shows everything, and the phone as it was', async () => {
  await user.open('basic');
  await user.fill('Your name', 'Ada');
  await user.tap('Send');
  await user.sees('Response sent');
  await page.locator('.exchanges button').last().click();
  const detail = page.locator('.detail');
  await detail.waitFor();
  assert.match(await detail.locator('.facts').innerText(), /^status 200 · [\d.]+ ms · \d+ bytes sent, \d+ received$/);
  assert.match(await detail.getByLabel('Request').innerText(), /"name": "Ada"/);
  assert.match(await detail.getByLabel('Reply', { exact: true }).innerText(), /"screen": "SUCCESS"/);
  assert.match(await detail.locator('[data-change="new"]').first().innerText(), /finished\s+true/);
  await detail.getByLabel('Log').getByText('shown=SUCCESS').waitFor();
  await page.locator('.exchanges button').nth(-2).click();
  await user.on('Welcome');
  assert.equal(await page.locator('.moment').innerText().then((text) => text.includes('The phone after exchange')), true);
  const count = (await user.exchanges()).length;
  await user.phone.getByRole('textbox', { name: 'Your name' }).click();
  await page.keyboard.type('Ben');
  assert.equal(await user.phone.getByRole('textbox', { name: 'Your name' }).inputValue(), '', 'a moment of the past is read-only');
  assert.equal((await user.exchanges()).length, count);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await user.sees('Response sent');
  assert.equal(await page.locator('.exchanges [aria-current]').count(), 0);
  await page.getByRole('heading', { name: /^\d+ +data_exchange MY_SCREEN$/ }).waitFor();
});

test('the list has filters, and follows the arrow keys', async () => {
  const all = (await user.exchanges()).length;
  await page.getByLabel('Screen', { exact: true }).selectOption('SUMMARY');
  const filtered = await user.exchanges();
  assert.ok(filtered.length > 0 && filtered.length < all && filtered.every((row) => row.includes('SUMMARY')), String(filtered));
  await page.getByLabel('Screen', { exact: true }).selectOption('');
  const token = await page.locator('.token').innerText();
  await page.getByLabel('Flow token', { exact: true }).selectOption(token);
  assert.equal((await user.exchanges()).length, 2);
  await page.getByLabel('Flow token', { exact: true }).selectOption('');
  await page.locator('.exchanges button').first().click();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('heading', { name: /^2 / }).waitFor();
  await page.getByRole('button', { name: 'Back to now' }).click();
});

test('a new message leaves the past, and has nothing to copy until it is opened', async () => {
  await page.locator('.exchanges button').nth(-2).click();
  await page.getByRole('button', { name: 'Back to now' }).waitFor();
  await page.getByRole('button', { name: 'New message' }).click();
  await page.getByRole('button', { name: 'Back to now' }).waitFor({ state: 'hidden' });
  await user.phone.locator('.bubble-button:not([aria-disabled])').waitFor();
  await page.getByRole('button', { name: 'Copy as Rust test' }).click();
  await page.getByText('There is nothing to copy yet').waitFor();
});

test('what was played is copied as a test, and saved as a script that plays', async () => {
  await user.open('basic');
  await user.fill('Your name', 'Ada');
  await user.tap('Send');
  await user.sees('Response sent');
  await user.press('Copy as Rust test');
  await page.getByText('Copied.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /client\.fill\("Your name", "Ada"\);\n {4}client\.tap\("Send"\)\.await;\n {4}client\.completion\(\);/);
  const download = page.waitForEvent('download');
  await user.press('Save as script');
  const saved = await download;
  assert.equal(saved.suggestedFilename(), 'basic.play');
  const file = path.join(folder(), 'basic.play');
  await saved.saveAs(file);
  assert.match(readFileSync(file, 'utf8'), /fill "Your name" Ada\ntap Send\nexpect completion/);
  const endpoint = server.address.replace('/_player/', '/basic');
  const played = run(['play', path.join(ROOT, 'src/basic/flow.json'), '--script', file, '--endpoint', endpoint, '--secret', path.join(server.folder, 'secret.json')]);
  assert.equal(played.status, 0, played.output);
});

test('an event is a new view within 20 ms', async () => {
  await user.open('basic');
  const box = user.phone.getByRole('textbox', { name: 'Your name' });
  await box.click();
  await page.evaluate(() => performance.clearResourceTimings());
  for (let at = 0; at < 20; at += 1) {
    await Promise.all([page.waitForResponse((one) => one.url().endsWith('/event')), page.keyboard.type('x')]);
  }
  const times = await page.evaluate(() => {
    const entries = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/event'));
    return entries.map(({ duration }) => duration).sort((a, c) => a - c);
  });
  assert.ok(times.length >= 20, String(times));
  const median = times[Math.floor(times.length / 2)];
  console.log(`an event: median ${median.toFixed(1)} ms, most ${times.at(-1).toFixed(1)} ms`);
  assert.ok(median < 20, String(times));
});

test('the look changes the phone and the page, and stays', async () => {
  await page.getByLabel('Theme').selectOption('dark');
  await page.getByLabel('Direction').selectOption('rtl');
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  await page.reload();
  await user.phone.waitFor();
  assert.equal(await user.phone.getAttribute('dir'), 'rtl');
  assert.equal(await user.phone.getAttribute('data-theme'), 'dark');
  await page.getByLabel('Direction').selectOption('ltr');
});

test('axe finds nothing serious in either theme', async () => {
  await user.open('appointment');
  await page.locator('.exchanges button').last().click();
  await page.locator('.detail').waitFor();
  await page.getByRole('button', { name: 'Wrong key', exact: true }).first().click();
  for (const theme of ['light', 'dark']) {
    await page.getByLabel('Theme').selectOption(theme);
    for (const tab of ['Play', 'All screens']) {
      await page.getByRole('button', { name: tab, exact: true }).click();
      await page.waitForTimeout(300);
      // By the debugger, because the policy of the page forbids other scripts.
      await page.evaluate(readFileSync(AXE, 'utf8'));
      const { violations } = await page.evaluate(() => window.axe.run(document));
      const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
      assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).slice(0, 4).join(', ')}`), [], `${theme} ${tab}`);
    }
  }
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await user.press('Wrong key');
});

test('the gallery follows every save', async () => {
  const file = path.join(folder(), 'flow.json');
  const document = readFileSync(path.join(ROOT, 'src/basic/flow.json'), 'utf8');
  writeFileSync(file, document);
  const preview = await flowctl(['preview', file, '--port', '0', '--no-open']);
  const shown = await b.open(preview.address);
  await shown.getByRole('heading', { level: 2, name: 'MY_SCREEN' }).waitFor();
  assert.equal(await shown.locator('.play').isVisible(), false);
  writeFileSync(file, document.replace('"Your name"', '"Your whole name"'));
  await shown.getByText('Your whole name').first().waitFor();
  writeFileSync(file, document.replace('"required": true', '"required": "yes"'));
  await shown.locator('.pin[data-severity="error"]').waitFor();
  writeFileSync(file, document.replace('"screens": [', '"screens": [,'));
  await shown.getByText(/flow\.json, line \d+:/).waitFor();
  await shown.context().close();
  preview.stop();
});

test('a page of an earlier start gets the token of the new one', async () => {
  const file = path.join(folder(), 'flow.json');
  writeFileSync(file, readFileSync(path.join(ROOT, 'src/basic/flow.json')));
  const first = await flowctl(['preview', file, '--port', '0', '--no-open']);
  const port = new URL(first.address).port;
  const shown = await b.open(first.address);
  const before = b.problems.length;
  first.stop();
  await shown.getByText('flowctl has stopped.').waitFor();
  const second = await flowctl(['preview', file, '--port', port, '--no-open']);
  assert.equal(second.address, first.address);
  await shown.getByText('flowctl has stopped.').waitFor({ state: 'hidden' });
  await shown.getByRole('heading', { level: 2, name: 'MY_SCREEN' }).waitFor();
  second.stop();
  await shown.context().close();
  b.problems.splice(before);
});

test('after a restart the page returns to the flow that was chosen', async () => {
  const first = await samples();
  const { port } = new URL(first.address);
  const shown = await b.open(first.address);
  const before = b.problems.length;
  const flow = shown.getByLabel('Flow', { exact: true });
  assert.equal(await flow.inputValue(), 'appointment');
  await flow.selectOption('basic');
  await shown.waitForFunction(() => document.title.startsWith('basic'));
  first.stop();
  await shown.getByText('flowctl has stopped.').waitFor();
  const second = await samples({ port });
  await shown.getByText('flowctl has stopped.').waitFor({ state: 'hidden' });
  await shown.waitForFunction(() => document.title.startsWith('basic'));
  // A page that is opened anew, in the middle of a conversation, leaves it as it is.
  await flow.selectOption('appointment');
  await new User(shown).open();
  await shown.evaluate(() => localStorage.setItem('player-flow', 'basic'));
  await shown.reload();
  await shown.locator('.stage .sheet').waitFor();
  assert.equal(await flow.inputValue(), 'appointment');
  second.stop();
  await shown.context().close();
  b.problems.splice(before);
});

test('the pages have no errors', () => {
  // Chromium reports refusals of the endpoint's and of ours alike; what is left is a mistake of the page.
  assert.deepEqual(b.problems, []);
});
