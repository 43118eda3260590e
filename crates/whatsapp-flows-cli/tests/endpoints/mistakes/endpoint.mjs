// An endpoint with one screen in plain Node, for tests of `flowctl probe`. Without MISTAKE it is right.
//
//     MISTAKE=iv-not-inverted node endpoint.mjs --port 0 --key private.pem --app-secret-file FILE
//
// ../README.md lists the mistakes. `is` marks each of them.
import {
  constants, createCipheriv, createDecipheriv, createHmac, createPrivateKey, privateDecrypt, timingSafeEqual,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const option = { type: 'string' };
const { values } = parseArgs({ options: { port: option, key: option, 'app-secret-file': option } });
const privateKey = createPrivateKey(readFileSync(values.key));
const appSecret = readFileSync(values['app-secret-file'], 'utf8').trim();
const mistakes = (process.env.MISTAKE ?? '').split(',');
const is = (mistake) => mistakes.includes(mistake);
let lastNumber = 0;

class Reply extends Error {
  constructor(status) { super(`${status}`); this.status = status; }
}

function answer({ action, data, flow_token: token, ...others }) {
  const known = ['version', 'screen', 'flow_token_signature'];
  if (is('strict-members') && Object.keys(others).some((name) => !known.includes(name))) throw new Reply(400);
  if (is('ping-needs-token') && !token) throw new Reply(427);
  if (action === 'ping') return { data: { status: 'active' } };
  if (typeof data?.error === 'string' && !is('notice-not-recognized')) {
    if (is('notice-closes')) throw new Reply(0);
    return { data: { acknowledged: true } };
  }
  const number = is('vector-reused') ? String(++lastNumber) : '1';
  if (['INIT', 'BACK', 'data_exchange'].includes(action)) return { screen: 'ONLY', data: { number } };
  throw new Reply(400);
}

function checkSignature(body, header = '') {
  if (is('signature-not-checked')) return;
  const signed = is('signature-over-rewritten-body') ? JSON.stringify(JSON.parse(body)) : body;
  const wanted = Buffer.from(`sha256=${createHmac('sha256', appSecret).update(signed).digest('hex')}`);
  const given = Buffer.from(header);
  // timingSafeEqual throws if the lengths differ.
  if (is('signature-crash') && !timingSafeEqual(given, wanted)) throw new Reply(432);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new Reply(432);
}

function open(body) {
  const envelope = JSON.parse(body);
  const [sealed, wrapped, iv] = ['encrypted_flow_data', 'encrypted_aes_key', 'initial_vector']
    .map((name) => Buffer.from(envelope[name], 'base64'));
  const oaepHash = is('oaep-sha-1') ? 'sha1' : 'sha256';
  const key = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, wrapped);
  const vector = is('request-iv-12-bytes') ? iv.subarray(0, 12) : iv;
  const decipher = createDecipheriv(is('request-aes-256') ? 'aes-256-gcm' : 'aes-128-gcm', key, vector);
  decipher.setAuthTag(sealed.subarray(-16));
  const clear = [decipher.update(sealed.subarray(0, -16))];
  if (!is('tag-not-verified')) clear.push(decipher.final());
  return { request: JSON.parse(Buffer.concat(clear)), key, iv };
}

function seal(message, { key, iv }) {
  const inverted = iv.map((byte) => byte ^ 0xff);
  const vector = is('iv-not-inverted') ? iv : is('iv-12-bytes') ? inverted.subarray(0, 12) : inverted;
  const clear = JSON.stringify(message);
  if (is('cbc')) {
    const cipher = createCipheriv('aes-128-cbc', key, vector);
    return Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]);
  }
  const cipherKey = is('aes-256') ? Buffer.concat([key, Buffer.alloc(16)]) : key;
  const cipher = createCipheriv(cipherKey.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm', cipherKey, vector);
  const ciphertext = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]);
  if (is('tag-missing')) return ciphertext;
  return Buffer.concat([...(is('iv-prefixed') ? [vector] : []), ciphertext, cipher.getAuthTag()]);
}

function encode(sealed) {
  const text = sealed.toString('base64');
  if (is('quoted')) return JSON.stringify(text);
  if (is('in-json')) return JSON.stringify({ response: text });
  if (is('base64-undone')) return sealed;
  if (is('gzip')) return gzipSync(text);
  if (is('line-break-at-end')) return `${text}\n`;
  return text;
}

async function respond(body, header) {
  checkSignature(body, header);
  let opened;
  try {
    opened = open(body);
  } catch {
    if (is('errors-are-200')) return JSON.stringify({ error: 'cannot decrypt' });
    throw new Reply(is('decryption-502') ? 502 : is('decryption-500') ? 500 : 421);
  }
  const message = answer(opened.request);
  if (is('slow') && opened.request.action === 'ping') await new Promise((done) => setTimeout(done, 1100));
  return is('not-encrypted') ? JSON.stringify(message) : encode(seal(message, opened));
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (is('small-bodies') && size > 100 * 1024) return response.writeHead(413).end();
  const headers = is('content-type') ? { 'Content-Type': 'text/html' } : { 'Content-Type': 'text/plain' };
  try {
    const text = await respond(Buffer.concat(chunks), request.headers['x-hub-signature-256']);
    response.writeHead(200, headers).end(text);
  } catch (error) {
    if (error.status === 0) return response.destroy();
    response.writeHead(error.status ?? 500).end();
  }
});
server.listen(values.port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
