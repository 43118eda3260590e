# A client in plain Python. It shares no code with the Rust client, so it finds mistakes that the endpoint and the Rust
# client have in common.
#
#     python phone.py URL PUBLIC_PEM APP_SECRET_FILE        (needs the package `cryptography`)
#
# Two users want the same appointment. Each step prints a line; the first one that fails ends the run with status 1.
import base64
import hmac
import json
import secrets
import sys
import time
from pathlib import Path
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

if len(sys.argv) != 4:
    sys.exit("usage: python phone.py URL PUBLIC_PEM APP_SECRET_FILE")
URL = sys.argv[1]
PUBLIC_KEY = load_pem_public_key(Path(sys.argv[2]).read_bytes())
APP_SECRET = Path(sys.argv[3]).read_text().strip()


# ---- The envelope: a new key and IV for each request; the reply is sealed under the same key and the inverted IV.

class Sealed:
    def __init__(self, message, damaged=False):
        self.key, self.iv = secrets.token_bytes(16), secrets.token_bytes(16)
        clear = json.dumps(message, ensure_ascii=False).encode()
        data = bytearray(AESGCM(self.key).encrypt(self.iv, clear, None))  # ends with the tag
        if damaged:
            data[-1] ^= 1
        key = PUBLIC_KEY.encrypt(self.key, OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None))
        parts = {"encrypted_flow_data": data, "encrypted_aes_key": key, "initial_vector": self.iv}
        body = json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()})
        self.body = body.replace("/", "\\/").encode()  # valid JSON, and the form that Meta sends

    def open(self, raw):
        inverted = bytes(byte ^ 0xFF for byte in self.iv)
        return json.loads(AESGCM(self.key).decrypt(inverted, base64.b64decode(raw, validate=True), None).decode())


class AnyStatus(HTTPErrorProcessor):  # returns every status: no exception, no redirect
    http_response = https_response = lambda self, request, response: response


CLIENT = build_opener(ProxyHandler({}), AnyStatus)  # without a proxy


def post(body, secret):
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
    with CLIENT.open(Request(URL, body, headers, method="POST"), timeout=10) as response:  # Meta's limit
        return response.status, response.read()


# ---- A step: post, compare the status, decrypt a sealed reply, check it.

def step(n, name, sealed, status, check, secret=APP_SECRET):
    try:
        began = time.perf_counter()
        got, raw = post(sealed.body, secret)
        ms = round((time.perf_counter() - began) * 1000)
        same("status", got, status)
        answer = sealed.open(raw) if status in (200, 427) else None
        check(answer, raw)
    except Exception as error:
        print(f"not ok {n} {name}: {error if str(error) else repr(error)}")
        sys.exit(1)
    print(f"ok {n} {name} {status} {ms}ms", flush=True)
    return answer, raw


def same(what, got, wanted):
    # Compared as JSON, because in Python 0 equals False.
    got, wanted = (json.dumps(value, sort_keys=True) for value in (got, wanted))
    if got != wanted:
        raise ValueError(f"{what}: expected {wanted}, got {got}")


def words(what, got):
    if not isinstance(got, str) or not got:
        raise ValueError(f"{what}: expected text, got {got!r}")


def screen(name, members={}, look=lambda data: None):
    # Returns a check of the screen's id, of members of its data that must be equal, and of anything else in `look`.
    def check(answer, _):
        same("screen", answer.get("screen"), name)
        for member, value in members.items():
            same(f"data.{member}", answer["data"].get(member), value)
        look(answer["data"])
    return check


def empty(_, raw):
    same("body", raw.decode("latin-1"), "")


def say(token, action, screen="", data={}, damaged=False):
    return Sealed({"data": data, "flow_token": token, "screen": screen, "action": action, "version": "3.0"}, damaged)


def submit(token, screen, data):
    return say(token, "data_exchange", screen, data)


def entry(data, name, key):
    return next((entry for entry in data[name] if entry["id"] == key), {})


def free(data):
    return next((entry["id"] for entry in data["time"] if entry.get("enabled") is not False), None)


# ---- The conversation.

