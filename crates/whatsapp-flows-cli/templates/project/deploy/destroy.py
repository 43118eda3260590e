"""Deletes a stack, after saying what goes and what stays."""
import sys

from botocore.exceptions import ClientError

from words import Refused, say

# They go with the function, although the template keeps each one for as long as the function exists.
GO_WITH_THE_FUNCTION = ("AWS::Lambda::Version", "AWS::Lambda::Alias")


def stack(settings, account, agreed):
    """Lists the resources, asks for the name of the stack, and deletes it."""
    cloudformation = account.client("cloudformation")
    # A stack whose first deployment has failed has none.
    outputs = {} if account.was_never_created(settings.stack) else account.outputs(settings.stack)
    template = cloudformation.get_template(StackName=settings.stack, TemplateStage="Processed")["TemplateBody"]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=settings.stack)
    gone, kept = [], []
    for it in (it for page in pages for it in page["StackResourceSummaries"]):
        if it["ResourceStatus"] == "DELETE_COMPLETE":
            continue
        policy = template["Resources"].get(it["LogicalResourceId"], {}).get("DeletionPolicy", "Delete")
        is_kept = policy.startswith("Retain") and it["ResourceType"] not in GO_WITH_THE_FUNCTION
        (kept if is_kept else gone).append(it)
    say(f"{settings.stack} in {account.region}, account {account.number}")
    say(f"\nDeleted, {len(gone)} resources." + " With them go" * bool(outputs))
    if outputs:
        say(f"  the unfinished forms in {outputs['SessionsTable']}: their users have to start again")
        say(f"  the log lines in {outputs['LogGroup']}")
        say(f"  the addresses, so Meta's requests fail from now on: {', '.join(addresses(outputs))}")
    say("\nKept:")
    for it in kept:
        say(f"  {it['ResourceType'].removeprefix('AWS::')} {it['PhysicalResourceId']}{items(account, it)}")
    secret = outputs.get("SecretId") or settings.parameters.get("SecretId", "")
    say(f"  the secret {secret}, which is not part of the stack")
    if agreed != settings.stack:
        if not sys.stdin.isatty():
            raise Refused(f"nothing was deleted; agree with YES={settings.stack}")
        if input(f"\nType {settings.stack} to delete it: ").strip() != settings.stack:
            raise Refused("nothing was deleted")
    cloudformation.delete_stack(StackName=settings.stack)
    say("deleting …")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=settings.stack)
    say("deleted")
    for it in kept:
        if f"{it['LogicalResourceId']}Table" in template["Parameters"]:
            say(f"A new stack takes the table over with: make deploy ENV={settings.env} "
                f"PARAMETERS={it['LogicalResourceId']}Table={it['PhysicalResourceId']}")


def addresses(outputs):
    return [it for name, it in outputs.items() if name.endswith("Url") and name not in ("BaseUrl", "DashboardUrl")]


def items(account, resource):
    """Returns the number of items of a table, which DynamoDB updates every six hours."""
    if resource["ResourceType"] != "AWS::DynamoDB::Table":
        return ""
    try:
        table = account.client("dynamodb").describe_table(TableName=resource["PhysicalResourceId"])["Table"]
    except ClientError:
        return ""
    return f", about {table.get('ItemCount', 0)} items"
