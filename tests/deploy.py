# Packages and deploys with `make`, up to the change set. The package must contain only the program, for the requested
# architecture.
#
#     .tools/moto/bin/python tests/deploy.py            (after tests/tools/setup.sh)
#
# Requires no network and no account: moto emulates AWS. The program for this machine is built as it ships; for the
# other architecture a fake compiler only records its arguments.
import io
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from socket import socket

import boto3

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
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

    folder = scratch / "package"
    shutil.copytree(PACKAGE, folder)
    (folder / "secret.json").write_text("{}")
    refused = subprocess.run([ROOT / "tools/deploy/package.sh", "arm64", folder], text=True, capture_output=True)
    check("a package with a secret in it is rejected",
          refused.returncode == 1 and "secret.json" in refused.stderr, refused.stderr)


def check_deployment(scratch):
    """Runs `make deploy` for the architecture of this machine, in a folder with files of an older build."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    moto = subprocess.Popen([TOOLS / "moto/bin/moto_server", "-p", str(port)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        # By name: moto reads the first part of a host with dots as a bucket.
        url = f"http://localhost:{port}"
        s3 = boto3.client("s3", endpoint_url=url)
        for _ in range(100):
            try:
                s3.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
                break
            except Exception:  # moto is still starting
                time.sleep(0.2)
        PACKAGE.mkdir(parents=True, exist_ok=True)
        (PACKAGE / "secret.json").write_text("{}")
        (PACKAGE / "bootstrap").write_text("of an older build")
        (PACKAGE.parent / "template.yaml").write_text("Resources: {}")
        config = scratch / "samconfig.toml"
        own = (ROOT / "samconfig.toml").read_text()
        config.write_text(own.replace("resolve_s3 = true", 's3_bucket = "packages"')
                          .replace(f'"Architecture={MACHINE}"', f'"Architecture={MACHINE} SecretId=flows"'))
        status, output = make(
            "deploy", f"ARCH={MACHINE}", AWS_ENDPOINT_URL=url,
            DEPLOY=f"--config-file {config} --no-confirm-changeset --no-execute-changeset")
        check(f"make deploy ARCH={MACHINE}: up to the change set", status == 0, output)
        program = (PACKAGE / "bootstrap").read_bytes()
        check("the package is rebuilt and contains only the program", package() == ["bootstrap"], package())
        check(f"the program is for {MACHINE}", machine_of(program) == MACHINE)
        built = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "lambda/endpoint/bootstrap"
        check("it is the program that the tests ran", built.read_bytes() == program)
        sent = [s3.get_object(Bucket="packages", Key=it["Key"])["Body"].read()
                for it in s3.list_objects_v2(Bucket="packages").get("Contents", [])]
        zipped = [zipfile.ZipFile(io.BytesIO(it)) for it in sent if it[:2] == b"PK"]
        check("one archive is uploaded, with only the program in it",
              [it.namelist() for it in zipped] == [["bootstrap"]] and zipped[0].read("bootstrap") == program)
        cloudformation = boto3.client("cloudformation", endpoint_url=url)
        sets = cloudformation.list_change_sets(StackName="whatsapp-flows")["Summaries"]
        check("there is one change set", len(sets) == 1, sets)
        for it in sets:
            made = cloudformation.describe_change_set(StackName="whatsapp-flows", ChangeSetName=it["ChangeSetName"])
            given = {it["ParameterKey"]: it.get("ParameterValue") for it in made["Parameters"]}
            check(f"the change set says {MACHINE}", given.get("Architecture") == MACHINE, given)
    finally:
        moto.terminate()
        moto.wait()


def main():
    os.environ.update(
        AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-west-1", AWS_REGION="eu-west-1",
        AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true",
        SAM_CLI_TELEMETRY="0", __SAM_CLI_APP_DIR=str(TOOLS / "sam" / "home"))
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "ARCH", "DEPLOY", "CARGO_LAMBDA_GLOBAL", "MAKEFLAGS", "MAKELEVEL"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as scratch:
        check_every_architecture(Path(scratch))
        check_deployment(Path(scratch))


for needed in ("sam/bin/sam", "moto/bin/moto_server", "lambda/bin/cargo-lambda"):
    if not (TOOLS / needed).exists():
        sys.exit(f"deploy.py: .tools/{needed} is missing; run tests/tools/setup.sh")
main()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
