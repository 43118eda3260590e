"""Parameters as CloudFormation checks them: the pattern, the values or the range of each, and the rules between them."""
import re

# The parameters that are ARNs of the region of the stack.
REGIONAL = ("SecretKeyArn", "DataKeyArn", "CertificateArn", "AlarmTopicArn")


def refused(template, given):
    """Returns the sentences with which CloudFormation refuses these parameters."""
    declared = template["Parameters"]
    sentences = [f"{name} is missing" for name, it in declared.items() if "Default" not in it and name not in given]
    values = {name: str(it.get("Default", "")) for name, it in declared.items()} | given
    sentences += [f"{name} {declared[name]['ConstraintDescription']}" for name, value in values.items()
                  if name in given and not fits(declared[name], value)]
    for rule in template["Rules"].values():
        if holds(rule.get("RuleCondition", True), values):
            sentences += [it["AssertDescription"] for it in rule["Assertions"] if not holds(it["Assert"], values)]
    return sentences


def elsewhere(given, region):
    """Returns a sentence for each ARN of another region, which CloudFormation accepts and the resource refuses."""
    arns = ((name, given.get(name, "").split(":")) for name in REGIONAL)
    return [f"{name} is in {arn[3]}, and the stack in {region}" for name, arn in arns if len(arn) > 5 and arn[3] != region]


def fits(parameter, value):
    """Whether a value has the type of its parameter, and keeps its constraints."""
    if parameter["Type"] == "Number":
        # CloudFormation accepts 1.5 as a number, and fails when it creates the resource. All numbers here are whole.
        if not re.fullmatch(r"0|-?[1-9][0-9]*", value):
            return False
        number = float(value)
        if not parameter.get("MinValue", number) <= number <= parameter.get("MaxValue", number):
            return False
        return number in parameter.get("AllowedValues", [number])
    if "AllowedValues" in parameter and value not in parameter["AllowedValues"]:
        return False
    # CloudFormation uses Java's regular expressions, and matches the whole value.
    return "AllowedPattern" not in parameter or bool(re.fullmatch(parameter["AllowedPattern"], value))


def holds(rule, values):
    """Evaluates a rule. Only functions that CloudFormation allows in rules are known."""
    if not isinstance(rule, dict):
        return rule
    [(function, argument)] = rule.items()
    match function:
        case "Ref":
            return values[argument]
        case "Fn::Equals":
            return holds(argument[0], values) == holds(argument[1], values)
        case "Fn::Not":
            return not holds(argument[0], values)
        case "Fn::And":
            return all(holds(each, values) for each in argument)
        case "Fn::Or":
            return any(holds(each, values) for each in argument)
    raise ValueError(f"{function} in a rule")
