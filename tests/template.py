# Checks template.yaml: with the linters of AWS, and then by the resources that SAM expands it to.
#
#     .tools/sam/bin/python tests/template.py           (after tests/tools/setup.sh sam moto)
#
# Requires no network and no account. The roles, tables, log groups and the function are also created in moto's
# CloudFormation, which resolves conditions, names and ARNs.
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
TEMPLATE = ROOT / "template.yaml"
TOOLS = ROOT / ".tools"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
# Both linters look up credentials and a region before they read the file. A closed port as proxy keeps them offline.
os.environ.update(
    AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-west-1", AWS_REGION="eu-west-1",
    AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true",
    SAM_CLI_TELEMETRY="0", __SAM_CLI_APP_DIR=str(TOOLS / "sam" / "home"), HTTPS_PROXY="http://127.0.0.1:9")
for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "https_proxy", "NO_PROXY", "no_proxy"):
    os.environ.pop(name, None)

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
    same("memory of 512 MB", function["MemorySize"], 512)
    same("one function, on the requested architecture",
         (list(of("AWS::Lambda::Function")), function["Architectures"]), (["Endpoint"], [{"Ref": "Architecture"}]))
    same("arm64 by default", template["Parameters"]["Architecture"]["Default"], "arm64")
    same("environment", function["Environment"]["Variables"], {
        "FLOWS_SECRET_ID": {"Ref": "SecretId"},
        "FLOWS_TABLE": {"Ref": "Sessions"},
        "FLOWS_BOOKINGS_TABLE": {"Ref": "Bookings"},
    })

    # ---- The API

    paths = resources["Api"]["Properties"]["Body"]["paths"]
    same("every path and method reaches the function", list(paths), ["$default"])
    [integration] = [method["x-amazon-apigateway-integration"] for method in paths["$default"].values()]
    same("with payload 2.0", integration["payloadFormatVersion"], "2.0")
    stage = resources["ApiApiGatewayDefaultStage"]["Properties"]
    same("served at the root", stage["StageName"], "$default")
    same("throttling", stage["DefaultRouteSettings"], {"ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 200})
    [permission] = of("AWS::Lambda::Permission").values()
    same("only this API may call the function", (permission["Properties"]["Principal"], in_arn(permission)),
         ("apigateway.amazonaws.com", {"Ref": "Api"}))
    check("the function has no URL of its own", not of("AWS::Lambda::Url"))

    # ---- Tables

    same("two tables", list(of("AWS::DynamoDB::Table")), ["Sessions", "Bookings"])
    sessions, bookings = (resources[name] for name in ("Sessions", "Bookings"))
    for name, table, key in (("sessions", sessions, "flow_token"), ("bookings", bookings, "slot")):
        made = table["Properties"]
        same(f"{name}: key", (made["KeySchema"], made["AttributeDefinitions"]), (
            [{"AttributeName": key, "KeyType": "HASH"}], [{"AttributeName": key, "AttributeType": "S"}]))
        same(f"{name}: billed per request", made["BillingMode"], "PAY_PER_REQUEST")
        same(f"{name}: encrypted", made["SSESpecification"], {"SSEEnabled": True})
        check(f"{name}: CloudFormation chooses the name", "TableName" not in made)
    same("sessions: expire", sessions["Properties"].get("TimeToLiveSpecification"),
         {"AttributeName": "expires_at", "Enabled": True})
    same("sessions: deleted with the stack",
         (sessions["DeletionPolicy"], sessions["UpdateReplacePolicy"]), ("Delete", "Delete"))
    same("bookings: retained when the stack is deleted",
         (bookings["DeletionPolicy"], bookings["UpdateReplacePolicy"]), ("Retain", "Retain"))
    check("bookings: never expire", "TimeToLiveSpecification" not in bookings["Properties"])
    same("bookings: can be restored to a point in time", bookings["Properties"].get("PointInTimeRecoverySpecification"),
         {"PointInTimeRecoveryEnabled": True})

    # ---- Logs and alarms

    for name, group in of("AWS::Logs::LogGroup").items():
        same(f"log group {name} expires", group["Properties"].get("RetentionInDays"), {"Ref": "LogRetentionDays"})
    same("the function logs JSON to its own group", function["LoggingConfig"], {
        "LogGroup": {"Ref": "Logs"}, "LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"})
    same("the API logs to its own group",
         stage["AccessLogSettings"]["DestinationArn"], {"Fn::GetAtt": ["AccessLogs", "Arn"]})
    line = stage["AccessLogSettings"]["Format"]
    check("an access log line is one line of JSON", "\n" not in line and isinstance(json.loads(line), dict), line)
    same("and contains only the method and path of the request", set(re.findall(r"\$context\.[\w.]+", line)), {
        f"$context.{name}" for name in (
            "requestId", "requestTime", "identity.sourceIp", "httpMethod", "path", "status", "responseLatency",
            "integrationLatency", "responseLength", "integrationErrorMessage")})
    notices = resources["NoticesFilter"]["Properties"]
    same("error notifications are counted in the function's log", (notices["LogGroupName"], notices["FilterPattern"]),
         ({"Ref": "Logs"}, '{ $.notice = "*" }'))
    covered = resources["CoveredFailuresFilter"]["Properties"]
    same("so are recovered failures", (covered["LogGroupName"], covered["FilterPattern"]),
         ({"Ref": "Logs"}, '{ $.covered IS TRUE }'))
    disagreements = resources["DisagreementsFilter"]["Properties"]
    same("and replies that a client may reject", (disagreements["LogGroupName"], disagreements["FilterPattern"]),
         ({"Ref": "Logs"}, '{ $.disagrees IS TRUE }'))
    for name, pattern in (("StateResetsFilter", '{ $.stateReset IS TRUE }'),
                          ("WeakTokensFilter", '{ ($.token = "short") || ($.token = "placeholder") }')):
        counted = resources[name]["Properties"]
        same(f"counted: {name}", (counted["LogGroupName"], counted["FilterPattern"]), ({"Ref": "Logs"}, pattern))
    same("the alarm on errors includes recovered ones", [it["MetricStat"]["Metric"]["MetricName"]
         for it in resources["ErrorsAlarm"]["Properties"]["Metrics"] if "MetricStat" in it],
         ["5xx", "CoveredFailures", "Count"])
    same("three alarms", sorted(of("AWS::CloudWatch::Alarm")), ["ErrorsAlarm", "LatencyAlarm", "NoticesAlarm"])
    check("alarms are silent without requests",
          all(it["Properties"]["TreatMissingData"] == "notBreaching" for it in of("AWS::CloudWatch::Alarm").values()))

    # ---- Secrets and outputs

    check("the template creates no secret",
          not [it for it in resources.values() if it["Type"].startswith("AWS::SecretsManager")])
    check("the template contains no value of a secret",
          not re.search(r"resolve:|PRIVATE KEY|app_secret|SecretString", json.dumps(template)))
    check("SecretId is required", "Default" not in template["Parameters"]["SecretId"])
    same("outputs", {name: it["Value"] for name, it in template["Outputs"].items()}, {
        "BasicUrl": {"Fn::Sub": "${Api.ApiEndpoint}/basic"},
        "AppointmentUrl": {"Fn::Sub": "${Api.ApiEndpoint}/appointment"},
        "FunctionName": {"Ref": "Endpoint"},
        "SessionsTable": {"Ref": "Sessions"},
        "BookingsTable": {"Ref": "Bookings"},
        "LogGroup": {"Ref": "Logs"},
    })
    pattern = template["Parameters"]["SecretId"]["AllowedPattern"]
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:flows/main"
    for name, allowed in {
        "flows": True, "flows/main_1+=.@-": True, f"{arn}-AbC123": True, f"{arn.replace(':aws:', ':aws-cn:')}-AbC123": True,
        "": False, "a b": False, "flows/*": False, "a:b": False, arn: False, f"{arn}-??????": False,
        "arn:aws:ssm:eu-west-1:123456789012:parameter/flows": False,
    }.items():
        check(f"SecretId {name!r}: {'accepted' if allowed else 'rejected'}", bool(re.search(pattern, name)) == allowed)

    # ---- IAM permissions, as resolved by moto

    same("there is one role, and the function uses it", (list(of("AWS::IAM::Role")), function["Role"]),
         (["EndpointRole"], {"Fn::GetAtt": ["EndpointRole", "Arn"]}))
    same("it has only its own policy", (
        [name for name, it in resources.items() if it["Type"].startswith("AWS::IAM::")],
        sorted(resources["EndpointRole"]["Properties"]),
        [policy["PolicyName"] for policy in resources["EndpointRole"]["Properties"]["Policies"]],
    ), (["EndpointRole"], ["AssumeRolePolicyDocument", "Policies"], ["endpoint"]))
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
            ("dynamodb:BatchGetItem", stack["Bookings"]), ("dynamodb:PutItem", stack["Bookings"]),
            ("dynamodb:DeleteItem", stack["Bookings"]),
            ("logs:CreateLogStream", stack["Logs"]), ("logs:PutLogEvents", stack["Logs"]),
            *([("kms:Decrypt", KEY)] if case == "key" else []),
        ]))
        check(f"by {case}: no wildcard", "*" not in json.dumps(stack["policy"]), stack["policy"])
    same("by key: the key can be used only through Secrets Manager", made["key"]["policy"][-1].get("Condition"),
         {"StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}})
    same("the actions are those that the program calls", {action for action, _ in permits(made["name"]["policy"])
         if not action.startswith("logs:")}, used())
    same("created: the function's environment", made["arn"]["environment"], {
        "FLOWS_SECRET_ID": made["secret"], "FLOWS_TABLE": name_of(made["arn"]["Sessions"]),
        "FLOWS_BOOKINGS_TABLE": name_of(made["arn"]["Bookings"])})
    same("created: every log group expires", made["retention"], [30] * 6)


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
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    class NoManagedPolicies:
        def load(self):
            return {}

    template = yaml_parse(TEMPLATE.read_text())
    endpoint = template["Resources"]["Endpoint"]
    same("sam build builds from the whole project", endpoint["Properties"]["CodeUri"], ".")
    same("and builds only the endpoint", endpoint["Metadata"],
         {"BuildMethod": "rust-cargolambda", "BuildProperties": {"Binary": "endpoint"}})
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text())
    for section, architecture in (("default", "arm64"), ("x86_64", "x86_64")):
        same(f"samconfig.toml: build and deploy agree on {architecture}",
             [settings[section][command]["parameters"]["parameter_overrides"] for command in ("build", "deploy")],
             [f"Architecture={architecture}"] * 2)
    template["Resources"]["Endpoint"]["Properties"]["CodeUri"] = "s3://bucket/key"
    expanded = transform(template, {"SecretId": "flows"}, NoManagedPolicies())
    return expanded["Resources"], expanded


def in_arn(permission):
    return permission["Properties"]["SourceArn"]["Fn::Sub"][1]["__ApiId__"]


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
    template["Outputs"] = {name: it for name, it in template["Outputs"].items() if "Api" not in json.dumps(it)}
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
for needed in ("sam/bin/sam", "sam/bin/cfn-lint", "moto/bin/python"):
    if not (TOOLS / needed).exists():
        sys.exit(f"template.py: .tools/{needed} is missing; run tests/tools/setup.sh sam moto")
main()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
