// The speed of the player's page, as figures: first paint, an event, and a document of 50 screens with 50 components.
// `make bench-player` runs it with a release build of flowctl and of the endpoint.

import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { largeDocument } from './support/documents.js';
import { User, browser, flowctl, folder, samples } from './support/flowctl.js';

const OPENINGS = 9;
const KEYS = 40;

const server = await samples();
const b = await browser();
try {
  const paints = [];
  for (let at = 0; at < OPENINGS; at += 1) {
    const page = await b.open(server.address);
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
    await page.context().close();
  }
  print('opening to the first paint', paints);
  const page = await b.open(server.address);
  const user = new User(page);
  await user.open('basic');
  print('an event of basic to its answer', await keys(page, user.phone.getByRole('textbox').first()));

  const file = path.join(folder(), 'large.json');
  writeFileSync(file, JSON.stringify(connected(largeDocument())));
  const preview = await flowctl(['preview', file, '--port', '0', '--no-open']);
  const large = await b.open(preview.address);
  await large.getByRole('button', { name: 'Play', exact: true }).click({ timeout: 60_000 });
  const reader = new User(large);
  await reader.open();
  print('an event of 50 screens × 50 components', await keys(large, reader.phone.getByRole('textbox').first()));
  preview.stop();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await b.close();
  server.stop();
}

/** A document whose screens lead from one to the next, so that it can be played. */
function connected(document) {
  document.screens.forEach((screen, at) => {
    const next = document.screens[at + 1];
    document.routing_model[screen.id] = next ? [next.id] : [];
    const action = next ? { name: 'navigate', next: { type: 'screen', name: next.id }, payload: {} } : { name: 'complete', payload: {} };
    screen.terminal = !next;
    screen.layout.children.at(-1)['on-click-action'] = action;
  });
  delete document.data_api_version;
  return document;
}

/** Types into a field, and returns the milliseconds of each event until its answer. */
async function keys(page, box) {
  await box.click();
  await page.evaluate(() => performance.clearResourceTimings());
  for (let at = 0; at < KEYS; at += 1) {
    await Promise.all([page.waitForResponse((one) => one.url().endsWith('/event')), page.keyboard.type('x')]);
  }
  return page.evaluate(() => {
    const entries = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/event'));
    return entries.map(({ duration }) => duration);
  });
}

function print(what, times) {
  times.sort((one, other) => one - other);
  const at = (share) => times[Math.floor((times.length - 1) * share)].toFixed(1);
  console.log(`${what.padEnd(42)} ${at(0.5).padStart(7)} ms, least ${at(0)}, most ${at(1)}, of ${times.length}`);
}
