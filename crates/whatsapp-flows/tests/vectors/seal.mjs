// The vectors in plain Node: it shares no code with our Rust.
//
//     node seal.mjs seal > sealed_by_node.json
//     node seal.mjs open sealed_by_rust.json
import {
  constants, createCipheriv, createDecipheriv, createHmac, createPrivateKey, createPublicKey, privateDecrypt,
  publicEncrypt, randomBytes,
} from 'node:crypto';
import { readFileSync } from 'node:fs';

const PUBLIC = createPublicKey(readFileSync('public.pem'));
const PRIVATE = createPrivateKey(readFileSync('key.pem'));
const APP_SECRET = readFileSync('app_secret', 'utf8').trim();

// oaepHash sets the hash of MGF1 as well.
const oaep = (key) => ({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' });
const sign = (body) => 'sha256=' + createHmac('sha256', APP_SECRET).update(body).digest('hex');
const inverted = (iv) => iv.map((byte) => byte ^ 0xff);

function encrypt(key, iv, text) {
  const cipher = createCipheriv('aes-128-gcm', key, iv);
  const data = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(data).toString('base64');
}

function decrypt(key, iv, base64) {
  const data = Buffer.from(base64, 'base64');
  const cipher = createDecipheriv('aes-128-gcm', key, iv, { authTagLength: 16 });
  cipher.setAuthTag(data.subarray(-16));
  return Buffer.concat([cipher.update(data.subarray(0, -16)), cipher.final()]).toString('utf8');
}

function seal({ name, plaintext, reply_plaintext }) {
  const key = randomBytes(16);
  const iv = randomBytes(16);
  const body = JSON.stringify({
    encrypted_flow_data: encrypt(key, iv, plaintext),
    encrypted_aes_key: publicEncrypt(oaep(PUBLIC), key).toString('base64'),
    initial_vector: iv.toString('base64'),
  });
  return {
    name, made_with: `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
    plaintext, body, signature: sign(body), aes_key: key.toString('base64'), iv: iv.toString('base64'),
    reply_plaintext, reply: encrypt(key, inverted(iv), reply_plaintext),
  };
}

function open(vector) {
  const body = JSON.parse(vector.body);
  const key = privateDecrypt(oaep(PRIVATE), Buffer.from(body.encrypted_aes_key, 'base64'));
  const iv = Buffer.from(body.initial_vector, 'base64');
  same(vector, 'signature', sign(vector.body));
  same(vector, 'aes_key', key.toString('base64'));
  same(vector, 'iv', iv.toString('base64'));
  same(vector, 'plaintext', decrypt(key, iv, body.encrypted_flow_data));
  same(vector, 'reply_plaintext', decrypt(key, inverted(iv), vector.reply));
}

function same(vector, member, got) {
  if (got !== vector[member]) throw new Error(`${vector.name}: another ${member}: ${got}`);
}

const [mode, file] = process.argv.slice(2);
if (mode === 'seal') {
  const vectors = JSON.parse(readFileSync('plaintexts.json', 'utf8')).map(seal);
  console.log(JSON.stringify(vectors, null, 2));
} else if (mode === 'open') {
  const vectors = JSON.parse(readFileSync(file, 'utf8'));
  vectors.forEach(open);
  console.log(`${vectors.length} opened`);
  if (vectors.length === 0) process.exit(1);
} else {
  throw new Error('usage: node seal.mjs seal | open FILE');
}
