# Checks template.yaml: with the linters of AWS, by the resources that SAM expands it to, and by its parameters.
#
#     .tools/sam/bin/python tests/template.py           (after tests/tools/setup.sh sam moto)
#
# Requires no network and no account. Every pair of values of two parameters is expanded and linted with its conditions
# decided. The roles, tables, log groups and the function are also created in moto's CloudFormation, which resolves
# names and ARNs.
import ast
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import traceback
import warnings
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(1, str(ROOT / "tools/deploy"))

import parameters  # noqa: E402
from incidents import judge  # noqa: E402
from incidents.patterns import compile_pattern  # noqa: E402
from stack import expansion, pairs  # noqa: E402

TEMPLATE = ROOT / "template.yaml"
TOOLS = ROOT / ".tools"
# The number of the template.
[NUMBER] = re.findall(r'FLOWS_TEMPLATE: "(\d+)"', TEMPLATE.read_text())
FLOWCTL = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "debug/flowctl"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
# Both linters look up credentials and a region before they read the file. A closed port as proxy keeps them offline.
os.environ.update(
    AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-west-1", AWS_REGION="eu-west-1",
    AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true",
    SAM_CLI_TELEMETRY="0", __SAM_CLI_APP_DIR=str(TOOLS / "sam" / "home"), HTTPS_PROXY="http://127.0.0.1:9")
for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "https_proxy", "NO_PROXY", "no_proxy"):
    os.environ.pop(name, None)

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:flows/main"
HEADINGS = "\n" + "".join(
    f"## {line.removeprefix('## ').lower().replace(' ', '-')}\n\n"
    for line in (ROOT / "docs/runbook.md").read_text().splitlines() if line.startswith("## "))

# Parameters of the function that Lambda keeps for all its versions, or that come with another program.
NOT_OF_A_VERSION = {"Architecture", "Commit", "ReservedConcurrency"}
RIGHT = {"SecretId": "flows", "AlarmEmail": "none"}
WRONG = {
    "SecretId": ["", "a b", "flows/*", "a:b", SECRET, f"{SECRET}-??????", "s" * 101,
                 "arn:aws:ssm:eu-west-1:123456789012:parameter/flows"],
    "SecretKeyArn": ["alias/flows", "arn:aws:kms:eu-west-1:123456789012:alias/flows"],
    "AlarmEmail": ["ops", "ops@example", "a@example.com,b@example.com", "Ops <ops@example.com>"],
    "AlarmTopicArn": ["alarms", "arn:aws:sqs:eu-west-1:123456789012:alarms", f"{TOPIC}:subscription"],
    "SilenceMinutes": ["-1", "1441", "never"],
    "Front": ["alb", "HTTP", ""],
    "ThrottleRate": ["0", "10001", "fast"],
    "ThrottleBurst": ["0", "5001", "fast"],
    "DomainName": ["https://flows.example.com", "flows.example.com/basic", "Flows.example.com", "flows", "*.example.com"],
    "CertificateArn": ["flows.example.com", "arn:aws:iam::123456789012:server-certificate/flows"],
    "Architecture": ["aarch64", "amd64", ""],
    "MemorySize": ["128", "10241", "512 MB"],
    "ReservedConcurrency": ["0", "-1", "ten", "1.5"],
    "AccountConcurrency": ["9", "many"],
    "Rollout": ["Canary", "Canary50Percent5Minutes", "all", ""],
    "Commit": ["main", "release-1", "4f1c9a", "4F1C9A0"],
    "BookingsTable": ["arn:aws:dynamodb:eu-west-1:123456789012:table/old", "ab", "a b", "b" * 65],
    "DataKeyArn": ["alias/data", "arn:aws:kms:eu-west-1:123456789012:alias/data"],
    "PermissionsBoundary": ["boundary", "arn:aws:iam::123456789012:role/boundary"],
    "LogRetentionDays": ["0", "2", "31", "forever"],
}
FITTING = {
    "SecretId": ["flows", "flows/main_1+=.@-", f"{SECRET}-AbC123", f"{SECRET.replace(':aws:', ':aws-cn:')}-AbC123"],
    "AlarmEmail": ["ops@example.com", "flows+prod@ops.example.co.uk"],
    "SilenceMinutes": ["1", "1440"],
    "MemorySize": ["256", "10240"],
    "ReservedConcurrency": ["", "1", "1000"],
    "Commit": ["4f1c9a0", "4f1c9a0-dirty"],
    "BookingsTable": ["", "flows-Bookings-1ABCDEFGHIJKL"],
    "PermissionsBoundary": ["", BOUNDARY, "arn:aws:iam::aws:policy/PowerUserAccess"],
    "LogRetentionDays": ["1", "3653"],
}
COMBINATIONS = [
    ("SomebodyIsCalled", {}),
    ("OneReceiver", {"AlarmEmail": "ops@example.com", "AlarmTopicArn": TOPIC}),
    ("OneReceiver", {"AlarmEmail": "none", "AlarmTopicArn": TOPIC}),
    ("DomainWithCertificate", {"AlarmEmail": "none", "DomainName": "flows.example.com"}),
    ("DomainWithCertificate", {"AlarmEmail": "none", "CertificateArn": CERTIFICATE}),
    ("UrlHasNoDomain", {"AlarmEmail": "none", "Front": "url", "ReservedConcurrency": "50",
                        "DomainName": "flows.example.com", "CertificateArn": CERTIFICATE}),
    ("UrlIsLimited", {"AlarmEmail": "none", "Front": "url"}),
]
# The values that decide a condition, for check_pairs.
PAIRS = {
    "SecretId": ["flows", f"{SECRET}-AbC123"],
    "SecretKeyArn": ["", KEY],
    "AlarmEmail": ["", "none", "ops@example.com"],
    "AlarmTopicArn": ["", TOPIC],
    "SilenceMinutes": ["0", "30"],
    "Front": ["http", "rest", "url"],
    "DomainName": ["", "flows.example.com"],
    "CertificateArn": ["", CERTIFICATE],
    "Architecture": ["arm64", "x86_64"],
    "ReservedConcurrency": ["", "50"],
    "Rollout": ["AllAtOnce", "Canary10Percent5Minutes", "Linear10PercentEvery1Minute"],
    "BookingsTable": ["", "old"],
    "DataKeyArn": ["", KEY],
    "PermissionsBoundary": ["", BOUNDARY],
}

