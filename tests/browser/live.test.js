// What changes while the player runs: the program, and the Flow JSON.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { User, browser, flowctl, folder } from './support/flowctl.js';

const MAIN = 'fn main() { loop { std::thread::sleep(std::time::Duration::from_secs(60)); } }\n';
const FLOW = {
  version: '7.3',
  screens: [
    { id: 'NAME', title: 'Your name', layout: { type: 'SingleColumnLayout', children: [
      { type: 'TextInput', name: 'name', label: 'Name', required: true },
      { type: 'EmbeddedLink', text: 'Rules', 'on-click-action': { name: 'open_url', url: 'https://example.com/rules' } },
      { type: 'Footer', label: 'Next', 'on-click-action': { name: 'navigate', next: { type: 'screen', name: 'END' }, payload: {} } },
    ] } },
    { id: 'END', title: 'The end', terminal: true, layout: { type: 'SingleColumnLayout', children: [
      { type: 'Footer', label: 'Done', 'on-click-action': { name: 'complete', payload: { name: '${screen.NAME.form.name}' } } },
    ] } },
  ],
};
let b;
let server;
let page;
let user;
let root;
const save = (name, text) => writeFileSync(path.join(root, name), text);
before(async () => {
  root = folder();
  mkdirSync(path.join(root, 'src/name'), { recursive: true });
  save('Cargo.toml', '[package]\nname = "sleeper"\nversion = "0.1.0"\nedition = "2024"\n\n[workspace]\n');
  save('src/main.rs', MAIN);
  save('src/name/flow.json', JSON.stringify(FLOW, null, 2));
  const args = ['dev', '--memory', '--port', '0', '--tables-port', '0', '--no-open'];
  [server, b] = await Promise.all([flowctl(args, { cwd: root }), browser()]);
  page = await b.open(server.address);
  user = new User(page);
});
after(async () => {
  await b.close();
  server.stop();
});

test('a program that does not build is shown in the words of the compiler, until it builds', async () => {
  save('src/main.rs', MAIN.replace('std::thread', 'std::bread'));
  const build = page.locator('.build');
  await build.getByText('The program does not build').waitFor({ timeout: 60_000 });
  const words = await build.locator('pre').innerText();
  assert.match(words, /error\[E0433\]/);
  assert.match(words, /src\/main\.rs:1:\d+/);
  assert.equal(words.includes('\u001b'), false, 'without the colours of a terminal');
  save('src/main.rs', MAIN);
  await build.waitFor({ state: 'hidden', timeout: 60_000 });
});

test('a save of the Flow JSON shows at once, and the conversation goes on', async () => {
  await user.open();
  await user.fill('Name', 'Ada');
  const changed = structuredClone(FLOW);
  changed.screens[0].layout.children[0].label = 'First name';
  save('src/name/flow.json', JSON.stringify(changed, null, 2));
  const box = user.phone.getByRole('textbox', { name: 'First name' });
  await box.waitFor();
  assert.equal(await box.inputValue(), 'Ada');
  save('src/name/flow.json', '{ "version": ');
  await page.getByText(/flow\.json, line 1:/).waitFor();
  save('src/name/flow.json', JSON.stringify(FLOW, null, 2));
  await page.getByText(/flow\.json, line 1:/).waitFor({ state: 'hidden' });
  await user.tap('Next');
  await user.on('The end');
  await user.tap('Done');
  await user.sees('Response sent');
});

test('a page that the flow opens is an address to follow, and nothing is opened by itself', async () => {
  await user.open();
  await user.phone.getByText('Rules').click();
  const link = page.locator('.left .note a');
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), 'https://example.com/rules');
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
  assert.equal(page.context().pages().length, 1);
});

test('an address that is not one of the web opens nothing', async () => {
  const changed = structuredClone(FLOW);
  changed.screens[0].layout.children[1]['on-click-action'].url = 'javascript:alert(1)';
  save('src/name/flow.json', JSON.stringify(changed, null, 2));
  await page.waitForTimeout(600);
  await user.open();
  await user.phone.getByText('Rules').click();
  await page.waitForTimeout(300);
  assert.equal(await page.getByText('javascript:').count(), 0);
  assert.equal(await page.locator('a[href^="javascript:"]').count(), 0);
});

test('the pages have no errors', () => assert.deepEqual(b.problems, []));