a, b = secrets.token_hex(16), secrets.token_hex(16)
step(1, "ping", Sealed({"version": "3.0", "action": "ping"}), 200,
     lambda answer, _: same("answer", answer, {"data": {"status": "active"}}))

closed = {"is_location_enabled": False, "is_date_enabled": False, "is_time_enabled": False}
sizes = {"department": 5, "location": 4, "date": 3, "time": 5}
first, _ = step(2, "init", say(a, "INIT"), 200, screen("APPOINTMENT", closed, lambda data: same(
    "entries of the lists", {name: len(data[name]) for name in sizes}, sizes)))
lists = first["data"]

chosen = {"department": "beauty"}
step(3, "department", submit(a, "APPOINTMENT", {"trigger": "department_selected", **chosen}), 200,
     screen("APPOINTMENT", {"is_location_enabled": True, "is_date_enabled": False}))

chosen["location"] = "1"
dated, _ = step(4, "location", submit(a, "APPOINTMENT", {"trigger": "location_selected", **chosen}), 200,
                screen("APPOINTMENT", {"is_date_enabled": True, "is_time_enabled": False},
                       lambda data: same("entries of data.location", len(data["location"]), 4)))

chosen["date"] = dated["data"]["date"][-1]["id"]
timed, _ = step(5, "date", submit(a, "APPOINTMENT", {"trigger": "date_selected", **chosen}), 200,
                screen("APPOINTMENT", {"is_time_enabled": True},
                       lambda data: words("a time that is free", free(data))))
chosen["time"] = free(timed["data"])

alice = {"name": "Zoë `${form.x}` 日本", "email": "zoe@example.com", "phone": "+44 20 7946 0000",
         "more_details": 'line one\nline "two" \\ /'}
bob = {"name": "Bob", "email": "bob@example.com", "phone": "+44 20 7946 0001"}


def summary(given):
    titles = {name: entry(lists, name, key).get("title") for name, key in chosen.items()}
    when = "{department} at {location}\n{date} at ".format(**titles) + chosen["time"]
    who = "Name: {name}\nEmail: {email}\nPhone: {phone}".format(**given) + ("\n" + given["more_details"] if given.get("more_details") else "")

    def look(data):  # a client would evaluate "${…}" in a reply, so the endpoint breaks it, invisibly
        same("data.details without its joiners", data["details"].replace("\u2060", ""), who)
        same('"${" in data.details', "${" in data["details"], False)
    return screen("SUMMARY", {"appointment": when}, look)


step(6, "details", submit(a, "DETAILS", {**chosen, **alice}), 200, summary(alice))

step(7, "back-to-details", say(a, "BACK", "SUMMARY"), 200, screen("DETAILS", chosen))
step(7, "details-again", submit(a, "DETAILS", {**chosen, **alice}), 200, summary(alice))

step(8, "second-user", say(b, "INIT"), 200, screen("APPOINTMENT"))
step(8, "same-time", submit(b, "DETAILS", {**chosen, **bob}), 200, summary(bob))


def done(answer, _):
    same("screen", answer.get("screen"), "SUCCESS")
    same("params.flow_token", answer["data"]["extension_message_response"]["params"]["flow_token"], a)


confirm = submit(a, "SUMMARY", {})
_, booked = step(9, "confirm", confirm, 200, done)
step(10, "same-bytes-again", confirm, 200, lambda _, raw: same("body", raw.decode(), booked.decode()))

step(11, "time-was-taken", submit(b, "SUMMARY", {}), 200,
     screen("SUMMARY", look=lambda data: words("data.error_message", data.get("error_message"))))
step(12, "back-to-times", say(b, "BACK", "DETAILS"), 200, screen("APPOINTMENT", look=lambda data: same(
    f"enabled of {chosen['time']}", entry(data, "time", chosen["time"]).get("enabled"), False)))

step(13, "finished-token", say(a, "INIT"), 427, lambda answer, _: words("error_msg", answer.get("error_msg")))

step(14, "forged", say(secrets.token_hex(16), "INIT"), 432, empty, secret=secrets.token_hex(16))
step(14, "damaged", say(secrets.token_hex(16), "INIT", damaged=True), 421, empty)