passed = failed = 0


def check(what, holds, why=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"ok      {what}" if holds else f"FAILED  {what}" + f"\n        {why}" * bool(why != ""))


def same(what, found, wanted):
    check(what, found == wanted, f"found {found!r}, expected {wanted!r}")


def main():
    linters = start_linters()
    try:
        check_expansion()
        check_parameters()
        check_pairs()
        check_projects()
    except Exception:  # for example, a resource that the checks need is missing
        check("all checks ran", False, traceback.format_exc())
    for what, linter in linters.items():
        output, _ = linter.communicate()
        check(what, linter.returncode == 0, output.strip())


def check_expansion():
    resources, template = expand()
    function = resources["Endpoint"]["Properties"]

    def of(kind):
        return {name: it for name, it in resources.items() if it["Type"] == kind}

    # ---- The function

    same("runtime", (function["Runtime"], function["Handler"]), ("provided.al2023", "bootstrap"))
    same("timeout of 10 s", function["Timeout"], 10)
    same("memory of 512 MB", (function["MemorySize"], template["Parameters"]["MemorySize"]["Default"]),
         ({"Ref": "MemorySize"}, 512))
    same("one function, on the requested architecture",
         (list(of("AWS::Lambda::Function")), function["Architectures"]), (["Endpoint"], [{"Ref": "Architecture"}]))
    same("arm64 by default", template["Parameters"]["Architecture"]["Default"], "arm64")
    same("environment", function["Environment"]["Variables"], {
        "FLOWS_SECRET_ID": {"Ref": "SecretId"},
        "FLOWS_COMMIT": {"Ref": "Commit"},
        "FLOWS_TEMPLATE": NUMBER,
        "FLOWS_TABLE": {"Ref": "Sessions"},
        "FLOWS_BOOKINGS_TABLE": {"Fn::If": ["CreatesBookings", {"Ref": "Bookings"}, {"Ref": "BookingsTable"}]},
    })
    [version] = of("AWS::Lambda::Version").values()
    reaching = {name for name in template["Parameters"] if name in json.dumps(function)} - NOT_OF_A_VERSION
    same("a parameter that changes the function makes a new version", set(expansion.references(version)) - {"Endpoint"},
         reaching)
    longest = {"MemorySize": "10240", "BookingsTable": "b" * 64,
               "SecretId": f"arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:{'s' * 100}-AbC123"}
    description = expansion.resolve(version["Properties"]["Description"], longest)
    check("the description of a version has at most 256 characters",
          len(description) <= 256 and not parameters.refused(template, longest | {"AlarmEmail": "none"}), len(description))
    same("old versions remain, to go back to", (version["DeletionPolicy"], version["UpdateReplacePolicy"]),
         ("Retain", "Retain"))

    # ---- The API

    paths = resources["Api"]["Properties"]["Body"]["paths"]
    same("every path and method reaches the function", list(paths), ["$default"])
    [integration] = [method["x-amazon-apigateway-integration"] for method in paths["$default"].values()]
    same("with payload 2.0", integration["payloadFormatVersion"], "2.0")
    stage = resources["ApiApiGatewayDefaultStage"]["Properties"]
    same("served at the root", stage["StageName"], "$default")
    same("throttling", stage["DefaultRouteSettings"], {
        "ThrottlingRateLimit": {"Ref": "ThrottleRate"}, "ThrottlingBurstLimit": {"Ref": "ThrottleBurst"}})
    same("at a hundred requests a second, and two hundred at once",
         [template["Parameters"][name]["Default"] for name in ("ThrottleRate", "ThrottleBurst")], [100, 200])
    check_fronts(template)

    # ---- Tables

    same("two tables", list(of("AWS::DynamoDB::Table")), ["Sessions", "Bookings"])
    sessions, bookings = (resources[name] for name in ("Sessions", "Bookings"))
    for name, table, keys in (("sessions", sessions, {"flow_token": "HASH"}),
                              ("bookings", bookings, {"location_date": "HASH", "start_time": "RANGE"})):
        made = table["Properties"]
        same(f"{name}: key", (made["KeySchema"], made["AttributeDefinitions"]), (
            [{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            [{"AttributeName": key, "AttributeType": "S"} for key in keys]))
        same(f"{name}: billed per request", made["BillingMode"], "PAY_PER_REQUEST")
        same(f"{name}: encrypted", made["SSESpecification"], {"Fn::If": [
            "HasDataKey", {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "DataKeyArn"}},
            {"SSEEnabled": True}]})
        check(f"{name}: CloudFormation chooses the name", "TableName" not in made)
    same("sessions: expire", sessions["Properties"].get("TimeToLiveSpecification"),
         {"AttributeName": "expires_at", "Enabled": True})
    same("sessions: deleted with the stack",
         (sessions["DeletionPolicy"], sessions["UpdateReplacePolicy"]), ("Delete", "Delete"))
    same("bookings: retained when the stack is deleted",
         (bookings["DeletionPolicy"], bookings["UpdateReplacePolicy"]), ("RetainExceptOnCreate", "Retain"))
    check("bookings: never expire", "TimeToLiveSpecification" not in bookings["Properties"])
    same("bookings: can be restored to a point in time", bookings["Properties"].get("PointInTimeRecoverySpecification"),
         {"PointInTimeRecoveryEnabled": True})

    # ---- Logs and alarms

    for name, group in of("AWS::Logs::LogGroup").items():
        same(f"log group {name} expires", group["Properties"].get("RetentionInDays"), {"Ref": "LogRetentionDays"})
    same("the function logs JSON to its own group", function["LoggingConfig"], {
        "LogGroup": {"Ref": "Logs"}, "LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"})
    same("the API logs to its own group",
         stage["AccessLogSettings"]["DestinationArn"], {"Fn::GetAtt": ["AccessLogs", "Arn"]})
    line = stage["AccessLogSettings"]["Format"]
    check("an access log line is one line of JSON", "\n" not in line and isinstance(json.loads(line), dict), line)
    same("and contains only the method and path of the request", set(re.findall(r"\$context\.[\w.]+", line)), {
        f"$context.{name}" for name in (
            "requestId", "identity.sourceIp", "httpMethod", "path", "status", "responseLatency",
            "integrationLatency", "integrationErrorMessage")})
    check_alarms(resources, of)
    check_pages(resources)

    # ---- Secrets and outputs

    check("the template creates no secret",
          not [it for it in resources.values() if it["Type"].startswith("AWS::SecretsManager")])
    check("the template contains no value of a secret",
          not re.search(r"resolve:|PRIVATE KEY|app_secret|SecretString", json.dumps(template)))
    check("SecretId is required", "Default" not in template["Parameters"]["SecretId"])
    same("outputs", list(template["Outputs"]), [
        "BasicUrl", "AppointmentUrl", "BaseUrl", "FunctionName", "SecretId", "SessionsTable", "BookingsTable", "LogGroup",
        "AlarmTopic", "DashboardUrl", "DomainTarget", "DomainTargetZone"])
    # ---- IAM permissions, as resolved by moto

    same("one role is the function's, and one is that of gradual deployments", (list(of("AWS::IAM::Role")),
         function["Role"], resources["RolloutRole"]["Condition"]),
         (["EndpointRole", "RolloutRole"], {"Fn::GetAtt": ["EndpointRole", "Arn"]}, "IsGradual"))
    same("the function's has only its own policy", (
        [name for name, it in resources.items() if it["Type"].startswith("AWS::IAM::")],
        sorted(resources["EndpointRole"]["Properties"]),
        [policy["PolicyName"] for policy in resources["EndpointRole"]["Properties"]["Policies"]],
    ), (["EndpointRole", "RolloutRole"], ["AssumeRolePolicyDocument", "PermissionsBoundary", "Policies"], ["endpoint"]))
    for name in ("EndpointRole", "RolloutRole"):
        same(f"{name}: bounded on request", resources[name]["Properties"]["PermissionsBoundary"],
             {"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]})
    made = create(template)
    for case in ("name", "arn", "key"):
        stack = made[case]
        [secret] = [resource for action, resource in permits(stack["policy"]) if action == "secretsmanager:GetSecretValue"]
        check(f"by {case}: the secret can be read", fnmatchcase(made["secret"], secret),
              f"{secret} does not match {made['secret']}")
        check(f"by {case}: no other secret can be read",
              not any(fnmatchcase(other, secret) for other in made["others"]), secret)
        same(f"by {case}: nothing else is allowed", sorted(permits(stack["policy"])), sorted([
            ("secretsmanager:GetSecretValue", secret),
            ("dynamodb:GetItem", stack["Sessions"]), ("dynamodb:UpdateItem", stack["Sessions"]),
            ("dynamodb:Query", stack["Bookings"]), ("dynamodb:PutItem", stack["Bookings"]),
            ("dynamodb:BatchGetItem", stack["Bookings"]), ("dynamodb:DeleteItem", stack["Bookings"]),
            ("logs:CreateLogStream", stack["Logs"]), ("logs:PutLogEvents", stack["Logs"]),
            *([("kms:Decrypt", KEY)] if case == "key" else []),
        ]))
        check(f"by {case}: no wildcard", "*" not in json.dumps(stack["policy"]), stack["policy"])
    same("by key: the key can be used only through Secrets Manager", made["key"]["policy"][-1].get("Condition"),
         {"StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}})
    same("the actions are those that the program calls", {action for action, _ in permits(made["name"]["policy"])
         if not action.startswith("logs:")}, used())
    same("created: the function's environment", made["arn"]["environment"], {
        "FLOWS_SECRET_ID": made["secret"], "FLOWS_COMMIT": "", "FLOWS_TEMPLATE": NUMBER,
        "FLOWS_TABLE": name_of(made["arn"]["Sessions"]),
        "FLOWS_BOOKINGS_TABLE": name_of(made["arn"]["Bookings"])})
    same("created: every log group expires", made["retention"], [30] * 6)


def check_fronts(template):
    """One front at a time, which alone may call the alias; everything else is the same."""
    common = None
    for front, domain, own, address in (
        ("http", False, {"Api", "ApiApiGatewayDefaultStage", "ApiPermission", "AccessLogs", "ThrottledFilter"},
         "Api.execute-api.eu-west-1.amazonaws.com/basic"),
        ("rest", False, {"RestApi", "RestDeployment", "RestStage", "RestPermission", "AccessLogs", "ThrottledFilter"},
         "RestApi.execute-api.eu-west-1.amazonaws.com/live/basic"),
        ("url", False, {"Url", "UrlPermission", "UrlInvokePermission"}, None),
        ("http", True, {"Api", "ApiApiGatewayDefaultStage", "ApiPermission", "AccessLogs", "ThrottledFilter", "Domain",
                        "DomainMapping"}, "flows.example.com/basic"),
        ("rest", True, {"RestApi", "RestDeployment", "RestStage", "RestPermission", "AccessLogs", "ThrottledFilter",
                        "Domain", "DomainMapping"}, "flows.example.com/basic"),
    ):
        given = {"SecretId": "flows", "Front": front}
        if domain:
            given |= {"DomainName": "flows.example.com", "CertificateArn": CERTIFICATE}
        left = expansion.concrete(template, given)
        what = f"front {front}{' with a domain' if domain else ''}"
        others = set(left["Resources"]) - own
        common = common or others
        same(f"{what}: its resources", (own - set(left["Resources"]), others), (set(), common))
        allowed = {json.dumps(expansion.resolve([it["Properties"].get("Principal"), it["Properties"]["FunctionName"]], {}))
                   for it in left["Resources"].values() if it["Type"] == "AWS::Lambda::Permission"}
        same(f"{what}: alone may call the alias", allowed,
             {json.dumps(["*" if front == "url" else "apigateway.amazonaws.com", "EndpointAliaslive"])})
        value = expansion.resolve(left["Outputs"]["BasicUrl"]["Value"], expansion.with_defaults(template, given))
        if address:
            same(f"{what}: its address", value, f"https://{address}")
        for api in ("Api", "RestApi"):
            if api in left["Resources"]:
                check(f"{what}: the default address is {'off' if domain else 'on'}",
                      f'xecuteApiEndpoint": {json.dumps(domain)}' in json.dumps(left["Resources"][api]))


def check_alarms(resources, of):
    alarms = of("AWS::CloudWatch::Alarm")
    [page] = of("AWS::CloudWatch::CompositeAlarm").values()
    rule = json.dumps(page["Properties"]["AlarmRule"])
    same("the alarms that call are those in the composite one", set(re.findall(r"\$\{(\w+)\}", rule)),
         {name for name in alarms if name.endswith("Page")})
    for name, it in alarms.items():
        calls = name.endswith("Page") or name == "RollbackAlarm"
        check(f"{name}: {'is silent itself' if calls and name != 'RollbackAlarm' else 'notifies'}",
              ("AlarmActions" in it["Properties"]) == (not name.endswith("Page")))
        address, _, anchor = it["Properties"]["AlarmDescription"].rpartition("/docs/runbook.md#")
        check(f"{name}: its section in the runbook", address and f"\n## {anchor}\n" in HEADINGS, anchor)
        missing = "breaching" if name == "SilencePage" else "notBreaching"
        same(f"{name}: without data", it["Properties"]["TreatMissingData"], missing)
    check("nothing that is measured at the front is watched by a deployment",
          "Api" not in json.dumps(resources["RollbackAlarm"]) and "Front" not in json.dumps(resources["RollbackAlarm"]))
    same("a failing version is rolled back", resources["EndpointDeploymentGroup"]["Properties"]["AlarmConfiguration"],
         {"Enabled": True, "Alarms": [{"Name": {"Ref": "RollbackAlarm"}}]})
    for name, it in of("AWS::Logs::MetricFilter").items():
        for made in it["Properties"]["MetricTransformations"]:
            check(f"{name}: no default value beside dimensions, which CloudWatch refuses",
                  not ("Dimensions" in made and "DefaultValue" in made))
            counted = made["MetricValue"] == "1" and "Dimensions" not in made
            same(f"{name}: counts 0 for other lines", made.get("DefaultValue"), 0 if counted else None)
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"][0]
    board = json.loads(re.sub(r"\$\{[^}]+\}", "x", body))
    lines = {it["value"] for widget in board["widgets"]
             for it in widget["properties"].get("annotations", {}).get("horizontal", [])}
    same("the dashboard has Meta's thresholds as lines", lines, {5, 10, 50, 1000, 5000, 7000})


def check_pages(resources):
    """The pages of the guide name every parameter, metric and alarm, and commands of the runbook have valid patterns."""
    page = lambda name: (ROOT / "docs" / name).read_text()  # noqa: E731
    for name in expansion.read()["Parameters"]:
        check(f"docs/deploy.md: {name}", f"`{name}`" in page("deploy.md"))
    alarms, counted = set(), 0
    for it in resources.values():
        if it["Type"] == "AWS::Logs::MetricFilter":
            [made] = it["Properties"]["MetricTransformations"]
            check(f"docs/logs.md: {made['MetricName']}", f"`{made['MetricName']}`" in page("logs.md"))
        if it["Type"] in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
            alarms.add(it["Properties"]["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-"))
            counted += len([each for each in it["Properties"].get("Metrics", [it]) if "Expression" not in each])
    for name in alarms:
        check(f"docs/logs.md: alarm {name}", f"`{name}`" in page("logs.md"))
    check("docs/deploy.md: the number of metrics in alarms", f"{counted} metrics at 0.10" in page("deploy.md"), counted)
    patterns = re.findall(r"--filter-pattern '([^']+)'", page("runbook.md"))
    check("docs/runbook.md: the patterns are valid", len(patterns) > 8 and all(map(compile_pattern, patterns)))
    incidents = len(list(judge.table()))
    check("docs/logs.md: the number of incidents", f"causes {incidents} incidents" in page("logs.md"), incidents)


def check_parameters():
    """Every wrong value is refused with a sentence, and what is right is not."""
    template = expansion.read()
    for name, it in template["Parameters"].items():
        check(f"{name}: says what it must be", it["ConstraintDescription"].startswith("must be "))
        check(f"{name}: wrong values are listed", name in WRONG)
    for name, values in WRONG.items():
        for value in values:
            sentences = parameters.refused(template, RIGHT | {name: value})
            check(f"{name}={value!r}: refused", f"{name} {template['Parameters'][name]['ConstraintDescription']}" in sentences,
                  sentences)
    for name, values in FITTING.items():
        for value in values:
            given = RIGHT | {name: value}
            same(f"{name}={value!r}: accepted", parameters.refused(template, given), [])
    for rule, given in COMBINATIONS:
        [assertion] = template["Rules"][rule]["Assertions"]
        same(f"{rule}: {given} is refused", parameters.refused(template, {"SecretId": "flows"} | given),
             [assertion["AssertDescription"]])
    same("every rule is broken once", {rule for rule, _ in COMBINATIONS}, set(template["Rules"]))
    same("SecretId is required", parameters.refused(template, {"AlarmEmail": "none"})[0], "SecretId is missing")


def check_pairs():
    """Expands and lints sets of parameters in which each pair of values occurs, with the conditions decided."""
    template = expansion.read()
    sets = pairs.all_pairs(PAIRS, lambda chosen: len(chosen) < len(PAIRS) or not parameters.refused(template, chosen))
    missing = [(a, x, b, y) for a in PAIRS for b in PAIRS if a < b for x in PAIRS[a] for y in PAIRS[b]
               if not any(chosen[a] == x and chosen[b] == y for chosen in sets)]
    check(f"{len(sets)} sets of parameters have every pair that the rules allow", len(sets) < 30 and all(
        pairs.complete({a: x, b: y}, list(PAIRS), PAIRS, set(),
                       lambda chosen: len(chosen) < len(PAIRS) or not parameters.refused(template, chosen)) is None
        for a, x, b, y in missing), missing)
    with tempfile.TemporaryDirectory() as scratch:
        files = []
        for number, given in enumerate(sets):
            left = expansion.concrete(expansion.expand(template, given), given)
            same(f"set {number}: no circle of references", expansion.circle(left["Resources"]), None)
            # With the parameters' own defaults, a check of a value would see the default instead of the value.
            left["Parameters"] = {name: {"Type": it["Type"], "Default": given.get(name, it.get("Default"))}
                                  for name, it in left["Parameters"].items()}
            files.append(Path(scratch, f"{number}.json"))
            files[-1].write_text(expansion.as_json(left))
        # W2001: a parameter that these values leave unused. W3011: see the template.
        program = [Path(sys.executable).with_name("cfn-lint"), "--ignore-checks", "W2001", "W3011", "--template", *files]
        lint = subprocess.run(program, text=True, capture_output=True)
        check("cfn-lint finds nothing in any of them", lint.returncode == 0, lint.stdout + lint.stderr)
        # The linter must see what it is for.
        broken = json.loads(files[0].read_text())
        broken["Resources"]["EndpointRole"]["DependsOn"] = "Endpoint"
        check("a circle would be found", expansion.circle(broken["Resources"]) is not None)
        files[0].write_text(json.dumps(broken))
        lint = subprocess.run([*program[:-len(files)], files[0]], text=True, capture_output=True)
        check("by cfn-lint, too", "E3004" in lint.stdout, lint.stdout + lint.stderr)


def check_projects():
    """The templates of new projects, with one flow and with two, and with a table of their own."""
    document = ROOT / "src/basic/flow.json"
    with tempfile.TemporaryDirectory() as scratch:
        for commands, addresses in (
            ([["new", "lunch", "--flow", document], ["add", document, "--name", "dinner"]], {"LunchUrl", "DinnerUrl"}),
            ([["new", "lunch", "--sample", "appointment"]], {"AppointmentUrl"}),
        ):
            folder = Path(scratch, str(len(addresses)))
            folder.mkdir()
            for number, command in enumerate(commands):
                subprocess.run([FLOWCTL, *command], cwd=folder / "lunch" if number else folder, check=True, text=True,
                               stdout=subprocess.PIPE)
            what = f"a project with {', '.join(sorted(addresses))}"
            path = folder / "lunch/template.yaml"
            lint = subprocess.run([Path(sys.executable).with_name("cfn-lint"), "--", path], text=True, capture_output=True)
            check(f"{what}: cfn-lint", lint.returncode == 0, lint.stdout + lint.stderr)
            template = expansion.read(path)
            same(f"{what}: has the alarms and metrics of the application", *(
                {name: it for name, it in resources.items() if re.match("AWS::(CloudWatch|Logs)", it["Type"])}
                for resources in (template["Resources"], expansion.read()["Resources"])))
            left = expansion.concrete(expansion.expand(template, RIGHT), RIGHT)
            values = {expansion.resolve(it["Value"], {}) for name, it in left["Outputs"].items() if name in addresses}
            same(f"{what}: its addresses", values, {
                f"https://Api.execute-api.eu-west-1.amazonaws.com/{name.removesuffix('Url').lower()}" for name in addresses})


def start_linters():
    """Each linter takes some seconds, so they run in parallel with the checks."""
    programs = {
        "sam validate": ["sam", "validate", "--template", TEMPLATE],
        "sam validate --lint": ["sam", "validate", "--lint", "--template", TEMPLATE],
        "cfn-lint": ["cfn-lint", "--", TEMPLATE],
    }
    return {what: subprocess.Popen([Path(sys.executable).with_name(program[0]), *program[1:]], text=True, cwd=ROOT,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for what, program in programs.items()}


def expand():
    """Returns the template as CloudFormation receives it, after `sam package` has uploaded the program."""
    template = expansion.read()
    endpoint = template["Resources"]["Endpoint"]
    same("sam build builds from the whole project", endpoint["Properties"]["CodeUri"], ".")
    same("and builds only the endpoint", {name: it for name, it in endpoint["Metadata"].items() if name != "cfn-lint"},
         {"BuildMethod": "rust-cargolambda", "BuildProperties": {"Binary": "endpoint"}})
    expanded = expansion.expand(template, {"SecretId": "flows", "Rollout": "Canary10Percent5Minutes"})
    return expanded["Resources"], expanded


def name_of(arn):
    return arn.rsplit("/", 1)[1]


def permits(policy):
    """Yields each (action, resource) of a resolved policy. A statement that is not a plain Allow is yielded whole."""
    for statement in policy:
        plain = statement["Effect"] == "Allow" and set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        for action in actions if plain else [json.dumps(statement)]:
            yield action, statement["Resource"]


def used():
    """Returns the SDK operations that the Lambda program calls, as IAM names them."""
    import boto3
    from botocore import xform_name

    found = set()
    for service in ("dynamodb", "secretsmanager"):
        operations = {xform_name(name): name for name in boto3.client(service).meta.service_model.operation_names}
        for source in [*ROOT.glob("src/**/*.rs"), *ROOT.glob("crates/whatsapp-flows/src/**/*.rs")]:
            text = source.read_text()
            if f"aws_sdk_{service}" in text:
                found |= {f"{service}:{operations[call]}" for call in re.findall(r"\.(\w+)\(\)", text) if call in operations}
    return found


def create(template):
    """Creates the stack three times in moto: with the secret by name, by ARN, and with its own key."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(template, file)
        file.flush()
        command = [TOOLS / "moto/bin/python", __file__, "--create", file.name]
        moto = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if moto.returncode:
        raise RuntimeError("moto could not create the stack; see its output above")
    return json.loads(moto.stdout)


def create_in_moto(template):
    import boto3
    from moto import mock_aws

    # moto's CloudFormation does not create the other resources (API, alarms, filters).
    kinds = ("AWS::IAM::Role", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::Lambda::Function")
    template["Resources"] = {name: it for name, it in template["Resources"].items() if it["Type"] in kinds}
    template["Outputs"] = {name: template["Outputs"][name]
                           for name in ("FunctionName", "SessionsTable", "BookingsTable", "LogGroup")}
    with mock_aws():
        names = ("cloudformation", "dynamodb", "iam", "lambda", "logs", "s3", "secretsmanager")
        clients = {name: boto3.client(name) for name in names}
        program = io.BytesIO()
        zipfile.ZipFile(program, "w").close()
        clients["s3"].create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        clients["s3"].put_object(Bucket="bucket", Key="key", Body=program.getvalue())
        secrets = {name: clients["secretsmanager"].create_secret(Name=name, SecretString="{}")["ARN"]
                   for name in ("flows/main", "flows", "flows/main-two", "flows/main/eleven")}
        made = {"secret": secrets.pop("flows/main"), "others": list(secrets.values())}
        for case, given in {
            "name": {"SecretId": "flows/main", "AlarmTopicArn": TOPIC},
            "arn": {"SecretId": made["secret"]},
            "key": {"SecretId": "flows/main", "SecretKeyArn": KEY, "Architecture": "x86_64"},
        }.items():
            clients["cloudformation"].create_stack(
                StackName=case, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"],
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()])
            [stack] = clients["cloudformation"].describe_stacks(StackName=case)["Stacks"]
            if stack["StackStatus"] != "CREATE_COMPLETE":
                sys.exit(f"{case}: {stack['StackStatus']} {stack.get('StackStatusReason')}")
            out = {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"]}
            role = clients["cloudformation"].describe_stack_resource(StackName=case, LogicalResourceId="EndpointRole")
            policy = clients["iam"].get_role_policy(
                RoleName=role["StackResourceDetail"]["PhysicalResourceId"], PolicyName="endpoint")["PolicyDocument"]
            # moto stores the document as Python prints it, and AWS::NoValue as None, which CloudFormation omits.
            policy = ast.literal_eval(policy) if isinstance(policy, str) else policy
            made[case] = {
                "policy": [statement for statement in policy["Statement"] if statement],
                "Sessions": clients["dynamodb"].describe_table(TableName=out["SessionsTable"])["Table"]["TableArn"],
                "Bookings": clients["dynamodb"].describe_table(TableName=out["BookingsTable"])["Table"]["TableArn"],
                # On AWS, Fn::GetAtt returns the ARN of a group with `:*` for its streams; moto returns it without.
                "Logs": f"arn:aws:logs:eu-west-1:123456789012:log-group:{out['LogGroup']}",
                "environment": clients["lambda"].get_function_configuration(
                    FunctionName=out["FunctionName"])["Environment"]["Variables"],
            }
        made["retention"] = [group.get("retentionInDays") for group in clients["logs"].describe_log_groups()["logGroups"]]
    print(json.dumps(made))


if sys.argv[1:2] == ["--create"]:
    warnings.simplefilter("ignore")
    create_in_moto(json.loads(Path(sys.argv[2]).read_text()))
    sys.exit()
if not FLOWCTL.exists():
    sys.exit("template.py: flowctl is missing; run cargo build --workspace --bins")
for needed in ("sam/bin/sam", "sam/bin/cfn-lint", "moto/bin/python"):
    if not (TOOLS / needed).exists():
        sys.exit(f"template.py: .tools/{needed} is missing; run tests/tools/setup.sh sam moto")
main()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
