# The endpoint of lunch.json in plain Python. It shares no code with the Rust endpoint or its tools.
#
#     python endpoint.py --port 0 --key private.pem --app-secret-file FILE [--mistake data|iv]
#
# Needs the package `cryptography`. Top down: the flow, the envelope, the server. Mistakes are planted for tests of
# clients; ../README.md lists them.
import argparse
import base64
import hmac
import json
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

parser = argparse.ArgumentParser(description="The endpoint of lunch.json.")
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--key", type=Path, required=True, help="private key (PKCS#8 PEM)")
parser.add_argument("--app-secret-file", type=Path, required=True)
parser.add_argument("--mistake", choices=["data", "iv"])
ARGS = parser.parse_args()
PRIVATE_KEY = load_pem_private_key(ARGS.key.read_bytes(), password=None)
APP_SECRET = ARGS.app_secret_file.read_text().strip().encode()
if not APP_SECRET:
    parser.error("the app secret is empty")


# ---- The flow. Orders are kept in memory, by flow token. A reply is a status and a message; None is an empty body.

DISHES = {"soup": "Tomato soup", "omelette": "Cheese omelette", "rice": "Rice with vegetables"}
TIMES = {time: time for time in ("12:00", "12:30", "13:00")}
orders = {}
orders_lock = threading.Lock()


def answer(request):
    action, token = request.get("action"), request.get("flow_token")
    if action == "ping":
        return 200, {"data": {"status": "active"}}
    data = request.get("data")
    if not isinstance(data, dict):
        data = {}
    # A client reports that it could not use a reply. `error` may be empty, so its presence counts.
    if isinstance(data.get("error"), str) and isinstance(data.get("error_message"), str):
        print(f"error notification: {data['error']}: {data['error_message']}", file=sys.stderr, flush=True)
        return 200, {"data": {"acknowledged": True}}

    # Meta sends the token "unused" if the message was sent without one.
    if not isinstance(token, str) or token in ("", "unused"):
        return expired("Ask us for a new message")
    with orders_lock:
        order = orders.setdefault(token, {})
        if "number" in order:
            return expired(f"Order {order['number']} has already been placed")
        match action, request.get("screen"):
            case "INIT", _:
                return menu(member="name" if ARGS.mistake == "data" else "title")
            case "BACK", _:
                return menu()
            case "data_exchange", "MENU":
                return submit_menu(order, data)
            case "data_exchange", "TIME":
                return submit_time(order, data)
    return 400, None


def submit_menu(order, data):
    dish = str(data.get("dish"))
    if dish not in DISHES:
        return menu("Choose a dish")
    try:
        portions = float(data.get("portions"))  # clients send a number or its text
    except (TypeError, ValueError):
        portions = 0.5
    if portions < 1 or not portions.is_integer():
        return menu("Enter a whole number of portions")
    if portions > 10:
        return menu("At most ten portions")
    order.update(dish=DISHES[dish], portions=int(portions))
    return times()


def submit_time(order, data):
    if "dish" not in order:
        return menu("Choose a dish first")
    time = str(data.get("time"))
    if time not in TIMES:
        return times("Choose a time")
    if data.get("terms") is not True:
        return times("Accept the terms")
    order["number"] = str(1001 + sum("number" in placed for placed in orders.values()))
    summary = f"{order['portions']} × {order['dish']} at {TIMES[time]}"
    return show("DONE", {"summary": summary, "number": order["number"]})


def menu(error=None, member="title"):
    return show("MENU", {"dishes": [{"id": key, member: title} for key, title in DISHES.items()]}, error)


def times(error=None):
    return show("TIME", {"times": [{"id": key, "title": title} for key, title in TIMES.items()]}, error)


def show(screen, data, error=None):
    # Without an error the member is absent. A null would break the client's schema.
    return 200, {"screen": screen, "data": data | ({"error_message": error} if error else {})}


def expired(error):
    return 427, {"error_msg": error}


# ---- The envelope: HMAC over the raw bytes, RSA-OAEP around the AES key, AES-128-GCM around the messages.

def is_signed(body, header):
    wanted = f"sha256={hmac.new(APP_SECRET, body, 'sha256').hexdigest()}"
    return hmac.compare_digest(wanted.encode(), header.encode("latin-1", "replace"))


def open_request(body):
    # Raises an exception if the request cannot be decrypted.
    envelope = json.loads(body)
    sealed, wrapped, iv = (base64.b64decode(envelope[name], validate=True) for name in (
        "encrypted_flow_data", "encrypted_aes_key", "initial_vector"))
    key = PRIVATE_KEY.decrypt(wrapped, OAEP(mgf=MGF1(SHA256()), algorithm=SHA256(), label=None))
    if len(key) != 16 or len(iv) != 16:
        raise ValueError("the AES key or the IV is not 16 bytes")
    request = json.loads(AESGCM(key).decrypt(iv, sealed, None))  # the tag is at the end
    if not isinstance(request, dict):
        raise ValueError("the request is not a JSON object")
    return request, key, iv


def seal(message, key, iv):
    # The reply is encrypted under the key of the request and its IV with every bit inverted.
    reply_iv = iv if ARGS.mistake == "iv" else bytes(byte ^ 0xFF for byte in iv)
    clear = json.dumps(message, ensure_ascii=False).encode()
    return base64.b64encode(AESGCM(key).encrypt(reply_iv, clear, None))


# ---- The server.

class Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    wbufsize = -1  # headers and body in one packet

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > 1024 * 1024:
            self.close_connection = True  # the body was not read
            return self.reply(413 if length.isdecimal() else 411)
        body = self.rfile.read(int(length))
        if not is_signed(body, self.headers.get("X-Hub-Signature-256", "")):
            return self.reply(432)
        try:
            request, key, iv = open_request(body)
        except Exception:
            return self.reply(421)  # the client downloads the public key again and retries
        try:
            status, message = answer(request)
        except Exception:
            traceback.print_exc()
            return self.reply(500)
        self.reply(status, seal(message, key, iv) if message else b"")

    def do_GET(self):
        self.reply(405)

    def reply(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", ARGS.port), Endpoint)
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    pass
