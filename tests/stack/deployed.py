"""The stack in moto: created as far as moto goes, and used with the rights of the function's role.

    .tools/sam/bin/python tests/stack/expansion.py SecretId=flows AlarmEmail=none > stack.json
    .tools/moto/bin/python tests/stack/deployed.py http://localhost:5000 stack.json secret.json

Creates the secret, the tables, the log groups, the role and the function in a moto server, with a gate before it that
enforces the policy of the created role. Fails if a call next to the allowed ones is not refused. Then it prints the
environment of the function, with the gate as the address of AWS, and keeps the gate open until its input ends.
"""
import ast
import io
import json
import os
import sys
import zipfile
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from stack import gate  # noqa: E402

# moto's CloudFormation does not create the others: APIs, versions, alarms, filters, dashboards.
KINDS = ("AWS::IAM::Role", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::Lambda::Function", "AWS::SNS::Topic")
OUTPUTS = ("FunctionName", "SecretId", "SessionsTable", "BookingsTable", "LogGroup", "AlarmTopic")
LOCAL = {"region_name": "eu-west-1", "aws_access_key_id": "none", "aws_secret_access_key": "none"}


def create(url, template, secret, stack="flows", outputs=None):
    """Creates the stack, and returns its outputs. `outputs` has values for those whose resources moto does not have."""
    client = lambda service: boto3.client(service, endpoint_url=url, **LOCAL)  # noqa: E731
    client("secretsmanager").create_secret(Name="flows", SecretString=secret)
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    program = io.BytesIO()
    zipfile.ZipFile(program, "w").close()
    s3.put_object(Bucket="bucket", Key="key", Body=program.getvalue())
    template["Resources"] = {name: it for name, it in template["Resources"].items() if it["Type"] in KINDS}
    template["Outputs"] = {name: it for name, it in template["Outputs"].items() if name in OUTPUTS}
    template["Outputs"] |= {name: {"Value": value} for name, value in (outputs or {}).items()}
    # A parameter that nothing uses any more keeps its default.
    parameters = [{"ParameterKey": "SecretId", "ParameterValue": "flows"}, {"ParameterKey": "AlarmEmail", "ParameterValue": "ops@example.com"}]
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"],
                                Parameters=parameters)
    [made] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    if made["StackStatus"] != "CREATE_COMPLETE":
        sys.exit(f"{made['StackStatus']} {made.get('StackStatusReason')}")
    return {it["OutputKey"]: it["OutputValue"] for it in made["Outputs"]}


def role_of(url, function):
    """Returns the environment of the created function, and the policy of its role."""
    client = lambda service: boto3.client(service, endpoint_url=url, **LOCAL)  # noqa: E731
    configuration = client("lambda").get_function_configuration(FunctionName=function)
    role = configuration["Role"].rsplit("/", 1)[1]
    policy = client("iam").get_role_policy(RoleName=role, PolicyName="endpoint")["PolicyDocument"]
    # moto keeps what CloudFormation gives it as Python's objects, with None for what was left out.
    policy = ast.literal_eval(policy) if isinstance(policy, str) else policy
    return configuration["Environment"]["Variables"], [statement for statement in policy["Statement"] if statement]


def arns(url):
    """Returns a function for the ARN of a table or a secret."""
    secrets = boto3.client("secretsmanager", endpoint_url=url, **LOCAL)

    def arn_of(service, name):
        if service == "dynamodb":
            return f"arn:aws:dynamodb:eu-west-1:123456789012:table/{name}"
        try:
            return secrets.describe_secret(SecretId=name)["ARN"]
        except ClientError:
            return None

    return arn_of


def neighbours(url, outputs):
    """Yields calls next to those that the program makes."""
    client = lambda service: boto3.client(service, endpoint_url=url, **LOCAL)  # noqa: E731
    dynamodb, secrets = client("dynamodb"), client("secretsmanager")
    sessions, bookings = outputs["SessionsTable"], outputs["BookingsTable"]
    token, slot = {"flow_token": {"S": "t"}}, {"location_date": {"S": "1#2026-01-02"}, "start_time": {"S": "10:30"}}
    yield "scan the sessions", lambda: dynamodb.scan(TableName=sessions)
    yield "delete a session", lambda: dynamodb.delete_item(TableName=sessions, Key=token)
    yield "put a session", lambda: dynamodb.put_item(TableName=sessions, Item=token)
    yield "scan the bookings", lambda: dynamodb.scan(TableName=bookings)
    yield "update a booking", lambda: dynamodb.update_item(TableName=bookings, Key=slot)
    yield "read a booking alone", lambda: dynamodb.get_item(TableName=bookings, Key=slot)
    yield "delete a table", lambda: dynamodb.delete_table(TableName=bookings)
    yield "read another table", lambda: dynamodb.get_item(TableName="other", Key=token)
    yield "change the secret", lambda: secrets.put_secret_value(SecretId="flows", SecretString="{}")
    yield "read another secret", lambda: secrets.get_secret_value(SecretId="flows/other")
    yield "list the secrets", lambda: secrets.list_secrets()


def main(url, template, secret):
    outputs = create(url, json.loads(Path(template).read_text()), Path(secret).read_text())
    boto3.client("secretsmanager", endpoint_url=url, **LOCAL).create_secret(Name="flows/other", SecretString="{}")
    environment, policy = role_of(url, outputs["FunctionName"])
    gated = gate.serve(url, policy, arns(url))
    allowed = []
    for what, call in neighbours(gated, outputs):
        try:
            call()
            allowed.append(what)
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDeniedException":
                allowed.append(f"{what}: {error}")
    if allowed:
        sys.exit("the role may also: " + ", ".join(allowed))
    print(json.dumps(environment | {"AWS_ENDPOINT_URL": gated}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        os.environ.pop(name, None)
    main(*sys.argv[1:])
