// Real views: a document goes through `flowctl screens`, and the views are read from the page that it writes.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../../..');
export const FLOWCTL = process.env.FLOWCTL ?? path.join(ROOT, 'target/debug/flowctl');
export const PLAYER = path.join(ROOT, 'crates/whatsapp-flows-cli/player');

/** The file that `flowctl screens` writes for a document, or for the file of one. */
export function screensFile(document) {
  const folder = mkdtempSync(path.join(tmpdir(), 'screens-'));
  const file = typeof document === 'string' ? path.resolve(ROOT, document) : path.join(folder, 'screens.json');
  if (typeof document !== 'string') writeFileSync(file, JSON.stringify(document, null, 2));
  execFileSync(FLOWCTL, ['screens', file, '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  // A `flow.json` goes by the name of its folder.
  const name = path.basename(file, '.json');
  return path.join(folder, `${name === 'flow' ? path.basename(path.dirname(file)) : name}.html`);
}

/** The data of the gallery: the views by their screens, and the findings. */
export function galleryOf(document) {
  const html = readFileSync(screensFile(document), 'utf8');
  const [, json] = /<script type="application\/json" id="gallery-data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json ?? 'null');
}

/** The views of a document, by the ids of the screens. */
export function viewsOf(document) {
  return new Map(galleryOf(document).screens.map(({ id, view }) => [id, view]));
}
