"""A ping to every address of the stack, encrypted and signed as Meta's are.

Without the right to read the secret, a request with a wrong signature is sent instead. Its answer, 432, proves that the
address is right and that the function reads its secret, but not that Meta's key and app secret fit; that is said.
"""
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from botocore.exceptions import ClientError

from words import GUIDE, say

# A domain, an alias or a permission may need some seconds after the deployment.
ATTEMPTS = 5


def stack(settings, account, flowctl):
    """Pings each address, and says what to do next. Returns the exit status."""
    outputs = account.outputs(settings.stack)
    addresses = {name: it for name, it in outputs.items() if name.endswith("Url") and name not in ("BaseUrl", "DashboardUrl")}
    secret = read_secret(account, outputs["SecretId"])
    failed = 0
    if secret is None:
        say("This identity may not read the secret, so the pings have a wrong signature: 432 is the right answer to them.")
        for address in addresses.values():
            status = wrongly_signed(address)
            failed += status != 432
            say(f"  {'reached' if status == 432 else 'FAILED '}  {address}  {explain(status)}")
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "secret.json")
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write(secret)
            for address in addresses.values():
                text, good = signed(flowctl, address, path)
                failed += not good
                say(f"  {'ok      ' if good else 'FAILED  '}{address}  {text}")
    next_steps(account, outputs, addresses, failed)
    return 1 if failed else 0


def read_secret(account, secret_id):
    """Returns the text of the secret; None if this identity may not read it."""
    try:
        found = account.client("secretsmanager").get_secret_value(SecretId=secret_id)
    except ClientError:
        return None
    return found.get("SecretString") or found["SecretBinary"].decode()


def signed(flowctl, address, secret):
    """Returns what `flowctl call` says, and whether the reply is one that a client accepts."""
    for attempt in range(ATTEMPTS):
        time.sleep(attempt)
        try:
            run = subprocess.run([flowctl, "call", address, "ping", "--secret", secret], text=True, capture_output=True)
        except FileNotFoundError:
            return f"not pinged: there is no {flowctl}; build it, or put it on the PATH", False
        if run.returncode == 0:
            break
    said = (run.stdout + run.stderr).strip().splitlines()
    return said[0] if run.returncode == 0 and said else " · ".join(said), run.returncode == 0


def wrongly_signed(address):
    """Returns the status of a request with a wrong signature; None if there is no answer."""
    status = None
    for attempt in range(ATTEMPTS):
        time.sleep(attempt)
        request = urllib.request.Request(address, data=b"{}", headers={
            "content-type": "application/json", "x-hub-signature-256": f"sha256={'0' * 64}"})
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = None
        if status == 432:
            break
    return status


def explain(status):
    return {
        None: "there is no answer",
        432: "432: the function is there and reads its secret. Whether Meta's key and app secret fit is not proven",
        500: "500: the function cannot read its secret; see its log",
        403: "403: the front refuses the request",
        404: "404: no flow is served on this path",
    }.get(status, f"{status}: not an answer of the endpoint")


def next_steps(account, outputs, addresses, failed):
    say()
    record = None
    if "DomainTarget" in outputs and addresses:
        record = f"a DNS record: {next(iter(addresses.values())).split('/')[2]} is a CNAME of {outputs['DomainTarget']}"
    if failed:
        if record:
            say(f"If it is not there yet: {record}")
        say(f"Next: {GUIDE}/runbook.md#a-ping-failed has what it may mean. The log: "
            f"aws logs tail {outputs['LogGroup']} --since 10m --region {account.region}")
        return
    say("Next:")
    if record:
        say(f"  - {record}")
    pending = unconfirmed(account, outputs.get("AlarmTopic"))
    if pending:
        say(f"  - confirm the subscription in the e-mail to {pending}; until then nobody receives the alarms")
    elif "AlarmTopic" not in outputs:
        say("  - nobody receives the alarms; set PARAMETERS=AlarmEmail=ADDRESS")
    say(f"  - the public key, and the address of each flow: {GUIDE}/going-live.md#4-public-key")
    say(f"  - the dashboard: {outputs['DashboardUrl']}")


def unconfirmed(account, topic):
    """Returns the address whose subscription is not confirmed yet."""
    if not topic:
        return None
    try:
        found = account.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    except ClientError:
        return None
    return next((it["Endpoint"] for it in found if it["SubscriptionArn"] == "PendingConfirmation"), None)
