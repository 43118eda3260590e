// `flowctl` with a player, and the browser at its page.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

import { launch } from './browser.js';
import { FLOWCTL, ROOT } from './views.js';

export const ENDPOINT = process.env.ENDPOINT ?? path.join(path.dirname(FLOWCTL), 'endpoint');

/** A folder for one test. */
export function folder() {
  return mkdtempSync(path.join(tmpdir(), 'player-'));
}

/** The programs that run: one that is left would keep the tests from ending. */
const running = new Set();
after(() => running.forEach((child) => child.kill()));

/** Starts a program, and waits for a line with an address. The program ends with the tests. */
export async function start(program, args, options, pattern) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  running.add(child);
  let output = '';
  const address = await new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => {
      output += data;
      const found = pattern.exec(output);
      if (found) resolve(found[1]);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}: ${output}`)));
  });
  return { child, address, stop: () => child.kill() };
}

/** Starts a command of flowctl, and returns the address of its player. */
export function flowctl(args, options = {}) {
  return start(FLOWCTL, args, options, /(http:\/\/127\.0\.0\.1:\d+\/_player\/)/);
}

/** Starts `flowctl dev` with the samples. */
export async function samples({ port = '0' } = {}) {
  const flows = folder();
  const args = ['dev', '--program', ENDPOINT, '--memory', '--port', port, '--tables-port', '0', '--folder', flows, '--no-open'];
  return { ...(await flowctl(args, { cwd: ROOT })), folder: flows };
}

/** Runs a command of flowctl to its end. */
export function run(args) {
  const { status, stdout, stderr } = spawnSync(FLOWCTL, args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** A browser, and pages at addresses. `problems` has the errors of all pages and what a policy refused. */
export async function browser() {
  const instance = await launch();
  const problems = [];
  return {
    problems,
    async open(address, options = {}) {
      const context = await instance.newContext({
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
      await page.goto(address);
      await page.locator('.bubble-button').first().waitFor({ state: 'attached' });
      return page;
    },
    close: () => instance.close(),
  };
}

/** A user of the phone on the page. */
export class User {
  constructor(page) {
    this.page = page;
    this.phone = page.locator('.stage .phone');
  }

  /** Opens another message of a flow. */
  async open(flow) {
    if (flow) await this.page.getByLabel('Flow', { exact: true }).selectOption(flow);
    await this.page.getByRole('button', { name: 'New message' }).click();
    await this.phone.locator('.bubble-button:not([aria-disabled])').click();
    await this.phone.locator('.sheet').waitFor();
  }

  fill(label, text) {
    return this.phone.getByRole('textbox', { name: label }).fill(text);
  }

  /** Chooses an option of a Dropdown. */
  async choose(label, option) {
    await this.phone.getByRole('combobox', { name: label }).click();
    const options = this.phone.getByRole('option');
    await (option ? options.filter({ hasText: option }) : options).first().click();
    await this.phone.getByRole('listbox').waitFor({ state: 'detached' });
  }

  tap(name) {
    return this.phone.getByRole('button', { name, exact: true }).click();
  }

  /** Waits for a text on the phone. */
  sees(text) {
    return this.phone.getByText(text).first().waitFor();
  }

  /** Waits for a screen with this title. */
  on(title) {
    return this.phone.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  }

  /** The rows of the list: status, and what was shown. */
  async exchanges() {
    await this.page.waitForFunction(() => ![...document.querySelectorAll('.exchanges .status')].some((one) => one.textContent === '…'));
    const rows = this.page.locator('.exchanges button');
    return rows.evaluateAll((buttons) => buttons.map((button) => {
      const text = (name) => button.querySelector(`.${name}`)?.textContent ?? '';
      return [text('action'), text('way'), text('status'), text('kind')].join(' ').replace(/ +/g, ' ').trim();
    }));
  }

  async last(count = 1) {
    return (await this.exchanges()).slice(-count);
  }

  /** Does something, and waits for one more exchange. Returns its row. */
  async adds(action) {
    const before = await this.page.locator('.exchanges button').count();
    await action();
    await this.page.waitForFunction((count) => document.querySelectorAll('.exchanges button').length > count, before);
    return (await this.last())[0];
  }

  press(name) {
    return this.page.locator('.right').getByRole('button', { name, exact: true }).first().click();
  }
}
