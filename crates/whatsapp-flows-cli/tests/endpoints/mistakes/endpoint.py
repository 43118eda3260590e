# An endpoint with one screen in plain Python, for tests of `flowctl probe`. Without MISTAKE it is right.
#
#     MISTAKE=iv-not-inverted python endpoint.py --port 0 --key private.pem --app-secret-file FILE
#
# Needs the package `cryptography`. ../README.md lists the mistakes. `wrong` marks each of them.
import argparse
import base64
import gzip
import hmac
import itertools
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, GCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--key", type=Path, required=True)
parser.add_argument("--app-secret-file", type=Path, required=True)
ARGS = parser.parse_args()
PRIVATE_KEY = load_pem_private_key(ARGS.key.read_bytes(), password=None)
MISTAKES = os.environ.get("MISTAKE", "").split(",")
numbers = itertools.count(1)


def wrong(mistake):
    return mistake in MISTAKES


SECRET = ARGS.app_secret_file.read_text().strip() + ("\n" if wrong("app-secret-line-break") else "")


class Refused(Exception):
    def __init__(self, status):
        self.status = status


def answer(request):
    known = {"version", "action", "screen", "data", "flow_token", "flow_token_signature"}
    if wrong("strict-members") and not request.keys() <= known:
        raise Refused(400)
    if wrong("ping-needs-token") and not request.get("flow_token"):
        raise Refused(427)
    if request["action"] == "ping":
        return {"data": {"status": "active"}}
    data = request.get("data") or {}
    if "error" in data and not wrong("notice-not-recognized"):
        if wrong("notice-closes"):
            raise Refused(None)
        return {"data": {"acknowledged": True}}
    number = str(next(numbers)) if wrong("vector-reused") else "1"
    if request["action"] in ("INIT", "BACK", "data_exchange"):
        return {"screen": "ONLY", "data": {"number": number}}
    raise Refused(400)


def check_signature(body, header):
    if wrong("signature-not-checked"):
        return
    signed = json.dumps(json.loads(body)).encode() if wrong("signature-over-rewritten-body") else body
    if wrong("signature-crash"):
        bytes.fromhex(header.split("=")[1])  # fails without the header
    digest = hmac.new(SECRET.encode(), signed, "sha256").hexdigest()
    wanted = digest if wrong("signature-prefix") else f"sha256={digest}"
    if not hmac.compare_digest(wanted.encode(), header.encode("latin-1", "replace")):
        raise Refused(432)


def unwrap(wrapped):
    if wrong("pkcs1-v1.5"):
        return PRIVATE_KEY.decrypt(wrapped, PKCS1v15())
    mask = SHA1() if wrong("oaep-mgf1-sha-1") or wrong("oaep-sha-1") else SHA256()
    digest = SHA1() if wrong("oaep-sha-1") else SHA256()
    return PRIVATE_KEY.decrypt(wrapped, OAEP(mgf=MGF1(mask), algorithm=digest, label=None))


def open_request(body):
    if wrong("slashes-not-unescaped"):
        envelope = dict(part.replace('"', "").split(":") for part in body.decode().strip("{}").split(","))
    else:
        envelope = json.loads(body)
    sealed, wrapped, iv = (base64.b64decode(envelope[name], validate=True) for name in (
        "encrypted_flow_data", "encrypted_aes_key", "initial_vector"))
    key = unwrap(wrapped)
    vector = iv[:12] if wrong("request-iv-12-bytes") else iv
    decryptor = Cipher(AES(key), GCM(vector, sealed[-16:])).decryptor()
    clear = decryptor.update(sealed[:-16])
    if not wrong("tag-not-verified"):
        clear += decryptor.finalize()
    return json.loads(clear), key, iv


def seal(message, key, iv):
    inverted = bytes(byte ^ 0xFF for byte in iv)
    vector = iv if wrong("iv-not-inverted") else inverted[:12] if wrong("iv-12-bytes") else inverted
    clear = json.dumps(message).encode()
    if wrong("cbc"):
        padder = PKCS7(128).padder()
        encryptor = Cipher(AES(key), CBC(vector)).encryptor()
        return encryptor.update(padder.update(clear) + padder.finalize()) + encryptor.finalize()
    encryptor = Cipher(AES(key + bytes(16) if wrong("aes-256") else key), GCM(vector)).encryptor()
    if wrong("tag-wrong"):
        encryptor.authenticate_additional_data(b"flow")
    ciphertext = encryptor.update(clear) + encryptor.finalize()
    if wrong("tag-missing"):
        return ciphertext
    if wrong("tag-first"):
        return encryptor.tag + ciphertext
    return (vector if wrong("iv-prefixed") else b"") + ciphertext + encryptor.tag


def encode(sealed):
    text = base64.b64encode(sealed)
    if wrong("quoted"):
        return json.dumps(text.decode()).encode()
    if wrong("in-json"):
        return json.dumps({"response": text.decode()}).encode()
    if wrong("base64-undone"):
        return sealed
    if wrong("base64-url"):
        return base64.urlsafe_b64encode(sealed)
    if wrong("gzip"):
        return gzip.compress(text)
    if wrong("line-break-at-end"):
        return text + b"\n"
    return text


def respond(body, header):
    check_signature(body, header)
    try:
        request, key, iv = open_request(body)
    except Exception:
        if wrong("errors-are-200"):
            return b'{"error": "cannot decrypt"}'
        raise Refused(502 if wrong("decryption-502") else 500 if wrong("decryption-500") else 421)
    message = answer(request)
    if wrong("slow") and request["action"] == "ping":
        time.sleep(1.1)
    return json.dumps(message).encode() if wrong("not-encrypted") else encode(seal(message, key, iv))


class Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if wrong("small-bodies") and len(body) > 100 * 1024:
            return self.reply(413)
        try:
            self.reply(200, respond(body, self.headers.get("X-Hub-Signature-256", "")))
        except Refused as refused:
            if refused.status is None:
                self.close_connection = True
            else:
                self.reply(refused.status)
        except Exception:
            self.reply(500)

    def reply(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if wrong("content-type") else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", ARGS.port), Endpoint)
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
