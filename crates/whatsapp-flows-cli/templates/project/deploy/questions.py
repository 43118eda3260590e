"""Before the build: the tools are there, and the parameters are known and right.

What CloudFormation would refuse after minutes of building and uploading is refused here first, with the template's own
sentences.
"""
import shlex
import sys

from parameters import elsewhere, fits, refused
from settings import parse
from words import Refused, say


def prepare(settings, account, architecture, more, template_path):
    """Asks for what is not recorded yet, checks it, and records it in samconfig.toml."""
    from samtranslator.yaml_helper import yaml_parse

    if account.was_never_created(settings.stack):
        raise Refused(f"the first deployment of {settings.stack} has failed, and CloudFormation does not update such a "
                      f"stack. The reason: aws cloudformation describe-stack-events --stack-name {settings.stack} "
                      f"--region {account.region}. Then delete it, and deploy again: make destroy ENV={settings.env}")
    template = yaml_parse(template_path.read_text())
    declared = template["Parameters"]
    recorded = settings.parameters
    given = recorded | parse(shlex.split(more)) | ({"Architecture": architecture} if architecture else {})
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise Refused(f"template.yaml has no parameter {', '.join(unknown)}; it has {', '.join(declared)}")
    is_first = "SecretId" not in recorded
    if is_first:
        given |= answers(declared, given, account)
        limit, _ = account.concurrency()
        if limit and "AccountConcurrency" not in given:
            given["AccountConcurrency"] = str(max(limit, 10))
    sentences = refused(template, given) + elsewhere(given, account.region)
    if sentences:
        raise Refused("\n".join(["these parameters are refused:", *(f"  {it}" for it in sentences),
                                 "Set them with PARAMETERS=\"NAME=VALUE …\", or in samconfig.toml"]))
    key = account.secret_key(given["SecretId"])
    if is_first and key and "SecretKeyArn" not in given:
        given["SecretKeyArn"] = key
    if key and given.get("SecretKeyArn", "") != key:
        raise Refused(f"the secret is encrypted with {key}; set PARAMETERS=SecretKeyArn={key}, "
                      "or the function cannot read it")
    if given.get("Front") == "rest" and account.has_role_for_access_logs() is False:
        raise Refused("API Gateway has no role for CloudWatch Logs in this account and region, so the access log of the "
                      "REST API cannot be written; set one with: aws apigateway update-account --patch-operations "
                      "op=replace,path=/cloudwatchRoleArn,value=ROLE_ARN")
    settings.record(given, account.region)


def answers(declared, given, account):
    """Asks for the parameters that have no good default."""
    asked = {}
    needed = [name for name in ("SecretId", "AlarmEmail") if name not in given]
    if "AlarmTopicArn" in given:
        needed = [name for name in needed if name != "AlarmEmail"]
    if needed and not sys.stdin.isatty():
        raise Refused(f"{' and '.join(needed)} must be known, and there is no terminal to ask; "
                      "set PARAMETERS=\"SecretId=NAME AlarmEmail=ADDRESS\"")
    if "SecretId" in needed:
        asked["SecretId"] = ask("Name or ARN of the secret", "flows", declared["SecretId"])
    if "AlarmEmail" in needed:
        asked["AlarmEmail"] = ask("E-mail address that receives the alarms (none for nobody)", "", declared["AlarmEmail"])
    if "ReservedConcurrency" not in given and sys.stdin.isatty():
        limit, proposed = account.concurrency()
        if proposed:
            say(f"The account may run {limit} executions at the same time. A reservation keeps some for this function, "
                "and stops it there.")
            asked["ReservedConcurrency"] = ask(
                "Executions to reserve (none for no reservation)", str(proposed), declared["ReservedConcurrency"])
        elif limit:
            say(f"The account may run only {limit} executions at the same time, too few to reserve some. "
                "Ask AWS for more (Service Quotas, Lambda, Concurrent executions) before users come.")
    return asked


def ask(question, proposed, parameter):
    """Asks until there is an answer that the template accepts. Its word for nothing is `none`, or an empty text."""
    while True:
        answer = input(f"{question}{f' [{proposed}]' if proposed else ''}: ").strip() or proposed
        if answer == "none" and not fits(parameter, answer):
            return ""
        if answer and fits(parameter, answer):
            return answer
        say(f"  {parameter['ConstraintDescription']}")
