"""The template as CloudFormation receives it, and what is left of it for given parameters.

SAM's translator expands the template, as AWS does. `concrete` then decides the conditions, so that a reference to a
resource that is not created, or a circle of references, is an error that a linter can see.
"""
import copy
import json
import logging
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATE = ROOT / "template.yaml"
# The pseudo parameters, for `resolve`.
PSEUDO = {"AWS::StackName": "flows", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws",
          "AWS::URLSuffix": "amazonaws.com"}
NOTHING = object()


def read(path=TEMPLATE):
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse(Path(path).read_text())


def with_defaults(template, given):
    """Returns the value of every parameter, as a text."""
    defaults = {name: it["Default"] for name, it in template["Parameters"].items() if "Default" in it}
    return {name: str(value) for name, value in (defaults | given).items()}


def expand(template, given, code="s3://bucket/key"):
    """Returns the template after SAM's transformation, as after `sam package` has uploaded the program."""
    from samtranslator.translator.transform import transform

    class NoManagedPolicies:
        def load(self):
            return {}

    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    logging.disable(logging.CRITICAL)  # notes about features and metrics of SAM's own
    template = copy.deepcopy(template)
    template["Resources"]["Endpoint"]["Properties"]["CodeUri"] = code
    return transform(template, with_defaults(template, given), NoManagedPolicies())


def concrete(expanded, given):
    """Returns the expanded template with its conditions decided, and without what they leave out."""
    holds = conditions(expanded, with_defaults(expanded, given))
    exists = lambda it: holds.get(it.get("Condition"), True)  # noqa: E731
    left = {key: value for key, value in expanded.items() if key not in ("Conditions", "Rules", "Mappings")}
    for section in ("Resources", "Outputs"):
        kept = {name: copy.deepcopy(it) for name, it in expanded[section].items() if exists(it)}
        for it in kept.values():
            it.pop("Condition", None)
        left[section] = decide(kept, holds, expanded["Mappings"], with_defaults(expanded, given))
    return left


def conditions(template, given):
    """Returns the value of every condition."""
    found = {}

    def value(it):
        if not isinstance(it, dict):
            return str(it)
        [(function, argument)] = it.items()
        match function:
            case "Ref":
                return given[argument]
            case "Condition":
                return of(argument)
            case "Fn::Equals":
                return value(argument[0]) == value(argument[1])
            case "Fn::Not":
                return not value(argument[0])
            case "Fn::And":
                return all(value(each) for each in argument)
            case "Fn::Or":
                return any(value(each) for each in argument)
            case "Fn::Select":
                return value(argument[1])[int(argument[0])]
            case "Fn::Split":
                return value(argument[1]).split(argument[0])
        raise ValueError(f"{function} in a condition")

    def of(name):
        if name not in found:
            found[name] = value(template["Conditions"][name])
        return found[name]

    return {name: of(name) for name in template["Conditions"]}


def decide(node, holds, mappings, given):
    """Replaces Fn::If and Fn::FindInMap by their values."""
    if isinstance(node, list):
        decided = [decide(each, holds, mappings, given) for each in node]
        return [each for each in decided if each is not NOTHING]
    if not isinstance(node, dict):
        return node
    if node == {"Ref": "AWS::NoValue"}:
        return NOTHING
    if set(node) == {"Fn::If"}:
        condition, then, otherwise = node["Fn::If"]
        return decide(then if holds[condition] else otherwise, holds, mappings, given)
    if set(node) == {"Fn::FindInMap"}:
        name, first, second = node["Fn::FindInMap"]
        key = lambda it: given[it["Ref"]] if isinstance(it, dict) else it  # noqa: E731
        return mappings[name][key(first)][key(second)]
    decided = {key: decide(value, holds, mappings, given) for key, value in node.items()}
    return {key: value for key, value in decided.items() if value is not NOTHING}


def resolve(node, given, names=None):
    """Replaces references in a concrete template by texts: parameters by their values, resources by their names."""
    values = PSEUDO | given | (names or {})
    if isinstance(node, list):
        return [resolve(each, given, names) for each in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"Ref"}:
        return values.get(node["Ref"], node["Ref"])
    if set(node) == {"Fn::GetAtt"}:
        return values.get(".".join(node["Fn::GetAtt"]), ".".join(node["Fn::GetAtt"]))
    if set(node) == {"Fn::Sub"}:
        text, more = node["Fn::Sub"] if isinstance(node["Fn::Sub"], list) else (node["Fn::Sub"], {})
        more = {key: resolve(value, given, names) for key, value in more.items()}
        return substitute(text, values | more)
    if set(node) == {"Fn::Join"}:
        separator, parts = node["Fn::Join"]
        return separator.join(str(resolve(part, given, names)) for part in parts)
    return {key: resolve(value, given, names) for key, value in node.items()}


def substitute(text, values):
    import re

    return re.sub(r"\$\{([^!}]+)\}", lambda it: str(values.get(it[1], it[1])), text)


def references(node):
    """Yields the logical ids and parameters that a part of a template refers to."""
    import re

    if isinstance(node, list):
        for each in node:
            yield from references(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            match key, value:
                case "Ref", str():
                    yield value
                case "Fn::GetAtt", [name, *_]:
                    yield name
                case "Fn::Sub", _:
                    text, more = value if isinstance(value, list) else (value, {})
                    yield from (name for name in re.findall(r"\$\{([A-Za-z0-9]+)[.}]", text) if name not in more)
                    yield from references(list(more.values()))
                case "DependsOn", _:
                    yield from [value] if isinstance(value, str) else value
                case _:
                    yield from references(value)


def circle(resources):
    """Returns a circle of references among resources, or None."""
    done, path = set(), []

    def visit(name):
        if name in path:
            return [*path[path.index(name):], name]
        if name in done or name not in resources:
            return None
        path.append(name)
        for other in sorted(set(references(resources[name]))):
            if found := visit(other):
                return found
        path.pop()
        done.add(name)
        return None

    for name in resources:
        if found := visit(name):
            return found
    return None


def as_json(template):
    return json.dumps(template, indent=1)


if __name__ == "__main__":
    # Prints the concrete template for these parameters: expansion.py SecretId=flows AlarmEmail=none
    import sys

    chosen = dict(it.split("=", 1) for it in sys.argv[1:])
    print(as_json(concrete(expand(read(), chosen), chosen)))
