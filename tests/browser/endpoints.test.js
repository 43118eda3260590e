// Endpoints in other languages, played unchanged: `flowctl dev --endpoint`.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { User, browser, flowctl, folder, run, start } from './support/flowctl.js';
import { ROOT } from './support/views.js';

const ENDPOINTS = path.join(ROOT, 'crates/whatsapp-flows-cli/tests/endpoints');
const FLOW = path.join(ENDPOINTS, 'lunch.json');
const MOTO = path.join(ROOT, '.tools/moto/bin/python');
const PROGRAMS = {
  node: ['node', path.join(ENDPOINTS, 'node/endpoint.mjs')],
  python: [existsSync(MOTO) ? MOTO : 'python3', path.join(ENDPOINTS, 'python/endpoint.py')],
};
let b;
before(async () => {
  b = await browser();
});
after(() => b.close());

/** Starts an endpoint with keys of its own, and a player for it. */
async function played(language, args = []) {
  const keys = folder();
  execFileSync('openssl', ['genrsa', '-out', path.join(keys, 'private.pem'), '2048'], { stdio: 'ignore' });
  execFileSync('openssl', ['rsa', '-in', path.join(keys, 'private.pem'), '-pubout', '-out', path.join(keys, 'public.pem')], { stdio: 'ignore' });
  writeFileSync(path.join(keys, 'app_secret'), '0123456789abcdef');
  const [program, script] = PROGRAMS[language];
  const own = ['--port', '0', '--key', 'private.pem', '--app-secret-file', 'app_secret'];
  const endpoint = await start(program, [script, ...own, ...args], { cwd: keys }, /listening on (\S+)/);
  const peer = ['--public-key', path.join(keys, 'public.pem'), '--app-secret-file', path.join(keys, 'app_secret')];
  const player = await flowctl(['dev', '--endpoint', endpoint.address, '--flow', FLOW, ...peer, '--port', '0', '--no-open']);
  const page = await b.open(player.address);
  const stop = async () => {
    await page.context().close();
    player.stop();
    endpoint.stop();
  };
  return { user: new User(page), page, endpoint, peer, stop };
}

for (const language of Object.keys(PROGRAMS)) {
  test(`the ${language} endpoint is played to the end, and its script plays again`, async () => {
    const { user, page, endpoint, peer, stop } = await played(language);
    await user.open();
    await user.on('Lunch');
    await user.phone.getByRole('radio', { name: 'Tomato soup' }).click();
    await user.fill('Portions', '12');
    await user.tap('Continue');
    await user.sees('At most ten portions');
    await user.fill('Portions', '2');
    await user.tap('Continue');
    await user.on('Time');
    await user.tap('Back');
    await user.on('Lunch');
    await user.tap('Continue');
    await user.on('Time');
    await user.choose('Time', '12:30');
    await user.phone.getByRole('checkbox').click();
    await user.tap('Order');
    await user.sees('2 × Tomato soup at 12:30');
    await user.tap('Close');
    await user.sees('Response sent');
    assert.match(await user.phone.locator('.bubble.out').innerText(), /1001/);
    assert.equal(await page.getByRole('button', { name: 'Expire the session' }).isDisabled(), true, 'its sessions are not here');
    const download = page.waitForEvent('download');
    await user.press('Save as script');
    const script = path.join(folder(), 'lunch.play');
    await (await download).saveAs(script);
    const again = run(['play', FLOW, '--script', script, '--endpoint', endpoint.address, ...peer]);
    assert.equal(again.status, 0, again.output);
    await stop();
  });
}

test('a reply that the client rejects is explained with the line of flow.json', async () => {
  const { user, page, stop } = await played('node', ['--mistake', 'screen']);
  await user.open();
  await user.phone.getByRole('radio', { name: 'Tomato soup' }).click();
  await user.fill('Portions', '2');
  await user.tap('Continue');
  await user.on('Time');
  await user.choose('Time', '12:30');
  await user.phone.getByRole('checkbox').click();
  await user.tap('Order');
  await page.getByText(/The client rejects the reply: SUMMARY_PAGE is not a screen .*\(line \d+ of flow\.json\)/).waitFor();
  const rows = await user.exchanges();
  assert.match(rows.at(-1), /error notification$/, 'the client reports it to the endpoint');
  await page.locator('.exchanges button').nth(-2).click();
  await page.getByText(/The client rejects this reply/).waitFor();
  await stop();
});

test('replies under another vector and wrong secrets are named', async () => {
  const { user, page, stop } = await played('python', ['--mistake', 'iv']);
  await user.open();
  await page.getByText(/initialization vector of the request, which is not inverted/).first().waitFor();
  await stop();
});

test('the pages have no errors', () => assert.deepEqual(b.problems, []));
