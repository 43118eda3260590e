"""The programs of docs/cdk-terraform.md, taken from the page: those for CDK are type-checked and synthesized, those for
Terraform parsed. Both must configure what template.yaml configures.

    .tools/sam/bin/python tests/cdk/check.py                 (make cdk installs what it needs, and builds the program)
    .tools/sam/bin/python tests/cdk/check.py whole           one part: whole, alone or moto

Requires no network and no account. moto takes what `sam package` uploads, and creates the table, the log group, the role
and the function of the synthesized stack; it has neither versions and aliases nor HTTP APIs in CloudFormation. The
program of this machine then serves with the environment and the rights of the created function. Nothing here runs
Terraform.
"""
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from uuid import uuid4

import boto3

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from cdk.facts import of_cdk, of_template, of_terraform  # noqa: E402
from cdk.runtime import Program  # noqa: E402
from stack import emulator, expansion, gate  # noqa: E402
from stack.deployed import KINDS, LOCAL, arns  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLS = ROOT / ".tools"
NODE_MODULES = ROOT / "tests/cdk/node_modules"
BUILT = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "debug"
PAGE = (ROOT / "docs/cdk-terraform.md").read_text()
# The limit of CreateStack for a template that is not in S3.
TEMPLATE_BODY = 51_200
CDK = ("whole", "api", "url")
# Variables that template.yaml has for the sample's handlers and for `make deploy`; other stacks do not need them.
NOT_NEEDED = {"FLOWS_BOOKINGS_TABLE", "FLOWS_COMMIT"}
# Stands in for the compiler of `sam build`: the package is uploaded, but never runs.
COMPILER = """#!/bin/sh
mkdir -p "$CARGO_TARGET_DIR/lambda/endpoint"
printf '\\177ELF' > "$CARGO_TARGET_DIR/lambda/endpoint/bootstrap"
"""
passed = failed = 0


def check(what, holds, why=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"ok      {what}" if holds else f"FAILED  {what}" + f"\n        {why}" * bool(why != ""), flush=True)


def same(what, found, wanted):
    check(what, found == wanted, f"found {json.dumps(found)}, not {json.dumps(wanted)}")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def programs():
    """The programs of the page: the whole stack, and the function alone with an HTTP API and with a Function URL."""
    whole, api, url = blocks("ts")
    head = api.partition("const api = ")[0]
    without_api = "".join(line for line in head.splitlines(keepends=True) if "aws-apigatewayv2" not in line)
    hcl_whole, hcl_api, hcl_url = blocks("hcl")
    hcl_head = hcl_api.partition('resource "aws_apigatewayv2_api"')[0]
    return {"whole": whole, "api": api, "url": without_api + url,
            "hcl-whole": hcl_whole, "hcl-api": hcl_api, "hcl-url": hcl_head + hcl_url}


