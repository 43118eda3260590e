# Packages and deploys with `make`, up to the change set. The package must contain only the program, for the requested
# architecture. Then runs tools/deploy on a stack in moto: its questions, its refusals, the pings, and the deletion.
#
#     .tools/moto/bin/python tests/deploy.py            (after tests/tools/setup.sh)
#     .tools/moto/bin/python tests/deploy.py tool       one part: architectures, deployment or tool
#
# Requires no network and no account: moto emulates AWS. The program for this machine is built as it ships; for the
# other architecture a fake compiler only records its arguments.
import io
import json
import os
import platform
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3

from stack import emulator
from stack.deployed import KINDS, create

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "tools/deploy"))
from account import Account  # noqa: E402
from ping import unconfirmed  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
FLOWCTL = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "debug/flowctl"
PACKAGE = ROOT / ".aws-sam/build/Endpoint"
MACHINE = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
# e_machine of an ELF header.
ELF = {"arm64": 183, "x86_64": 62}
COMPILER = """#!/bin/sh
echo "$* GLOBAL=$CARGO_LAMBDA_GLOBAL" > "$NOTES"
case "$* $WRONG" in *--arm64*) machine='\\267' ;; *) machine='\\076' ;; esac
mkdir -p "$CARGO_TARGET_DIR/lambda/endpoint"
printf '\\177ELF\\002\\001\\001\\000\\000\\000\\000\\000\\000\\000\\000\\000\\003\\000'$machine'\\000' \\
  > "$CARGO_TARGET_DIR/lambda/endpoint/bootstrap"
"""
passed = failed = 0


def check(what, holds, why=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"ok      {what}" if holds else f"FAILED  {what}" + f"\n        {why}" * bool(why != ""))


