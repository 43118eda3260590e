"""Judges incidents: which alarms of template.yaml do their log lines raise?

    .tools/sam/bin/python tests/incidents/judge.py FOLDER

`tests/it/incidents.rs` causes each incident on the real program and writes what happened into FOLDER, one file per
incident, one line per request:

    {"at": 30, "method": "POST", "status": 432, "ms": 1.2, "lines": ["{…}"]}

`at` is the second of the incident, `lines` are those that the program wrote. A request that never reached the program
has none, and `by`: `front` or `lambda`, which throttled it; or `crashed`: the version whose process has died. The table
of incidents, table.txt, has the alarms that must be raised; no other may be.
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from incidents.alarms import Stack, parse_lines  # noqa: E402
from incidents.front import Front  # noqa: E402
from stack import expansion  # noqa: E402

TABLE = Path(__file__).with_name("table.txt")
# The names that resources have here. The version is that of AWS_LAMBDA_FUNCTION_VERSION in tests/it/incidents.rs.
NAMES = {"Logs": "/aws/lambda/flows", "AccessLogs": "/aws/vendedlogs/flows", "Api": "api", "Endpoint": "endpoint"}
VERSION = "7"
PARAMETERS = {"SecretId": "flows", "AlarmEmail": "ops@example.com", "SilenceMinutes": "30",
              "Rollout": "Canary10Percent5Minutes"}


def table():
    """Yields each incident: its name, its length in minutes, and its alarms."""
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, minutes, *alarms = line.split()
            yield name, int(minutes), set(alarms) - {"-"}


def resources():
    expanded = expansion.concrete(expansion.expand(expansion.read(), PARAMETERS), PARAMETERS)
    [version] = [name for name, it in expanded["Resources"].items() if it["Type"] == "AWS::Lambda::Version"]
    names = NAMES | {f"{version}.Version": VERSION}
    alarm_names = {name: expansion.resolve(it["Properties"]["AlarmName"], {}) for name, it in expanded["Resources"].items()
                   if it["Type"] == "AWS::CloudWatch::Alarm"}
    given = expansion.with_defaults(expansion.read(), PARAMETERS)
    return expansion.resolve(expanded["Resources"], given, names | alarm_names)


def judge(stack_resources, requests, minutes):
    """Returns the alarms that these requests raise, each with the minute in which it is raised first."""
    stack = Stack(stack_resources)
    front = Front(stack, stack_resources, NAMES)
    lines = []
    for it in requests:
        if it.get("by") == "lambda":
            front.throttled_by_lambda(it["at"])
        elif "status" in it:
            front.request(it["at"], it["method"], it["status"], it["ms"])
        if "crashed" in it:
            front.crashed(it["at"], it["crashed"])
        if "running" in it:
            front.running(it["at"], it["running"])
        lines += [(it["at"], line) for line in parse_lines(it.get("lines", []))]
        for line in parse_lines(it.get("lines", [])):
            if "status" in line and line.get("functionVersion", VERSION) == VERSION:
                stack.count("AWS/Lambda", "Invocations", {
                    "FunctionName": NAMES["Endpoint"], "Resource": f"{NAMES['Endpoint']}:live",
                    "ExecutedVersion": VERSION}, it["at"], 1.0)
    front.finish()
    stack.ingest(NAMES["Logs"], lines)
    return stack.raised(minutes * 60)


def main(folder):
    made = resources()
    wrong = 0
    files = {path.stem for path in folder.glob("*.jsonl")}
    for name, minutes, expected in table():
        if name not in files:
            print(f"FAILED  {name}: there is no {name}.jsonl")
            wrong += 1
            continue
        requests = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
        raised = judge(made, requests, minutes)
        if "LatencyPage" not in expected and "LatencyWarning" not in expected:
            raised.pop("LatencyWarning", None)
        right = set(raised) == expected
        wrong += not right
        shown = ", ".join(f"{alarm} after {minute} min" for alarm, minute in sorted(raised.items())) or "quiet"
        print(f"{'ok      ' if right else 'FAILED  '}{name}: {shown}")
        if not right:
            print(f"        expected {', '.join(sorted(expected)) or 'quiet'}")
    for name in sorted(files - {name for name, *_ in table()}):
        print(f"FAILED  {name}: not in table.txt")
        wrong += 1
    print(f"{len(files)} incidents, {wrong} wrong")
    return wrong


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)
