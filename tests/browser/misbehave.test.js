// Every misbehaving button, with the sample basic: what the endpoint answers, and what the phone makes of it.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { User, browser, samples } from './support/flowctl.js';

const TROUBLE = 'Something went wrong. Try again later.';
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
beforeEach(async () => {
  await user.open('basic');
  await user.fill('Your name', 'Ada');
});

test('same bytes, same data', async () => {
  assert.equal(await user.adds(() => user.press('Same bytes')), 'INIT MY_SCREEN 200 same bytes');
  assert.equal(await user.adds(() => user.press('Same data')), 'INIT MY_SCREEN 200 same data');
});

test('tap twice', async () => {
  await user.press('Tap twice');
  await page.getByText('It happens to the next request of the phone.').waitFor();
  await user.tap('Send');
  await user.sees('Response sent');
  const row = 'data_exchange MY_SCREEN → SUCCESS 200 Tap twice';
  assert.deepEqual(await user.last(2), [row, row]);
  // The log says which of the two got the stored reply of the other.
  await page.waitForFunction(() => [...document.querySelectorAll('.exchanges li')].slice(-2).filter((one) => one.querySelector('.repeated:not([hidden])')).length === 1);
  const rows = await page.locator('.exchanges li').evaluateAll((all) => all.slice(-2).map((one) => {
    return [one.querySelector('button').dataset.id, !one.querySelector('.repeated').hidden];
  }));
  for (const [id, isRepeated] of rows) {
    await page.locator(`.exchanges button[data-id="${id}"]`).click();
    await page.getByRole('heading', { name: new RegExp(`^${id} `) }).waitFor();
    const log = page.locator('.detail .log p');
    await log.first().waitFor();
    assert.deepEqual((await log.allInnerTexts()).map((line) => line.includes('repeat=true')), [isRepeated], 'each has its own line');
    assert.equal((await page.locator('.facts').innerText()).includes('a stored reply'), isRepeated);
  }
  await page.getByRole('button', { name: 'Back to now' }).click();
});

for (const name of ['Wrong key', 'Tampered']) {
  test(`${name}: 421, then the client fetches the key again`, async () => {
    await user.press(name);
    await user.tap('Send');
    await user.sees('Response sent');
    assert.deepEqual(await user.last(2), [`data_exchange MY_SCREEN 421 ${name}`, 'data_exchange MY_SCREEN → SUCCESS 200']);
  });
}

test('wrong signature: 432, and the user may try again', async () => {
  await user.press('Wrong signature');
  await user.tap('Send');
  await user.sees(TROUBLE);
  assert.deepEqual(await user.last(), ['data_exchange MY_SCREEN 432 Wrong signature']);
  await user.tap('Send');
  await user.sees('Response sent');
});

test('wait 11 s: the client gives up after ten', async () => {
  await user.press('Wait 11 s');
  const started = Date.now();
  await user.tap('Send');
  await user.sees(TROUBLE);
  const seconds = (Date.now() - started) / 1000;
  assert.ok(seconds > 9.5 && seconds < 11, String(seconds));
  assert.deepEqual(await user.last(), ['data_exchange MY_SCREEN → SUCCESS 200 Wait 11 s']);
});

test('answer lost: the same tap gets the reply', async () => {
  await user.press('Answer lost');
  await user.tap('Send');
  await user.sees(TROUBLE);
  await user.tap('Send');
  await user.sees('Response sent');
  assert.deepEqual(await user.last(2), ['data_exchange MY_SCREEN → SUCCESS 200 Answer lost', 'data_exchange MY_SCREEN → SUCCESS 200']);
});

test('expire the session, and a second device', async () => {
  assert.equal(await user.adds(() => user.press('Second device')), 'INIT MY_SCREEN 200 Second device');
  await user.press('Expire the session');
  await user.tap('Send');
  await user.sees('Response sent');
  await page.locator('.exchanges button').last().click();
  const version = page.locator('.difference tr', { has: page.getByRole('rowheader', { name: 'version' }) });
  assert.match(await version.innerText(), /version\s+2\s+1/, 'a new session');
  await page.getByRole('button', { name: 'Back to now' }).click();
});

test('a selected exchange is sent again, and the phone stays as it is', async () => {
  await page.locator('.exchanges button').last().click();
  const again = page.locator('.detail .buttons');
  for (const [name, status] of [['Wrong key', 421], ['Tampered', 421], ['Wrong signature', 432], ['Same bytes', 200], ['Same data', 200]]) {
    const row = await user.adds(() => again.getByRole('button', { name, exact: true }).click());
    assert.match(row, new RegExp(`^INIT .*${status} `), name);
  }
  await page.getByRole('button', { name: 'Back to now' }).click();
  assert.equal(await user.phone.getByRole('textbox', { name: 'Your name' }).inputValue(), 'Ada');
});

test('the pages have no errors', () => assert.deepEqual(b.problems, []));