def make(*arguments, **env):
    run = subprocess.run(["make", *arguments], cwd=ROOT, env=os.environ | env, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.returncode, run.stdout


def machine_of(program):
    return {value: name for name, value in ELF.items()}.get(program[18] if program[:4] == b"\x7fELF" else None)


def package():
    return sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*")) if PACKAGE.exists() else []


def check_every_architecture(scratch):
    """Checks what `make package` passes to cargo-lambda, and that a program for another architecture is rejected."""
    compiler, notes, target = scratch / "bin/cargo-lambda", scratch / "notes", scratch / "target"
    compiler.parent.mkdir()
    compiler.write_text(COMPILER)
    compiler.chmod(0o755)
    # On make's command line, because the Makefile puts its own tools first on the PATH.
    path = f"PATH={compiler.parent}:{os.environ['PATH']}"
    built = {"NOTES": str(notes), "CARGO_TARGET_DIR": str(target)}
    for asked, architecture in (("arm64", "arm64"), ("aarch64", "arm64"), ("x86_64", "x86_64"), ("amd64", "x86_64")):
        status, output = make("package", f"ARCH={asked}", path, **built)
        noted = notes.read_text() if notes.exists() else ""
        check(f"ARCH={asked}: is packaged from CARGO_TARGET_DIR", status == 0 and package() == ["bootstrap"], output)
        check(f"ARCH={asked}: the program is for {architecture}",
              machine_of((PACKAGE / "bootstrap").read_bytes()) == architecture)
        check(f"ARCH={asked}: only the endpoint is built, in release mode",
              noted.startswith("lambda build --release ") and "--bin endpoint" in noted, noted)
        check(f"ARCH={asked}: --arm64 only for arm64", ("--arm64" in noted) == (architecture == "arm64"), noted)
        target_file = noted.rpartition("GLOBAL=")[2].strip()
        names = 'target = ["x86_64-unknown-linux-gnu"]' in Path(target_file).read_text() if target_file else False
        check(f"ARCH={asked}: the target is named for x86_64, on any build machine",
              names == (architecture == "x86_64"), noted)
    status, output = make("package", "ARCH=x86_64", path, WRONG="--arm64", **built)
    check("a program for the other architecture is rejected", status != 0 and "is for arm64" in output, output)
    status, output = make("-n", "deploy", "ARCH=ia64")
    check("unknown ARCH is rejected", status != 0 and "ARCH=ia64: a Lambda runs on arm64 or x86_64" in output, output)
    check_refusals(scratch)


def check_refusals(scratch):
    folder = scratch / "package"
    shutil.copytree(PACKAGE, folder)
    # What does not compress, like a program that has become too large.
    with open(folder / "bootstrap", "ab") as program:
        program.write(os.urandom(5_000_000))
    refused = subprocess.run([ROOT / "tools/deploy/package.sh", "arm64", folder], text=True, capture_output=True)
    check("a program of more than 5 MB is rejected", refused.returncode == 1 and "when compressed" in refused.stderr, refused.stderr)
    shutil.rmtree(folder)
    shutil.copytree(PACKAGE, folder)
    (folder / "secret.json").write_text("{}")
    refused = subprocess.run([ROOT / "tools/deploy/package.sh", "arm64", folder], text=True, capture_output=True)
    check("a package with a secret in it is rejected",
          refused.returncode == 1 and "secret.json" in refused.stderr, refused.stderr)


def check_deployment(scratch):
    """Runs `make deploy` for the architecture of this machine, in a folder with files of an older build."""
    moto, url = emulator.start()
    try:
        s3 = boto3.client("s3", endpoint_url=url)
        s3.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        boto3.client("secretsmanager", endpoint_url=url).create_secret(Name="flows", SecretString="{}")
        PACKAGE.mkdir(parents=True, exist_ok=True)
        (PACKAGE / "secret.json").write_text("{}")
        (PACKAGE / "bootstrap").write_text("of an older build")
        (PACKAGE.parent / "template.yaml").write_text("Resources: {}")
        config = scratch / "samconfig.toml"
        config.write_text((ROOT / "samconfig.toml").read_text().replace("resolve_s3 = true", 's3_bucket = "packages"'))
        status, output = make(
            "deploy", f"ARCH={MACHINE}", f"SAMCONFIG={config}", "PARAMETERS=SecretId=flows AlarmEmail=none",
            AWS_ENDPOINT_URL=url, DEPLOY="--no-execute-changeset")
        # moto has no front, so the deployment ends before the pings.
        check(f"make deploy ARCH={MACHINE}: up to the change set, and says so",
              status != 0 and "has no outputs" in output, output)
        program = (PACKAGE / "bootstrap").read_bytes()
        check("the package is rebuilt and contains only the program", package() == ["bootstrap"], package())
        check(f"the program is for {MACHINE}", machine_of(program) == MACHINE)
        built = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "lambda/endpoint/bootstrap"
        check("it is the program that the tests ran", built.read_bytes() == program)
        sent = [s3.get_object(Bucket="packages", Key=it["Key"])["Body"].read()
                for it in s3.list_objects_v2(Bucket="packages").get("Contents", [])]
        zipped = [it for it in sent if it[:2] == b"PK"]
        check("one archive of at most 5 MB is uploaded", [len(it) < 5_000_000 for it in zipped] == [True],
              [len(it) for it in zipped])
        archive = zipfile.ZipFile(io.BytesIO(zipped[0]))
        check("with only the program in it",
              archive.namelist() == ["bootstrap"] and archive.read("bootstrap") == program)
        cloudformation = boto3.client("cloudformation", endpoint_url=url)
        sets = cloudformation.list_change_sets(StackName="whatsapp-flows-dev")["Summaries"]
        check("there is one change set", len(sets) == 1, sets)
        for it in sets:
            made = cloudformation.describe_change_set(StackName="whatsapp-flows-dev", ChangeSetName=it["ChangeSetName"])
            given = {it["ParameterKey"]: it.get("ParameterValue") for it in made["Parameters"]}
            check("the change set has the parameters", {"Architecture": MACHINE, "SecretId": "flows"}.items() <= given.items()
                  and re.match("[0-9a-f]{12}", given["Commit"]), given)
    finally:
        moto.terminate()
        moto.wait()


def check_tool(scratch):
    """tools/deploy on a stack in moto."""
    moto, url = emulator.start()
    config = scratch / "samconfig.toml"
    shutil.copy(ROOT / "samconfig.toml", config)

    def tool(*arguments, typed=None, **env):
        """Runs the tool; in a terminal if something is typed."""
        command = [TOOLS / "sam/bin/python", ROOT / "tools/deploy", "--config", config, "--env", "dev", *arguments]
        environment = os.environ | {"AWS_ENDPOINT_URL": url} | env
        if typed is None:
            run = subprocess.run(command, env=environment, text=True, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            return run.returncode, run.stdout
        return in_terminal(command, environment, typed)

    def refuses(what, words, *arguments, **env):
        status, output = tool(*arguments, **env)
        check(f"refused: {what}", status == 1 and words in output and "Traceback" not in output, output)

    try:
        client = lambda service: boto3.client(service, endpoint_url=url)  # noqa: E731
        refuses("no credentials", "there are no AWS credentials", "prepare", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
        refuses("no region", "no region is configured", "prepare", AWS_DEFAULT_REGION="", AWS_REGION="")
        refuses("no terminal to ask", "SecretId and AlarmEmail must be known", "prepare")
        right = "SecretId=flows AlarmEmail=ops@example.com"
        refuses("no secret", "there is no secret flows in eu-west-1", "prepare", "--parameters", right)
        key = client("kms").create_key()["KeyMetadata"]["Arn"]
        client("secretsmanager").create_secret(Name="flows", SecretString="{}", KmsKeyId=key)
        refuses("a parameter that does not exist", "has no parameter Memory", "prepare", "--parameters", f"{right} Memory=1")
        refuses("a value that the template refuses", "MemorySize must be a number of MB", "prepare", "--parameters",
                f"{right} MemorySize=128")
        refuses("a combination that the template refuses", "a Function URL has no throttling", "prepare", "--parameters",
                f"{right} Front=url")
        refuses("a number that is not whole", "SilenceMinutes must be a number", "prepare", "--parameters",
                f"{right} SilenceMinutes=1.5")
        refuses("an ARN of another region", "DataKeyArn is in us-east-1, and the stack in eu-west-1", "prepare", "--parameters",
                f"{right} DataKeyArn=arn:aws:kms:us-east-1:123456789012:key/1")
        refuses("an unknown environment", "has no environment test; it has dev, prod", "prepare", "--env", "test")
        refuses("a REST API without a role for its access log", "API Gateway has no role", "prepare", "--parameters",
                f"{right} Front=rest")
        refuses("a stack that is not there", "there is no stack whatsapp-flows-dev", "ping")
        check("nothing was recorded", config.read_text() == (ROOT / "samconfig.toml").read_text())

        typed = ["", "ops", "ops@example.com", ""]
        status, output = tool("prepare", typed=typed)
        asked = [it for it in ("Name or ARN of the secret", "must be one e-mail address", "E-mail address") if it in output]
        check("the first deployment asks, and asks again after a wrong answer", status == 0 and len(asked) == 3, output)
        recorded = tomllib.loads(config.read_text())["dev"]["deploy"]["parameters"]["parameter_overrides"]
        check("the answers are recorded, with the key of the secret", {
            "SecretId=flows", "AlarmEmail=ops@example.com", f"SecretKeyArn={key}", "Architecture=arm64"} <= set(recorded),
            recorded)
        before = config.read_text()
        status, output = tool("prepare")
        check("later ones ask nothing, and change nothing", status == 0 and config.read_text() == before, output)
        status, output = tool("prepare", "--arch", "x86_64", "--parameters", "MemorySize=1024")
        recorded = tomllib.loads(config.read_text())["dev"]["deploy"]["parameters"]["parameter_overrides"]
        check("what is given later is recorded, too", {"Architecture=x86_64", "MemorySize=1024"} <= set(recorded), recorded)
        build = tomllib.loads(config.read_text())["dev"]["build"]["parameters"]["parameter_overrides"]
        check("also for sam build", build == ["Architecture=x86_64"], build)
        for more, expected in (("ReservedConcurrency=20", "20"), ("ReservedConcurrency=", "")):
            status, output = tool("prepare", "--parameters", more)
            check(f"{more} is recorded as SAM reads it", status == 0 and sam_reads(config)["ReservedConcurrency"] == expected,
                  (output, sam_reads(config)))
        status, output = tool("prepare")
        check("and stays so", status == 0 and sam_reads(config)["ReservedConcurrency"] == "", output)
        check("comments stay", "# The environments:" in config.read_text())
        check("the architecture is the recorded one", tool("architecture")[1].strip() == "x86_64")
        client("secretsmanager").delete_secret(SecretId="flows", ForceDeleteWithoutRecovery=True)

        check_failed_creation()
        # moto has no account settings.
        for limit, free, proposed in ((1000, 1000, 50), (1000, 150, 50), (1000, 149, None), (10, 10, None)):
            found = Limits(limit, free).concurrency()
            check(f"of {limit} executions with {free} free, {proposed} are proposed", found == (limit, proposed), found)

        check_pings(scratch, url, tool, client)
    finally:
        moto.terminate()
        moto.wait()


def check_pings(scratch, url, tool, client):
    """Pings a program behind the addresses of a stack, and deletes the stack."""
    expanded = subprocess.run([TOOLS / "sam/bin/python", ROOT / "tests/stack/expansion.py", "SecretId=flows",
                               "AlarmEmail=ops@example.com"], check=True, text=True, capture_output=True).stdout
    folder = scratch / "flows"
    dev = subprocess.Popen([FLOWCTL, "dev", "--program", FLOWCTL.with_name("endpoint"), "--folder", folder, "--memory",
                            "--no-open", "--port", "0"], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    stub, stub_url = start_stub()
    try:
        address = next(it[0] for line in dev.stdout if (it := re.findall(r"http://127\.0\.0\.1:\d+", line)))
        Thread(target=dev.stdout.read, daemon=True).start()
        secret = (folder / "secret.json").read_text()
        outputs = {"BasicUrl": f"{address}/basic", "AppointmentUrl": f"{address}/appointment",
                   "DashboardUrl": "https://console"}
        made = create(url, json.loads(expanded), secret, "whatsapp-flows-dev", outputs)
        status, output = tool("ping", "--flowctl", FLOWCTL)
        check("every address is pinged", status == 0 and output.count("200 in") == 2, output)
        check("the next steps are named", "the public key" in output and "the dashboard: https://console" in output, output)
        # moto confirms every subscription by itself.
        check("so is a subscription that is not confirmed", unconfirmed(Pending(), "topic") == "ops@example.com")
        check("nothing of the secret is printed", "PRIVATE KEY" not in output and json.loads(secret)["app_secrets"][0] not in output)

        template = json.loads(expanded)
        template["Resources"] = {name: it for name, it in template["Resources"].items() if it["Type"] in KINDS}
        template["Outputs"] = {name: {"Value": value} for name, value in (made | {"DomainTarget": "d-1.example"}).items()}
        template["Outputs"]["BasicUrl"] = {"Value": "http://flows.invalid/basic"}
        client("cloudformation").update_stack(StackName="whatsapp-flows-dev", TemplateBody=json.dumps(template))
        status, output = tool("ping", "--flowctl", FLOWCTL)
        check("a domain without its DNS record fails, and the record is named",
              status == 1 and "flows.invalid is a CNAME of d-1.example" in output, output)

        client("secretsmanager").put_secret_value(SecretId="flows", SecretString=(ROOT / "events/secret.json").read_text())
        status, output = tool("ping", "--flowctl", FLOWCTL)
        check("a secret that is not the function's fails", status == 1 and output.count("FAILED") == 2, output)
        status, output = tool("ping", "--flowctl", "nowhere")
        check("a missing flowctl fails, and is named", status == 1 and "there is no nowhere" in output, output)

        client("secretsmanager").delete_secret(SecretId="flows", ForceDeleteWithoutRecovery=True)
        template = json.loads(expanded)
        template["Resources"] = {name: it for name, it in template["Resources"].items() if it["Type"] == "AWS::DynamoDB::Table"}
        template["Outputs"] = {name: {"Value": value} for name, value in (made | {
            "BasicUrl": f"{stub_url}/432", "AppointmentUrl": f"{stub_url}/500"}).items()}
        client("cloudformation").update_stack(StackName="whatsapp-flows-dev", TemplateBody=json.dumps(template))
        status, output = tool("ping", "--flowctl", FLOWCTL)
        check("without the right to read the secret, the pings are honest", status == 1 and "a wrong signature" in output
              and "reached" in output and "is not proven" in output and "cannot read its secret" in output, output)

        status, output = tool("destroy")
        check("destroy lists what goes and what stays, and deletes nothing by itself", status == 1
              and made["BookingsTable"] in output.partition("Kept:")[2] and made["SessionsTable"] in output.partition("Kept:")[0]
              and "agree with YES=whatsapp-flows-dev" in output, output)
        status, output = tool("destroy", "--yes", "whatsapp-flows-dev")
        tables = client("dynamodb").list_tables()["TableNames"]
        check("it deletes the stack when told so", status == 0 and "deleted" in output, output)
        check("it says how a new stack takes the bookings over", f"PARAMETERS=BookingsTable={made['BookingsTable']}" in output, output)
        check("the sessions are gone", made["SessionsTable"] not in tables, tables)
    finally:
        stub.shutdown()
        dev.terminate()
        dev.wait()


def sam_reads(config):
    """Returns the parameters that SAM finds in the configuration; none if it refuses them."""
    program = "import json, sys, tomllib; from samcli.cli.types import CfnParameterOverridesType; " \
        "section = tomllib.load(open(sys.argv[1], 'rb'))['dev']['deploy']['parameters']; " \
        "print(json.dumps(CfnParameterOverridesType().convert(section['parameter_overrides'], None, None)))"
    run = subprocess.run([TOOLS / "sam/bin/python", "-c", program, config], text=True, capture_output=True)
    return json.loads(run.stdout) if run.returncode == 0 else {"ReservedConcurrency": run.stderr}


def check_failed_creation():
    """A stack whose first deployment has failed cannot be updated, and has no outputs."""
    for status, expected in (("ROLLBACK_COMPLETE", True), ("CREATE_FAILED", True), ("CREATE_COMPLETE", False),
                             ("UPDATE_ROLLBACK_COMPLETE", False), ("REVIEW_IN_PROGRESS", False)):
        check(f"{status}: the stack was {'never ' * expected}created", Created(status).was_never_created("flows") == expected)


class Created(Account):
    """An account with a stack in this state."""

    def __init__(self, status):
        self.status = status

    def client(self, _):
        return self

    def describe_stacks(self, StackName):
        return {"Stacks": [{"StackName": StackName, "StackStatus": self.status}]}


class Limits(Account):
    """An account with these limits."""

    def __init__(self, limit, free):
        self.limits = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": free}

    def client(self, _):
        return self

    def get_account_settings(self):
        return {"AccountLimit": self.limits}


class Pending:
    """An account with a subscription that nobody has confirmed."""

    def client(self, _):
        return self

    def list_subscriptions_by_topic(self, TopicArn):
        return {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation", "Endpoint": "ops@example.com"}]}


def start_stub():
    """A server that answers with the status that its path names."""
    class Stub(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(int(self.path.strip("/")))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def in_terminal(command, environment, typed):
    """Runs a command in a terminal, and types a line whenever it waits for one."""
    main, terminal = pty.openpty()
    run = subprocess.Popen(command, env=environment, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    output, lines = "", list(typed)
    while True:
        try:
            output += os.read(main, 4096).decode()
        except OSError:  # the program has ended
            break
        if output.endswith(": ") and lines:
            os.write(main, f"{lines.pop(0)}\n".encode())
    os.close(main)
    return run.wait(), output


def main():
    os.environ.update(
        AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-west-1", AWS_REGION="eu-west-1",
        AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true",
        SAM_CLI_TELEMETRY="0", __SAM_CLI_APP_DIR=str(TOOLS / "sam" / "home"))
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "ARCH", "DEPLOY", "CARGO_LAMBDA_GLOBAL", "MAKEFLAGS", "MAKELEVEL"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as scratch:
        parts = {"architectures": check_every_architecture, "deployment": check_deployment, "tool": check_tool}
        for name in sys.argv[1:] or parts:
            folder = Path(scratch, name)
            folder.mkdir()
            parts[name](folder)


if not FLOWCTL.exists():
    sys.exit("deploy.py: flowctl is missing; run cargo build --workspace --bins")
for needed in ("sam/bin/sam", "moto/bin/moto_server", "lambda/bin/cargo-lambda"):
    if not (TOOLS / needed).exists():
        sys.exit(f"deploy.py: .tools/{needed} is missing; run tests/tools/setup.sh")
main()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
