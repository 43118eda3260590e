"""The AWS account: who deploys, and what the deployment needs to know of it."""
import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from words import GUIDE, Refused

# What AWS leaves to functions without a reservation, at least.
UNRESERVED = 100
# Enough for the throttle of the template, 100 requests a second that take half a second each.
PROPOSED = 50
# The states of a stack whose creation has failed.
NEVER_CREATED = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


class Account:
    """The account of the credentials that boto3 finds, in a region."""

    def __init__(self, region):
        self.session = boto3.Session(region_name=region)
        self.region = self.session.region_name
        if not self.region:
            raise Refused("no region is configured; set AWS_REGION, or region in samconfig.toml")
        try:
            self.number = self.client("sts").get_caller_identity()["Account"]
        except (NoCredentialsError, NoRegionError) as error:
            raise Refused(f"there are no AWS credentials ({error}); log in, for example with: aws sso login") from error
        except (ClientError, BotoCoreError) as error:
            raise Refused(f"the AWS credentials do not work: {error}; log in again") from error

    def client(self, service):
        return self.session.client(service)

    def concurrency(self):
        """Returns the limit of concurrent executions, and a number to reserve: None if there are too few for that."""
        try:
            limits = self.client("lambda").get_account_settings()["AccountLimit"]
        except (ClientError, BotoCoreError, KeyError):
            return None, None
        limit = limits.get("ConcurrentExecutions")
        free = limits.get("UnreservedConcurrentExecutions", limit)
        if not limit:
            return None, None
        return limit, PROPOSED if free - PROPOSED >= UNRESERVED else None

    def secret_key(self, secret_id):
        """Returns the ARN of the secret's own KMS key, or an empty text; None if this identity may not look."""
        try:
            described = self.client("secretsmanager").describe_secret(SecretId=secret_id)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                raise Refused(
                    f"there is no secret {secret_id} in {self.region}; create it ({GUIDE}/going-live.md#2-secret), or "
                    f"name another one with PARAMETERS=SecretId=NAME") from error
            return None
        key = described.get("KmsKeyId", "")
        if key in ("", "alias/aws/secretsmanager"):
            return ""
        try:
            metadata = self.client("kms").describe_key(KeyId=key)["KeyMetadata"]
        except ClientError:
            return None
        return metadata["Arn"] if metadata.get("KeyManager", "CUSTOMER") == "CUSTOMER" else ""

    def has_role_for_access_logs(self):
        """Whether REST APIs of this account may write access logs; None if this identity may not look."""
        try:
            return bool(self.client("apigateway").get_account().get("cloudwatchRoleArn"))
        except ClientError:
            return None

    def was_never_created(self, name):
        """Whether the first deployment of a stack has failed; None if this identity may not look. CloudFormation does
        not update such a stack."""
        try:
            found = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            return False if "does not exist" in str(error) else None
        return any(it["StackStatus"] in NEVER_CREATED for it in found)

    def outputs(self, stack):
        """Returns the outputs of a stack."""
        try:
            [found] = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            raise Refused(f"there is no stack {stack} in {self.region}; deploy it with: make deploy") from error
        if not found.get("Outputs"):
            raise Refused(f"the stack {stack} has no outputs ({found['StackStatus']}); deploy it with: make deploy")
        return {it["OutputKey"]: it["OutputValue"] for it in found["Outputs"]}
