"""The configuration that a program makes, in one form for CloudFormation and Terraform, so that both can be compared:
function, log group, rights, table, alias, and the front with its permissions. A resource is named by its part in it."""
import re

from stack import expansion

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:flows-prod-??????"


def of_template(front):
    """The configuration in template.yaml, with its defaults and the limit that a Function URL must have."""
    given = {"SecretId": "flows-prod", "AlarmEmail": "none", "Front": front, "Rollout": "AllAtOnce"}
    given |= {"ReservedConcurrency": "50"} if front == "url" else {}
    template = expansion.read()
    concrete = expansion.concrete(expansion.expand(template, given), given)
    return of_resources(expansion.resolve(concrete["Resources"], expansion.with_defaults(template, given)))


def of_cdk(template):
    return of_resources(expansion.resolve(template["Resources"], {}))


def of_resources(resources):
    def all_of(kind):
        return {name: it["Properties"] for name, it in resources.items() if it["Type"] == f"AWS::{kind}"}

    def only(kind):
        [found] = all_of(kind).items()
        return found

    name, function = only("Lambda::Function")
    tables = {it["KeySchema"][0]["AttributeName"]: (id, it) for id, it in all_of("DynamoDB::Table").items()}
    sessions, table = tables["flow_token"]
    group = function["LoggingConfig"]["LogGroup"]
    role = function["Role"].removesuffix(".Arn")
    parts = {sessions: "sessions", f"{sessions}.Arn": "sessions", f"{group}.Arn": "logs", SECRET: "secret"}
    if "location_date" in tables:
        bookings, _ = tables["location_date"]
        parts |= {bookings: "bookings", f"{bookings}.Arn": "bookings"}
    policies = [it["PolicyDocument"] for it in all_of("IAM::Role")[role].get("Policies", [])]
    policies += [it["PolicyDocument"] for it in all_of("IAM::Policy").values() if it["Roles"] == [role]]
    statements = [it for policy in policies for it in policy["Statement"]]
    alias, live = only("Lambda::Alias")
    logging = function["LoggingConfig"]
    return {
        "runtime": function["Runtime"],
        "handler": function["Handler"],
        "architectures": function["Architectures"],
        "memory": int(function["MemorySize"]),
        "timeout": int(function["Timeout"]),
        "variables": {key: parts.get(value, value) for key, value in sorted(function["Environment"]["Variables"].items())},
        "logging": {"format": logging["LogFormat"], "application": logging["ApplicationLogLevel"],
                    "system": logging["SystemLogLevel"]},
        "retention": int(all_of("Logs::LogGroup")[group]["RetentionInDays"]),
        "table": {"key": "flow_token", "type": [it["AttributeType"] for it in table["AttributeDefinitions"]],
                  "ttl": table["TimeToLiveSpecification"]["Enabled"] and table["TimeToLiveSpecification"]["AttributeName"],
                  "billing": table["BillingMode"], "encrypted": table["SSESpecification"]["SSEEnabled"]},
        "managed policies": all_of("IAM::Role")[role].get("ManagedPolicyArns", []),
        "rights": rights((listed(it["Action"]), [parts.get(on, on) for on in listed(it["Resource"])]) for it in statements),
        "assumed by": [(it["Action"], it["Principal"]) for it in all_of("IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]],
        "alias": {"name": live["Name"], "of the function": live["FunctionName"] == name,
                  "version": live["FunctionVersion"].removesuffix(".Version") in all_of("Lambda::Version")},
        "front": front_of(all_of, name, alias, live["Name"]),
        "permissions": sorted(permission(it, all_of, alias) for it in all_of("Lambda::Permission").values()),
    }


def front_of(all_of, function, alias, live):
    if urls := all_of("Lambda::Url"):
        [url] = urls.values()
        return {"auth": url["AuthType"], "calls": "the alias" if (
            url["TargetFunctionArn"].removesuffix(".Arn"), url["Qualifier"]) == (function, live) else url}
    [(api, its)] = all_of("ApiGatewayV2::Api").items()
    [stage] = all_of("ApiGatewayV2::Stage").values()
    settings = stage["DefaultRouteSettings"]
    if "Body" in its:
        [(route, methods)] = its["Body"]["paths"].items()
        [(_, method)] = methods.items()
        integration = method["x-amazon-apigateway-integration"]
        kind, payload, uri = integration["type"].upper(), integration["payloadFormatVersion"], integration["uri"]
        authorized = "security" in method
    else:
        [(_, route_of)] = all_of("ApiGatewayV2::Route").items()
        [(name, integration)] = all_of("ApiGatewayV2::Integration").items()
        kind, payload, uri = integration["IntegrationType"], integration["PayloadFormatVersion"], integration["IntegrationUri"]
        authorized = route_of["AuthorizationType"] != "NONE" or route_of["Target"] != f"integrations/{name}"
        route = route_of["RouteKey"]
    # CDK gives the ARN of the alias itself, which API Gateway completes.
    calls = uri in (alias, f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{alias}/invocations")
    return http_api(route, kind, payload, "the alias" if calls else uri, authorized, stage["StageName"], stage["AutoDeploy"],
                    settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"])


def http_api(route, kind, payload, calls, authorized, stage, deployed, rate, burst):
    return {"route": route, "kind": kind, "payload": payload, "calls": calls, "authorized": authorized, "stage": stage,
            "deployed by itself": deployed, "rate": int(rate), "burst": int(burst)}


def permission(it, all_of, alias):
    source = it.get("SourceArn", "")
    for api in all_of("ApiGatewayV2::Api"):
        source = re.sub(rf"^arn:aws:execute-api:eu-west-1:123456789012:{api}/\*(/\*)?$", "every route", source)
    return allowed(it["Action"], it["FunctionName"] == alias, it["Principal"], source, it.get("FunctionUrlAuthType", ""),
                   it.get("InvokedViaFunctionUrl", False))


def allowed(action, on_alias, principal, source, auth, via_url):
    return [action, "on the alias" if on_alias else "", principal, source, auth, "by the URL" if via_url else ""]


def rights(statements):
    found = {}
    for actions, resources in statements:
        for action in actions:
            found.setdefault(action, []).extend(resources)
    return {action: on[0] if len(on) == 1 else on for action, on in sorted(found.items())}


def listed(value):
    return value if isinstance(value, list) else [value]


def of_terraform(parsed):
    blocks = {}
    for section, prefix in (("resource", ""), ("data", "data.")):
        for it in parsed[section]:
            for kind, named in it.items():
                for name, body in named.items():
                    blocks[f"{prefix}{kind}.{name}"] = body

    def all_of(kind):
        return {name: body for name, body in blocks.items() if name.startswith(f"{kind}.")}

    def only(kind):
        [found] = all_of(kind).items()
        return found

    def of(text, kind, attribute):
        """Returns the block that the text refers to by this attribute."""
        found = re.fullmatch(rf"\$\{{({re.escape(kind)}\.\w+)\.{attribute}\}}", text)
        return blocks[found[1]] if found else None

    name, function = only("aws_lambda_function")
    sessions, table = only("aws_dynamodb_table")
    [logging] = function["logging_config"]
    group = of(logging["log_group"], "aws_cloudwatch_log_group", "name")
    role = of(function["role"], "aws_iam_role", "arn")
    policies = [it for it in all_of("aws_iam_role_policy").values() if of(it["role"], "aws_iam_role", "name") is role]
    statements = [it for policy in policies
                  for it in of(policy["policy"], "data.aws_iam_policy_document", "json")["statement"]]
    [trust] = of(role["assume_role_policy"], "data.aws_iam_policy_document", "json")["statement"]

    def part(text):
        secret = of(text, "data.aws_secretsmanager_secret", "arn")
        if secret and secret["name"] == function["environment"][0]["variables"]["FLOWS_SECRET_ID"]:
            return "secret"
        if of(text, "aws_dynamodb_table", "(?:arn|name)") is table:
            return "sessions"
        # Terraform's ARN of a group lacks the `:*` of its streams, CloudFormation's has it.
        return "logs" if text.endswith("}:*") and of(text[:-2], "aws_cloudwatch_log_group", "arn") is group else text

    _, live = only("aws_lambda_alias")
    is_function = lambda it: of(it["function_name"], "aws_lambda_function", "function_name") is function  # noqa: E731
    on_alias = lambda it: is_function(it) and of(it["qualifier"], "aws_lambda_alias", "name") is live  # noqa: E731
    return {
        "runtime": function["runtime"],
        "handler": function["handler"],
        "architectures": function["architectures"],
        "memory": function["memory_size"],
        "timeout": function["timeout"],
        "variables": {key: part(value) for key, value in sorted(function["environment"][0]["variables"].items())},
        "logging": {"format": logging["log_format"], "application": logging["application_log_level"],
                    "system": logging["system_log_level"]},
        "retention": group["retention_in_days"],
        "table": {"key": table["hash_key"], "type": [it["type"] for it in table["attribute"]],
                  "ttl": table["ttl"][0]["enabled"] and table["ttl"][0]["attribute_name"],
                  "billing": table["billing_mode"], "encrypted": table["server_side_encryption"][0]["enabled"]},
        "managed policies": [*all_of("aws_iam_role_policy_attachment")],
        "rights": rights((it["actions"], [part(on) for on in it["resources"]]) for it in statements),
        "assumed by": [(action, {it["type"]: ", ".join(it["identifiers"])}) for action in trust["actions"]
                       for it in trust["principals"]],
        "alias": {"name": live["name"], "of the function": is_function(live),
                  "version": function["publish"] and live["function_version"] == f"${{{name}.version}}"},
        "front": terraform_front(all_of, of, live, on_alias),
        "permissions": sorted(allowed(
            it["action"], on_alias(it), it["principal"],
            "every route" if re.fullmatch(r"\$\{aws_apigatewayv2_api\.\w+\.execution_arn\}/\*", it.get("source_arn", ""))
            else it.get("source_arn", ""),
            it.get("function_url_auth_type", ""), it.get("invoked_via_function_url", False),
        ) for it in all_of("aws_lambda_permission").values()),
    }


def terraform_front(all_of, of, live, on_alias):
    if urls := all_of("aws_lambda_function_url"):
        [url] = urls.values()
        return {"auth": url["authorization_type"], "calls": "the alias" if on_alias(url) else url}
    [(_, api)] = all_of("aws_apigatewayv2_api").items()
    [stage] = all_of("aws_apigatewayv2_stage").values()
    [route] = all_of("aws_apigatewayv2_route").values()
    [(name, integration)] = all_of("aws_apigatewayv2_integration").items()
    for it in (stage, route, integration):
        assert of(it["api_id"], "aws_apigatewayv2_api", "id") is api, it
    [settings] = stage["default_route_settings"]
    calls = of(integration["integration_uri"], "aws_lambda_alias", "invoke_arn") is live
    authorized = "authorization_type" in route or route["target"] != f"integrations/${{{name}.id}}"
    return http_api(route["route_key"], integration["integration_type"], integration["payload_format_version"],
                    "the alias" if calls else integration["integration_uri"], authorized, stage["name"], stage["auto_deploy"],
                    settings["throttling_rate_limit"], settings["throttling_burst_limit"])
