// The endpoint of lunch.json in plain Node, without packages. It shares no code with the Rust endpoint or its tools.
//
//     node endpoint.mjs --port 0 --key private.pem --app-secret-file FILE [--mistake screen|iv]
//
// Top down: the flow, the envelope, the server. Mistakes are planted for tests of clients; ../README.md lists them.
import {
  constants, createCipheriv, createDecipheriv, createHmac, createPrivateKey, privateDecrypt, timingSafeEqual,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { port, privateKey, appSecret, mistake } = readArguments();

// ---- The flow. Orders are kept in memory, by flow token.

const DISHES = [
  { id: 'soup', title: 'Tomato soup' },
  { id: 'omelette', title: 'Cheese omelette' },
  { id: 'rice', title: 'Rice with vegetables' },
];
const TIMES = ['12:00', '12:30', '13:00'].map((time) => ({ id: time, title: time }));
const orders = new Map();
let lastNumber = 1000;

// Returns the status and the message of the reply. A status without a message has an empty body.
function answer({ action, screen, data, flow_token: token }) {
  if (action === 'ping') return { status: 200, message: { data: { status: 'active' } } };

  // A client reports that it could not use a reply. `error` may be empty, so its presence counts.
  const values = data ?? {};
  if (typeof values.error === 'string' && typeof values.error_message === 'string') {
    console.error(`error notification: ${values.error}: ${values.error_message}`);
    return { status: 200, message: { data: { acknowledged: true } } };
  }

  // Meta sends the token "unused" if the message was sent without one.
  if (typeof token !== 'string' || token === '' || token === 'unused') return expired('Ask us for a new message');
  const order = orders.get(token);
  if (order?.number) return expired(`Order ${order.number} has already been placed`);

  if (action === 'INIT' || action === 'BACK') return menu();
  if (action === 'data_exchange' && screen === 'MENU') return submitMenu(token, values);
  if (action === 'data_exchange' && screen === 'TIME') return submitTime(order, values);
  return { status: 400 };
}

function submitMenu(token, { dish, portions }) {
  const chosen = DISHES.find(({ id }) => id === dish);
  if (!chosen) return menu('Choose a dish');
  const count = Number(portions); // clients send a number or its text
  if (!Number.isInteger(count) || count < 1) return menu('Enter a whole number of portions');
  if (count > 10) return menu('At most ten portions');
  orders.set(token, { dish: chosen.title, portions: count });
  return times();
}

function submitTime(order, { time: id, terms }) {
  if (!order) return menu('Choose a dish first');
  const chosen = TIMES.find((entry) => entry.id === id);
  if (!chosen) return times('Choose a time');
  if (terms !== true) return times('Accept the terms');
  order.number = String(++lastNumber);
  const summary = `${order.portions} × ${order.dish} at ${chosen.title}`;
  return show(mistake === 'screen' ? 'SUMMARY_PAGE' : 'DONE', { summary, number: order.number });
}

const menu = (error) => show('MENU', { dishes: DISHES }, error);
const times = (error) => show('TIME', { times: TIMES }, error);
// JSON.stringify omits a member that is undefined. A null would break the client's schema.
const show = (screen, data, error) => ({ status: 200, message: { screen, data: { ...data, error_message: error } } });
const expired = (error) => ({ status: 427, message: { error_msg: error } });

// ---- The envelope: HMAC over the raw bytes, RSA-OAEP around the AES key, AES-128-GCM around the messages.

function isSigned(body, header) {
  const [, hex] = /^sha256=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (!hex) return false;
  return timingSafeEqual(Buffer.from(hex, 'hex'), createHmac('sha256', appSecret).update(body).digest());
}

// Throws if the request cannot be decrypted.
function open(body) {
  const envelope = JSON.parse(body);
  const [sealed, wrapped, iv] = ['encrypted_flow_data', 'encrypted_aes_key', 'initial_vector']
    .map((name) => Buffer.from(envelope[name], 'base64'));
  // oaepHash sets the hash of MGF1 as well.
  const oaep = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const key = privateDecrypt(oaep, wrapped);
  if (iv.length !== 16) throw new Error('the IV is not 16 bytes');
  const decipher = createDecipheriv('aes-128-gcm', key, iv, { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  const clear = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  const request = JSON.parse(clear);
  if (request === null || typeof request !== 'object') throw new Error('the request is not a JSON object');
  return { request, key, iv };
}

// The reply is encrypted under the key of the request and its IV with every bit inverted.
function seal(message, { key, iv }) {
  const replyIv = mistake === 'iv' ? iv : iv.map((byte) => byte ^ 0xff);
  const cipher = createCipheriv('aes-128-gcm', key, replyIv);
  const clear = JSON.stringify(message);
  return Buffer.concat([cipher.update(clear, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

// ---- The server.

function respond(body, signature) {
  if (!isSigned(body, signature)) return { status: 432 };
  let opened;
  try {
    opened = open(body);
  } catch {
    return { status: 421 }; // the client downloads the public key again and retries
  }
  const { status, message } = answer(opened.request);
  return { status, text: message && seal(message, opened) };
}

async function serve(request) {
  if (request.method !== 'POST') return { status: 405 };
  const chunks = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) { // a 413 needs the connection
    size += chunk.length;
    if (size > 1024 * 1024) return { status: 413 };
    chunks.push(chunk);
  }
  return respond(Buffer.concat(chunks), request.headers['x-hub-signature-256']);
}

const server = createServer(async (request, response) => {
  const { status, text = '' } = await serve(request).catch((error) => {
    console.error(error);
    return { status: 500 };
  });
  if (!request.complete) response.setHeader('Connection', 'close');
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end(text);
});
server.listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));

function readArguments() {
  const option = { type: 'string' };
  const options = { port: option, key: option, 'app-secret-file': option, mistake: option };
  try {
    const { port, key, 'app-secret-file': secretFile, mistake } = parseArgs({ options }).values;
    if (!/^\d+$/.test(port)) throw new Error('--port is not a number');
    if (!key || !secretFile) throw new Error('--key or --app-secret-file is missing');
    if (![undefined, 'screen', 'iv'].includes(mistake)) throw new Error(`--mistake ${mistake} is unknown`);
    const appSecret = readFileSync(secretFile, 'utf8').trim();
    if (appSecret === '') throw new Error('the app secret is empty');
    return { port: Number(port), privateKey: createPrivateKey(readFileSync(key)), appSecret, mistake };
  } catch (error) {
    console.error(error.message);
    console.error('usage: node endpoint.mjs --port PORT --key PEM --app-secret-file FILE [--mistake screen|iv]');
    process.exit(2);
  }
}
