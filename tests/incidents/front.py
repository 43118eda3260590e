"""The front of the stack: what each request leaves in its metrics and its access log."""
import json
import re


class Front:
    """A front with the metrics and the access log that the template names."""

    def __init__(self, stack, resources, names):
        self.stack = stack
        stage = resources["ApiApiGatewayDefaultStage"]["Properties"]["AccessLogSettings"]
        self.group, self.format = names["AccessLogs"], stage["Format"]
        self.api, self.function = names["Api"], names["Endpoint"]
        self.lines = []

    def request(self, at, method, status, ms):
        """A request that got this status after so many milliseconds. API Gateway answers an absent reply with 500."""
        dimensions = {"ApiId": self.api}
        self.stack.count("AWS/ApiGateway", "Count", dimensions, at, 1.0)
        self.stack.count("AWS/ApiGateway", "4xx", dimensions, at, float(400 <= status < 500))
        self.stack.count("AWS/ApiGateway", "5xx", dimensions, at, float(status >= 500))
        self.stack.count("AWS/ApiGateway", "Latency", dimensions, at, ms)
        context = {"status": status, "httpMethod": method, "responseLatency": ms, "integrationLatency": ms}
        line = re.sub(r"\$context\.([\w.]+)", lambda it: str(context.get(it[1], "-")), self.format)
        self.lines.append((at, json.loads(line)))

    def throttled_by_lambda(self, at):
        self.stack.count("AWS/Lambda", "Throttles", {"FunctionName": self.function}, at, 1.0)
        self.request(at, "POST", 503, 5.0)

    def crashed(self, at, version):
        """The process of this version of the function has died."""
        dimensions = {"FunctionName": self.function, "Resource": f"{self.function}:live", "ExecutedVersion": version}
        self.stack.count("AWS/Lambda", "Invocations", dimensions, at, 1.0)
        self.stack.count("AWS/Lambda", "Errors", dimensions, at, 1.0)

    def running(self, at, number):
        """So many executions in the whole account."""
        self.stack.count("AWS/Lambda", "ConcurrentExecutions", {}, at, float(number))

    def finish(self):
        self.stack.ingest(self.group, self.lines)
