// Makes the pictures of the README, docs/pictures/phone.png and inspector.png: `make pictures`.

import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { User, browser, samples } from './support/flowctl.js';
import { ROOT } from './support/views.js';

const folder = path.join(ROOT, 'docs/pictures');
mkdirSync(folder, { recursive: true });
const server = await samples();
const b = await browser();
try {
  const page = await b.open(server.address, { viewport: { width: 1360, height: 860 } });
  const user = new User(page);
  await user.open('appointment');
  await user.choose('Department', 'Beauty');
  await user.choose('Location');
  await user.choose('Date');
  await user.choose('Time');
  await page.getByLabel('Theme').selectOption('light');
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement?.blur());
  const box = await user.phone.boundingBox();
  const clip = { x: box.x - 16, y: box.y - 12, width: box.width + 32, height: box.height + 24 };
  await page.screenshot({ path: path.join(folder, 'phone.png'), clip });
  await user.tap('Continue');
  await user.fill('Name', 'Ada Byron');
  await user.fill('Email', 'ada@example.com');
  await user.fill('Phone', '+44 20 7946 0000');
  await user.tap('Continue');
  await user.on('Summary');
  await page.locator('.exchanges button').last().click();
  await page.locator('.detail').waitFor();
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement?.blur());
  await page.screenshot({ path: path.join(folder, 'inspector.png') });
} finally {
  await b.close();
  server.stop();
}
