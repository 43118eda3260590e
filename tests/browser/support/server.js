// Serves the page's modules as `flowctl dev` does, with the same content security policy, and a page for the tests.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { PLAYER } from './views.js';

export const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' };
const STYLES = ['colours', 'phone', 'components', 'ios', 'overlays', 'gallery'];
const PAGE = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Test</title>${
  STYLES.map((name) => `<link rel="stylesheet" href="/theme/${name}.css">`).join('')
}<link rel="stylesheet" href="/test/test.css"></head><body><main id="root"></main><script type="module" src="/test/harness.js"></script></body></html>`;

/** Starts the server on a free port. */
export async function serve() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-security-policy', POLICY);
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    if (pathname === '/') return response.setHeader('content-type', 'text/html').end(PAGE);
    const [folder, rest] = pathname.startsWith('/test/') ? [import.meta.dirname, pathname.slice(6)] : [PLAYER, pathname.slice(1)];
    const file = path.join(folder, path.normalize(`/${rest}`));
    try {
      response.setHeader('content-type', TYPES[path.extname(file)] ?? 'text/plain').end(await readFile(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
