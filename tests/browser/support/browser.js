// Chromium, and a page of the tests in it.

import { existsSync } from 'node:fs';

import { chromium } from 'playwright-core';

import { serve } from './server.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The program: that of CHROMIUM, or the first one on the path. */
export function program() {
  const folders = (process.env.PATH ?? '').split(':');
  const found = NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`)).find((file) => existsSync(file));
  const chosen = process.env.CHROMIUM ?? found;
  if (!chosen) throw new Error('no Chromium; run tests/tools/browser.sh, or set CHROMIUM to the program');
  return chosen;
}

/** Starts the browser. A container often has no sandbox of its own for it; pages here are the project's. */
export function launch() {
  return chromium.launch({ executablePath: program(), args: ['--no-sandbox', '--font-render-hinting=none', '--disable-lcd-text'] });
}

/** A browser, a server and pages. `problems` has what went wrong in the pages: errors, refused resources, requests elsewhere. */
export async function rig() {
  const [browser, server] = await Promise.all([launch(), serve()]);
  const problems = [];
  return {
    browser,
    server,
    problems,
    /** A page with the harness. The clock stands on 2 March 2026, so that `today` is always the same. */
    async page(options = {}) {
      const context = await browser.newContext({ viewport: { width: 460, height: 840 }, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC', ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(5000);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
      page.on('request', (request) => {
        if (!request.url().startsWith(server.address) && !request.url().startsWith('data:')) problems.push(`request: ${request.url().slice(0, 200)}`);
      });
      await page.clock.install({ time: new Date('2026-03-02T12:00:00Z') });
      await page.goto(server.address);
      await page.waitForSelector('html[data-ready]', { state: 'attached' });
      return page;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Shows a view in a new phone. */
export function phone(page, view, look, options) {
  return page.evaluate(([a, b, c]) => window.harness.phone(a, b, c), [view, look, options]);
}

/** Shows a view in the same phone. */
export function show(page, view, options) {
  return page.evaluate(([a, b]) => window.harness.show(a, b), [view, options]);
}

/** What the user did since the last call. */
export function events(page) {
  return page.evaluate(() => window.harness.events.splice(0));
}
