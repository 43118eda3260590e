// A client in plain Node. It shares no code with the Rust client, so it finds mistakes that the endpoint and the Rust
// client have in common.
//
//     node phone.mjs URL PUBLIC_PEM APP_SECRET_FILE
//
// Two users want the same appointment. Each step prints a line; the first one that fails ends the run with status 1.
import {
  constants, createCipheriv, createDecipheriv, createHmac, createPublicKey, publicEncrypt, randomBytes,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

if (process.argv.length !== 5) {
  console.error('usage: node phone.mjs URL PUBLIC_PEM APP_SECRET_FILE');
  process.exit(1);
}
const [url, pemFile, secretFile] = process.argv.slice(2);
const publicKey = createPublicKey(readFileSync(pemFile));
const appSecret = readFileSync(secretFile, 'utf8').trim();

// ---- The envelope: a new key and IV for each request; the reply is sealed under the same key and the inverted IV.

function seal(message, damage = () => {}) {
  const key = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(message), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  damage(sealed);
  // oaepHash sets the hash of MGF1 as well.
  const oaep = { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const body = JSON.stringify({
    encrypted_flow_data: sealed.toString('base64'),
    encrypted_aes_key: publicEncrypt(oaep, key).toString('base64'),
    initial_vector: iv.toString('base64'),
  }).replaceAll('/', '\\/'); // valid JSON, and the form that Meta sends
  return { key, iv, body: Buffer.from(body) };
}

function open(raw, { key, iv }) {
  const sealed = Buffer.from(raw.toString('latin1'), 'base64');
  same('the body as bare base64', raw.toString('latin1'), sealed.toString('base64')); // Buffer skips invalid characters
  const decipher = createDecipheriv('aes-128-gcm', key, iv.map((byte) => byte ^ 0xff), { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  const clear = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(clear));
}

async function post(body, secret) {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${signature}` };
  const signal = AbortSignal.timeout(10_000); // Meta's limit
  const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
  return { status: response.status, raw: Buffer.from(await response.arrayBuffer()) };
}

// ---- A step: post, compare the status, decrypt a sealed reply, check it.

async function step(n, name, sealed, status, check, secret = appSecret) {
  try {
    const began = performance.now();
    const reply = await post(sealed.body, secret);
    const ms = Math.round(performance.now() - began);
    same('status', reply.status, status);
    const answer = [200, 427].includes(status) ? open(reply.raw, sealed) : null;
    check(answer, reply.raw);
    console.log(`ok ${n} ${name} ${status} ${ms}ms`);
    return { answer, raw: reply.raw };
  } catch (error) {
    console.log(`not ok ${n} ${name}: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
    process.exit(1);
  }
}

function same(what, got, wanted) {
  if (!isDeepStrictEqual(got, wanted)) {
    throw new Error(`${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
  }
}

function words(what, got) {
  if (typeof got !== 'string' || got === '') throw new Error(`${what}: expected text, got ${JSON.stringify(got)}`);
}

// Returns a check of the screen's id, of members of its data that must be equal, and of anything else in `look`.
const screen = (id, members = {}, look = () => {}) => (answer) => {
  same('screen', answer.screen, id);
  for (const [member, value] of Object.entries(members)) same(`data.${member}`, answer.data[member], value);
  look(answer.data);
};
const empty = (_, raw) => same('body', raw.toString('latin1'), '');

const say = (flow_token, action, screen = '', data = {}, damage) =>
  seal({ data, flow_token, screen, action, version: '3.0' }, damage);
const init = (token) => say(token, 'INIT');
const submit = (token, screen, data) => say(token, 'data_exchange', screen, data);

// ---- The conversation.

const newToken = () => randomBytes(16).toString('hex');
const [a, b] = [newToken(), newToken()];
const active = (answer) => same('answer', answer, { data: { status: 'active' } });
await step(1, 'ping', seal({ version: '3.0', action: 'ping' }), 200, active);

const closed = { is_location_enabled: false, is_date_enabled: false, is_time_enabled: false };
const sizes = { department: 5, location: 4, date: 3, time: 5 };
const lists = (data) => {
  for (const [list, size] of Object.entries(sizes)) same(`entries of data.${list}`, data[list]?.length, size);
};
const first = await step(2, 'init', init(a), 200, screen('APPOINTMENT', closed, lists));
const title = (list, id) => first.answer.data[list].find((entry) => entry.id === id)?.title;

const choose = (trigger) => submit(a, 'APPOINTMENT', { trigger, ...chosen });
let chosen = { department: 'beauty' };
const places = { is_location_enabled: true, is_date_enabled: false };
await step(3, 'department', choose('department_selected'), 200, screen('APPOINTMENT', places));

chosen = { ...chosen, location: '1' };
const dates = { is_date_enabled: true, is_time_enabled: false };
const allPlaces = (data) => same('entries of data.location', data.location?.length, 4);
const dated = await step(4, 'location', choose('location_selected'), 200, screen('APPOINTMENT', dates, allPlaces));

chosen = { ...chosen, date: dated.answer.data.date.at(-1).id };
const free = (data) => data.time.find((entry) => entry.enabled !== false)?.id;
const timed = await step(5, 'date', choose('date_selected'), 200,
  screen('APPOINTMENT', { is_time_enabled: true }, (data) => words('a time that is free', free(data))));
chosen = { ...chosen, time: free(timed.answer.data) };

const alice = { name: 'Zoë `${form.x}` 日本', email: 'zoe@example.com', phone: '+44 20 7946 0000',
  more_details: 'line one\nline "two" \\ /' };
const bob = { name: 'Bob', email: 'bob@example.com', phone: '+44 20 7946 0001' };
const place = `${title('department', 'beauty')} at ${title('location', '1')}`;
const when = `${place}\n${title('date', chosen.date)} at ${chosen.time}`;
const who = (given) => `Name: ${given.name}\nEmail: ${given.email}\nPhone: ${given.phone}${given.more_details ? `\n${given.more_details}` : ''}`;
// The client would evaluate "${…}" in a reply, so the endpoint breaks it with an invisible character.
const summary = (given) => screen('SUMMARY', { appointment: when }, ({ details }) => {
  same('data.details without its joiners', details.replaceAll('\u2060', ''), who(given));
  same('"${" in data.details', details.includes('${'), false);
});
await step(6, 'details', submit(a, 'DETAILS', { ...chosen, ...alice }), 200, summary(alice));

await step(7, 'back-to-details', say(a, 'BACK', 'SUMMARY'), 200, screen('DETAILS', chosen));
await step(7, 'details-again', submit(a, 'DETAILS', { ...chosen, ...alice }), 200, summary(alice));

await step(8, 'second-user', init(b), 200, screen('APPOINTMENT'));
await step(8, 'same-time', submit(b, 'DETAILS', { ...chosen, ...bob }), 200, summary(bob));

const confirm = submit(a, 'SUMMARY', {});
const done = (answer) => {
  same('screen', answer.screen, 'SUCCESS');
  same('params.flow_token', answer.data.extension_message_response?.params?.flow_token, a);
};
const booked = await step(9, 'confirm', confirm, 200, done);
await step(10, 'same-bytes-again', confirm, 200, (_, raw) => same('body', `${raw}`, `${booked.raw}`));

const taken = (data) => words('data.error_message', data.error_message);
await step(11, 'time-was-taken', submit(b, 'SUMMARY', {}), 200, screen('SUMMARY', {}, taken));
const greyed = ({ time }) => same(`enabled of ${chosen.time}`, time.find(({ id }) => id === chosen.time)?.enabled, false);
await step(12, 'back-to-times', say(b, 'BACK', 'DETAILS'), 200, screen('APPOINTMENT', {}, greyed));

await step(13, 'finished-token', init(a), 427, (answer) => words('error_msg', answer.error_msg));

await step(14, 'forged', init(newToken()), 432, empty, newToken());
const flip = (sealed) => { sealed[sealed.length - 1] ^= 1; };
await step(14, 'damaged', say(newToken(), 'INIT', '', {}, flip), 421, empty);
