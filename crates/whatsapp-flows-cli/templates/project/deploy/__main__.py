"""Deploys the stack of an environment, pings it, and deletes it: `make deploy`, `make ping` and `make destroy`.

Runs in the Python of SAM (.tools/sam), which has boto3 and tomlkit. Questions are asked on the first deployment of an
environment only, and in a terminal only; the answers are in samconfig.toml.
"""
import argparse
import subprocess
import sys
from pathlib import Path

import account
import destroy
import ping
import questions
from settings import Settings, pairs_of
from words import Refused, say

ROOT = Path(__file__).resolve().parent.parent.parent


def main():
    options = argparse.ArgumentParser(prog="tools/deploy", description=__doc__.splitlines()[0])
    options.add_argument("command", choices=["prepare", "architecture", "deploy", "ping", "destroy"])
    options.add_argument("--env", required=True, help="an environment of samconfig.toml")
    options.add_argument("--arch", choices=["arm64", "x86_64"], help="instead of the recorded architecture")
    options.add_argument("--parameters", default="", help="parameters to record: NAME=VALUE NAME=VALUE")
    options.add_argument("--config", type=Path, default=ROOT / "samconfig.toml")
    options.add_argument("--yes", default="", metavar="STACK", help="destroy without asking: the name of the stack")
    options.add_argument("--flowctl", default="flowctl")
    options.add_argument("more", nargs="*", help="further options of sam deploy")
    given = options.parse_args()
    settings = Settings(given.config, given.env)
    match given.command:
        case "prepare":
            here = account.Account(settings.region)
            say(f"{settings.stack} in {here.region}, account {here.number}")
            questions.prepare(settings, here, given.arch, given.parameters, ROOT / "template.yaml")
        case "architecture":
            print(given.arch or settings.parameters["Architecture"])
        case "deploy":
            sam = Path(sys.executable).with_name("sam")
            # These replace the recorded ones, so they have to be all.
            parameters = pairs_of(settings.parameters | commit())
            command = [sam, "deploy", "--config-file", given.config.resolve(), "--config-env", given.env,
                       "--parameter-overrides", *parameters, "--no-confirm-changeset", "--no-fail-on-empty-changeset",
                       *given.more]
            raise SystemExit(subprocess.run(command, cwd=ROOT).returncode)
        case "ping":
            raise SystemExit(ping.stack(settings, account.Account(settings.region), given.flowctl))
        case "destroy":
            destroy.stack(settings, account.Account(settings.region), given.yes)


def commit():
    """Returns the parameter with the commit that is deployed, if this is a repository of git."""
    try:
        git = lambda *arguments: subprocess.run(  # noqa: E731
            ["git", *arguments], cwd=ROOT, text=True, capture_output=True, check=True).stdout.strip()
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!samconfig.toml")
        return {"Commit": git("rev-parse", "--short=12", "HEAD") + ("-dirty" if changed else "")}
    except (OSError, subprocess.CalledProcessError):
        return {}


try:
    main()
except Refused as refused:
    sys.exit(f"{refused}")
except KeyboardInterrupt:
    sys.exit(130)
