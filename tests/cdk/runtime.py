"""A Lambda service with one program: enough of the Runtime API to invoke it."""
import json
import os
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread


class Program:
    def __init__(self, path, variables):
        self.events, self.answers = events, answers = Queue(), Queue()

        class Api(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # /2018-06-01/runtime/invocation/next
                event = events.get()
                if event is not None:
                    headers = {"lambda-runtime-aws-request-id": "1", "lambda-runtime-invoked-function-arn": "arn",
                               "lambda-runtime-deadline-ms": str(int(time.time() * 1000) + 10_000)}
                    self.answer(200, json.dumps(event).encode(), headers)

            def do_POST(self):  # …/response, …/error, /2018-06-01/runtime/init/error
                body = self.rfile.read(int(self.headers["content-length"]))
                answers.put(json.loads(body) if self.path.endswith("/response") else None)
                self.answer(202, b"{}", {})

            def answer(self, status, body, headers):
                self.send_response(status)
                for name, value in (headers | {"content-length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Api)
        Thread(target=self.server.serve_forever, daemon=True).start()
        kept = {name: os.environ[name] for name in ("PATH", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        lambdas = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}", "AWS_LAMBDA_FUNCTION_NAME": "flows",
                   "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                   "AWS_LAMBDA_LOG_GROUP_NAME": "flows", "AWS_LAMBDA_LOG_STREAM_NAME": "flows"}
        self.process = subprocess.Popen([path], env=kept | lambdas | variables, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def invoke(self, event):
        """Returns the status of the answer, or None if the invocation or the program fails."""
        self.events.put(event)
        started = time.time()
        while time.time() - started < 15:
            try:
                answer = self.answers.get(timeout=0.1)
                return answer and answer["statusCode"]
            except Empty:
                if self.process.poll() is not None:
                    return None
        return None

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.events.put(None)
        self.server.shutdown()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # the program was stopped while it waited
