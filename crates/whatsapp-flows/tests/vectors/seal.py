# The vectors in plain Python with the package `cryptography`: it shares no code with our Rust.
#
#     python seal.py seal > sealed_by_python.json
#     python seal.py open sealed_by_rust.json
import base64
import hmac
import json
import platform
import secrets
import sys
from pathlib import Path

import cryptography
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

PUBLIC = load_pem_public_key(Path("public.pem").read_bytes())
PRIVATE = load_pem_private_key(Path("key.pem").read_bytes(), None)
APP_SECRET = Path("app_secret").read_text().strip().encode()
PADDING = OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None)


def sign(body):
    return "sha256=" + hmac.new(APP_SECRET, body.encode(), "sha256").hexdigest()


def inverted(iv):
    return bytes(byte ^ 0xFF for byte in iv)


def text(data):
    return base64.b64encode(data).decode()


def encrypt(key, iv, clear):
    return text(AESGCM(key).encrypt(iv, clear.encode(), None))  # ends with the tag


def decrypt(key, iv, sealed):
    return AESGCM(key).decrypt(iv, base64.b64decode(sealed, validate=True), None).decode()


def seal(given):
    key, iv = secrets.token_bytes(16), secrets.token_bytes(16)
    body = json.dumps({
        "initial_vector": text(iv),
        "encrypted_aes_key": text(PUBLIC.encrypt(key, PADDING)),
        "encrypted_flow_data": encrypt(key, iv, given["plaintext"]),
    })
    return {
        "name": given["name"],
        "made_with": f"Python {platform.python_version()}, cryptography {cryptography.__version__}",
        "plaintext": given["plaintext"], "body": body, "signature": sign(body),
        "aes_key": text(key), "iv": text(iv), "reply_plaintext": given["reply_plaintext"],
        "reply": encrypt(key, inverted(iv), given["reply_plaintext"]),
    }


def open_one(vector):
    body = json.loads(vector["body"])
    key = PRIVATE.decrypt(base64.b64decode(body["encrypted_aes_key"], validate=True), PADDING)
    iv = base64.b64decode(body["initial_vector"], validate=True)
    got = {
        "signature": sign(vector["body"]), "aes_key": text(key), "iv": text(iv),
        "plaintext": decrypt(key, iv, body["encrypted_flow_data"]),
        "reply_plaintext": decrypt(key, inverted(iv), vector["reply"]),
    }
    for member, value in got.items():
        if value != vector[member]:
            sys.exit(f"{vector['name']}: another {member}: {value!r}")


match sys.argv[1:]:
    case ["seal"]:
        given = json.loads(Path("plaintexts.json").read_text("utf-8"))
        out = json.dumps([seal(one) for one in given], ensure_ascii=False, indent=2)
        sys.stdout.buffer.write(out.encode() + b"\n")
    case ["open", file]:
        vectors = json.loads(Path(file).read_text("utf-8"))
        for vector in vectors:
            open_one(vector)
        print(f"{len(vectors)} opened")
        sys.exit(0 if vectors else 1)
    case _:
        sys.exit("usage: python seal.py seal | open FILE")