def run(*command, cwd, **env):
    done = subprocess.run(command, cwd=cwd, env=os.environ | env, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def terraform(text):
    parsed = subprocess.run([TOOLS / "hcl/bin/python", ROOT / "tests/cdk/hcl_as_json.py"], input=text, text=True,
                            capture_output=True)
    if parsed.returncode:
        sys.exit(f"check.py: a program for Terraform cannot be parsed\n{parsed.stderr}")
    return json.loads(parsed.stdout)


def package(folder):
    """A folder in which the programs of the page can run: the package, CDK and the tools."""
    compiler = folder / "bin/cargo-lambda"
    compiler.parent.mkdir()
    compiler.write_text(COMPILER)
    compiler.chmod(0o755)
    status, output = run(TOOLS / "sam/bin/sam", "build", "--base-dir", ROOT, "--template-file", ROOT / "template.yaml",
                         "--build-dir", folder / ".aws-sam/build", cwd=folder, CARGO_TARGET_DIR=str(folder / "target"),
                         PATH=f"{compiler.parent}:{os.environ['PATH']}")
    if status:
        sys.exit(f"check.py: sam build failed\n{output}")
    (folder / "node_modules").symlink_to(NODE_MODULES)
    (folder / ".tools").symlink_to(TOOLS)
    shutil.copy(ROOT / "tests/cdk/tsconfig.json", folder)


def compile_all(folder):
    """Type-checks the programs for CDK, and translates them into JavaScript."""
    for name, program in programs().items():
        if name in CDK:
            (folder / f"{name}.ts").write_text(program)
    status, output = run(NODE_MODULES / ".bin/tsc", "--project", ".", cwd=folder)
    if status:
        sys.exit(f"check.py: the programs for CDK have errors\n{output}")


def synthesize(folder, name, flags=None):
    """Runs a program for CDK. Returns its template, and the folder with its assets."""
    out = folder / f"{name}.out"
    shutil.rmtree(out, ignore_errors=True)
    status, output = run("node", f"{name}.js", cwd=folder, CDK_OUTDIR=str(out), CDK_CONTEXT_JSON=json.dumps(flags or {}))
    if status or "[WARNING]" in output:
        sys.exit(f"check.py: the program `{name}` does not synthesize without warnings\n{output}")
    [template] = out.glob("*.template.json")
    return json.loads(template.read_text()), out


def check_whole(folder, url):
    """Packages the template with the page's command, and deploys it with the page's programs as far as a test can."""
    boto3.client("s3", endpoint_url=url, **LOCAL).create_bucket(
        Bucket="my-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    [command] = [line for line in PAGE.splitlines() if " package --s3-bucket" in line]
    # S3 has no bucket with capital letters.
    status, output = run(*shlex.split(command.replace("MY-BUCKET", "my-bucket")), cwd=folder, AWS_ENDPOINT_URL=url)
    packaged = folder / "packaged.yaml"
    check("sam package writes packaged.yaml", status == 0 and packaged.exists(), output)
    template = expansion.read(packaged)
    location = template["Resources"]["Endpoint"]["Properties"]["CodeUri"]
    check("and uploads the program", location.startswith("s3://my-bucket/"), location)

    made, out = synthesize(folder, "whole")
    [nested] = [it["Properties"] for it in made["Resources"].values() if it["Type"] == "AWS::CloudFormation::Stack"]
    given = nested["Parameters"]
    [asset] = [it for it in out.glob("asset.*")]
    check("CDK: the nested stack is packaged.yaml", asset.read_bytes() == packaged.read_bytes()
          and nested["TemplateURL"]["Fn::Sub"].endswith(f"/{asset.name.removeprefix('asset.')}"), nested)
    check_parameters("CDK", template, given)
    [(resource, output)] = [it["Value"]["Fn::GetAtt"] for it in made["Outputs"].values()]
    check("CDK: its output is one of the template", made["Resources"][resource]["Properties"] == nested
          and output.removeprefix("Outputs.") in template["Outputs"], output)
    # If CDK reads the template one day, the page can be simpler.
    status, output = run("node", ROOT / "tests/cdk/include.cjs", packaged, cwd=folder)
    check("CDK: CfnInclude cannot read it, for the reason on the page",
          status == 1 and "`!Ref Endpoint.Alias`" in PAGE and "logical ID: 'Endpoint.Alias' not found" in output, output)

    resources = terraform(programs()["hcl-whole"])["resource"]
    of = lambda kind: next(body for it in resources for body in it.get(kind, {}).values())  # noqa: E731
    stack, uploaded = of("aws_cloudformation_stack"), of("aws_s3_object")
    same("Terraform: the same parameters", stack["parameters"], given)
    check("Terraform: it acknowledges roles and macros",
          {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"} <= set(stack["capabilities"]), stack)
    size = packaged.stat().st_size
    check(f"Terraform: the template has {size:,} bytes, too many for template_body",
          size > TEMPLATE_BODY and f"{TEMPLATE_BODY:,} bytes" in PAGE and "template_body" not in stack, stack)
    check("Terraform: it is uploaded, with its hash in its name", uploaded["source"] == "packaged.yaml"
          and uploaded["bucket"] == "MY-BUCKET" and '${filemd5("packaged.yaml")}' in uploaded["key"], uploaded)
    same("Terraform: and read from there", stack["template_url"],
         "https://${aws_s3_object.template.bucket}.s3.amazonaws.com/${aws_s3_object.template.key}")


def check_parameters(tool, template, given):
    unknown = set(given) - set(template["Parameters"])
    check(f"{tool}: the parameters exist", not unknown, unknown)
    wrong = [name for name, value in given.items() if not accepts(template["Parameters"][name], value)]
    check(f"{tool}: the template accepts their values", not wrong, wrong)
    # A rule is a condition that must hold.
    values = expansion.with_defaults(template, given)
    asserted = {name: rule["Assertions"][0]["Assert"] for name, rule in template["Rules"].items()
                if "RuleCondition" not in rule}
    broken = [name for name, holds in expansion.conditions({"Conditions": asserted}, values).items() if not holds]
    check(f"{tool}: {len(asserted)} rules of the template hold", len(asserted) >= 3 and not broken, broken)
    expanded = expansion.concrete(expansion.expand(template, given), given)
    check(f"{tool}: SAM expands the template with them",
          any(it["Type"] == "AWS::Lambda::Alias" for it in expanded["Resources"].values()))


def accepts(parameter, value):
    return (re.fullmatch(parameter.get("AllowedPattern", ".*"), value) is not None
            and value in map(str, parameter.get("AllowedValues", [value])))


def check_alone(folder):
    """Compares the function and its surroundings with those of the template."""
    wanted = {"api": of_template("http"), "url": of_template("url")}
    check("the template has the variables that a stack of one's own does not need",
          NOT_NEEDED <= set(wanted["api"]["variables"]), wanted["api"]["variables"])
    for it in wanted.values():
        it["variables"] = {name: value for name, value in it["variables"].items() if name not in NOT_NEEDED}
        it["rights"] = {action: on for action, on in it["rights"].items() if on != "bookings"}
    check("the table of the page lists what is compared", *table_of_the_page(wanted["api"]))
    # `cdk init` writes these into cdk.json.
    recommended = json.loads((NODE_MODULES / "aws-cdk-lib/recommended-feature-flags.json").read_text())
    check("CDK recommends feature flags", len(recommended) > 50, recommended)
    for front, facts in wanted.items():
        for flags, what in (({}, f"CDK, {front}"), (recommended, f"CDK, {front}, with flags")):
            template, out = synthesize(folder, front, flags)
            compare(what, of_cdk(template), facts)
            [code] = [it for it in out.glob("asset.*") if it.is_dir()]
            same(f"{what}: the package is the program alone", [it.name for it in code.iterdir()], ["bootstrap"])
        found = terraform(programs()[f"hcl-{front}"])
        compare(f"Terraform, {front}", of_terraform(found), facts)
        dangling = sorted(references(found) - declared(found))
        check(f"Terraform, {front}: every reference has its block", not dangling, dangling)


def compare(what, found, wanted):
    same(f"{what}: the compared facts are the same", sorted(found), sorted(wanted))
    for name in sorted(set(found) & set(wanted)):
        same(f"{what}: {name}", found[name], wanted[name])


def table_of_the_page(wanted):
    rows = dict(re.findall(r"^\| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE))
    logging = wanted["logging"]
    expected = {
        "runtime, handler": [f"`{wanted['runtime']}`, `{wanted['handler']}`"],
        "timeout, memory": [f"{wanted['timeout']} s, {wanted['memory']} MB"],
        "variables": [f"`{name}`" for name in wanted["variables"]],
        "log format": [f"{logging['format']}; {logging['application']} for the program's lines, {logging['system']} for Lambda's"],
        "rights": [f"`{action}`" for action in wanted["rights"]],
        "table of sessions": [f"`{wanted['table']['key']}` (S)", f"`{wanted['table']['ttl']}`"],
    }
    missing = {row: text for row, texts in expected.items() for text in texts if text not in rows.get(row, "")}
    return not missing, missing


def references(node):
    """The blocks that a Terraform file refers to, as resource or data source."""
    text = json.dumps(node)
    return {it for it in re.findall(r"(?:data\.)?(?:aws|archive)_\w+\.\w+(?=\.)", text)}


def declared(parsed):
    return {f"{prefix}{kind}.{name}" for section, prefix in (("resource", ""), ("data", "data."))
            for it in parsed[section] for kind, named in it.items() for name in named}


def check_moto(folder, url):
    """Creates the stack in moto, and serves a user with the created function's environment and rights."""
    client = lambda service: boto3.client(service, endpoint_url=url, **LOCAL)  # noqa: E731
    template, _ = synthesize(folder, "api")
    function = next(it["Properties"] for it in template["Resources"].values() if it["Type"] == "AWS::Lambda::Function")
    bucket = expansion.resolve(function["Code"]["S3Bucket"], {})
    client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    program = io.BytesIO()
    with zipfile.ZipFile(program, "w") as archive:
        archive.write(folder / ".aws-sam/build/Endpoint/bootstrap", "bootstrap")
    client("s3").put_object(Bucket=bucket, Key=function["Code"]["S3Key"], Body=program.getvalue())
    # As after `cdk bootstrap`.
    client("ssm").put_parameter(Name=template["Parameters"]["BootstrapVersion"]["Default"], Value="30", Type="String")
    kinds = (*KINDS, "AWS::IAM::Policy")
    left = {it["Type"] for it in template["Resources"].values()} - set(kinds)
    same("moto lacks only versions, aliases and the front", sorted(left),
         ["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage",
          "AWS::Lambda::Alias", "AWS::Lambda::Permission", "AWS::Lambda::Version"])
    template["Resources"] = {name: it for name, it in template["Resources"].items() if it["Type"] in kinds}
    del template["Outputs"]  # the address of the front
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="Flows", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
    [made] = cloudformation.describe_stacks(StackName="Flows")["Stacks"]
    same("the stack is created", made["StackStatus"], "CREATE_COMPLETE")

    [created] = client("lambda").list_functions()["Functions"]
    same("the function is as synthesized", {name: created[name] for name in ("Runtime", "Handler", "Timeout", "MemorySize")},
         {name: function[name] for name in ("Runtime", "Handler", "Timeout", "MemorySize")})
    environment = created["Environment"]["Variables"]
    role = created["Role"].rsplit("/", 1)[1]
    iam = client("iam")
    same("the role has no managed policies", iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"], [])
    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]
    [table] = client("dynamodb").list_tables()["TableNames"]
    same("the function has the created table", environment["FLOWS_TABLE"], table)
    [group] = client("logs").describe_log_groups()["logGroups"]
    same("log lines expire", group["retentionInDays"], 30)

    secret = secret_in(folder)
    client("secretsmanager").create_secret(Name=environment["FLOWS_SECRET_ID"], SecretString=secret.read_text())
    # The program of this repository is the sample, which wants this table too; its basic flow does not use it.
    sample = environment | {"FLOWS_BOOKINGS_TABLE": "none"}

    def serves(policy, variables=sample):
        """Plays the sample's basic flow as a new user, and returns the statuses."""
        served = Program(BUILT / "endpoint", variables | {"AWS_ENDPOINT_URL": gate.serve(url, policy, arns(url))})
        token = uuid4().hex
        try:
            return [served.invoke(seal(secret, token, *request)) for request in (
                ["INIT"], ["data_exchange", "MY_SCREEN", '{"name":"Ada"}'])]
        finally:
            served.stop()

    same("the program serves a user with these rights", serves(policy), [200, 200])
    for statement in policy:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        for action in actions:
            if action.startswith("logs:"):
                continue  # Lambda writes the lines, not the program
            less = [it | {"Action": [each for each in actions if each != action]} if it is statement else it for it in policy]
            same(f"but not without {action}", serves(less), [500, 500])
    check("the sample does not start without its own table, as the page says", "FLOWS_BOOKINGS_TABLE" in PAGE
          and serves(policy, environment) == [None, None])
    same("the next user is served again", serves(policy), [200, 200])


def secret_in(folder):
    """A secret of its own: a deployed program refuses the published key of events/."""
    for command, typed in ((["keygen"], ""), (["secret", "--key", "private.pem", "--out", "secret.json"], uuid4().hex)):
        made = subprocess.run([BUILT / "flowctl", *command], input=typed, cwd=folder, text=True, capture_output=True)
        if made.returncode:
            sys.exit(f"check.py: flowctl {command[0]} failed\n{made.stderr}")
    return folder / "secret.json"


def seal(secret, token, *request):
    sealed = subprocess.run([BUILT / "flowctl", "seal", "/basic", *request, "--token", token, "--secret", secret],
                            check=True, text=True, capture_output=True)
    return json.loads(sealed.stdout)


def main():
    os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-west-1",
                      AWS_REGION="eu-west-1", AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
                      AWS_EC2_METADATA_DISABLED="true", SAM_CLI_TELEMETRY="0", __SAM_CLI_APP_DIR=str(TOOLS / "sam/home"))
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "CARGO_LAMBDA_GLOBAL", "CDK_OUTDIR", "CDK_CONTEXT_JSON", "NODE_OPTIONS"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        package(folder)
        compile_all(folder)
        server, url = emulator.start()
        try:
            parts = {"whole": lambda: check_whole(folder, url), "alone": lambda: check_alone(folder),
                     "moto": lambda: check_moto(folder, url)}
            for name in sys.argv[1:] or parts:
                parts[name]()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    started = time.time()
    for needed in (TOOLS / "sam/bin/sam", TOOLS / "moto/bin/moto_server", TOOLS / "hcl/bin/python", NODE_MODULES / ".bin/tsc",
                   BUILT / "flowctl", BUILT / "endpoint"):
        if not needed.exists():
            sys.exit(f"check.py: {needed} is missing; run make cdk")
    main()
    print(f"{passed} passed, {failed} failed, in {time.time() - started:.0f} s")
    sys.exit(failed > 0)
