"""IAM in front of an emulator: a proxy that lets through what a policy allows, and refuses everything else.

moto checks the action of a call, but not its table or secret. This looks at both, for DynamoDB and Secrets Manager.
"""
import json
import urllib.error
import urllib.request
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

SERVICES = {"DynamoDB_20120810": "dynamodb", "secretsmanager": "secretsmanager"}


def serve(url, policy, arn_of):
    """Starts the proxy, and returns its address. `arn_of` returns the ARN of a (service, name), or None."""

    class Gate(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            target, _, operation = self.headers.get("x-amz-target", "").partition(".")
            service = SERVICES.get(target)
            wanted = [(f"{service}:{operation}", arn_of(service, name)) for name in names(json.loads(body or b"{}"))]
            if not service or not wanted or not all(allows(policy, action, arn) for action, arn in wanted):
                self.answer(400, json.dumps({"__type": "AccessDeniedException", "message": f"{operation} is not allowed"}).encode())
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            request = urllib.request.Request(url, data=body, headers=headers, method="POST")
            try:
                with urllib.request.urlopen(request) as answer:
                    self.answer(answer.status, answer.read())
            except urllib.error.HTTPError as error:
                self.answer(error.code, error.read())

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.0")
            self.send_header("content-length", str(len(body)))
            try:
                self.end_headers()
                self.wfile.write(body)
            except BrokenPipeError:
                pass  # the program has stopped waiting, and asks again

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def names(body):
    """Returns the tables or the secret of a request."""
    return [*body.get("RequestItems", {}), *(body[key] for key in ("TableName", "SecretId") if key in body)]


def allows(policy, action, arn):
    """Whether a plain Allow of the policy has the action and the resource. Conditions are for KMS only."""
    for statement in policy:
        actions, resources = (it if isinstance(it, list) else [it] for it in (statement["Action"], statement["Resource"]))
        if arn and action in actions and any(fnmatchcase(arn, resource) for resource in resources):
            assert statement["Effect"] == "Allow" and "Condition" not in statement, statement
            return True
    return False
