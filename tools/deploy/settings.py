"""samconfig.toml: the stack of each environment, and the parameters that were answered."""
import shlex

import tomlkit

from words import Refused

EMPTY = '""'


class Settings:
    """The section of one environment."""

    def __init__(self, path, env):
        self.path, self.env = path, env
        self.document = tomlkit.parse(path.read_text())
        names = [name for name, it in self.document.items() if isinstance(it, dict) and "deploy" in it]
        if env not in names:
            raise Refused(f"samconfig.toml has no environment {env}; it has {', '.join(names)}. Copy the section of one of them")
        self.section = self.document[env]["deploy"]["parameters"]
        self.stack = self.section["stack_name"]
        self.region = self.section.get("region")

    @property
    def parameters(self):
        """The recorded parameters of the template."""
        recorded = self.section.get("parameter_overrides", "")
        pairs = recorded if isinstance(recorded, list) else shlex.split(recorded)
        return parse(pairs)

    def record(self, parameters, region=None):
        """Writes parameters into the section, and leaves everything else of the file as it is."""
        merged = self.parameters | parameters
        if region and region != self.region:
            self.section["region"] = self.region = region
        elif merged == self.parameters:
            return
        # A list, because a text would have to quote twice.
        lines = tomlkit.array()
        lines.multiline(True)
        lines.extend(pairs_of(merged))
        self.section["parameter_overrides"] = lines
        # `sam build` by hand has to build for the architecture that is deployed.
        build = self.document[self.env].get("build", {}).get("parameters")
        if build and "Architecture" in merged:
            build["parameter_overrides"] = [f"Architecture={merged['Architecture']}"]
        self.path.write_text(tomlkit.dumps(self.document))


def pairs_of(parameters):
    """Returns NAME=VALUE pairs as SAM reads them. It refuses a value of no characters, and keeps the previous value of a
    parameter that is not there; so an empty text is a pair of quotes."""
    return [f'{name}={value or EMPTY}' for name, value in parameters.items()]


def parse(pairs):
    """Returns the parameters of NAME=VALUE pairs."""
    parameters = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused(f"{pair} is not a parameter; write NAME=VALUE")
        parameters[name] = "" if value == EMPTY else value
    return parameters
