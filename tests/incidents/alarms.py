"""The metric filters and alarms of the stack, applied to log lines and to the metrics of AWS.

Time is in seconds from the start of an incident. Each minute every alarm is evaluated over the periods that end then.
CloudWatch waits some minutes longer for data that is late, and looks at more periods where some are missing; which
alarms an incident raises does not depend on that.
"""
import json
import re
from collections import defaultdict

from incidents import metric_math
from incidents.patterns import compile_pattern

MINUTE = 60


class Stack:
    """The filters and alarms of a concrete template whose references are resolved."""

    def __init__(self, resources):
        of = lambda kind: {name: it["Properties"] for name, it in resources.items() if it["Type"] == kind}  # noqa: E731
        self.filters = [Filter(it) for it in of("AWS::Logs::MetricFilter").values()]
        self.alarms = of("AWS::CloudWatch::Alarm")
        [self.composite] = of("AWS::CloudWatch::CompositeAlarm").values()
        self.metrics = defaultdict(list)

    def count(self, namespace, name, dimensions, at, value):
        """Adds a value to a metric of AWS."""
        self.metrics[namespace, name, frozenset(dimensions.items())].append((at, value))

    def ingest(self, group, lines):
        """Feeds lines of a log group, pairs of a time and a dict, through the filters."""
        for one in self.filters:
            if one.group == group:
                for at, name, dimensions, value in one.apply(lines):
                    self.count(one.namespace, name, dimensions, at, value)

    def raised(self, until):
        """Returns the logical ids of the alarms that are raised at some time, with their first minutes."""
        found = {}
        for now in range(MINUTE, until + 1, MINUTE):
            states = {name: self.is_raised(alarm, now) for name, alarm in self.alarms.items()}
            names = {self.alarms[name]["AlarmName"] for name, state in states.items() if state}
            if self.calls(names):
                states["Page"] = True
            for name, state in states.items():
                if state:
                    found.setdefault(name, now // MINUTE)
        return found

    def calls(self, names):
        """Evaluates the rule of the composite alarm."""
        rule = self.composite["AlarmRule"]
        parts = re.fullmatch(r'(?:ALARM\("[^"]+"\)|FALSE)(?: OR (?:ALARM\("[^"]+"\)|FALSE))*', rule)
        if not parts:
            raise ValueError(f"{rule} is not a list of alarms")
        return any(name in names for name in re.findall(r'ALARM\("([^"]+)"\)', rule))

    def is_raised(self, alarm, now):
        metrics = alarm.get("Metrics") or [{"Id": "m", "MetricStat": {
            "Metric": {key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions") if key in alarm},
            "Stat": alarm["Statistic"], "Period": alarm["Period"]}}]
        [returned] = [it for it in metrics if it.get("ReturnData", True)]
        [period] = {it["MetricStat"]["Period"] for it in metrics if "MetricStat" in it}
        number = int(alarm["EvaluationPeriods"])
        breaching = 0
        for index in range(number):
            end = now - index * period
            if end <= 0:
                continue  # before the incident, nothing was wrong
            value = self.value(returned["Id"], {it["Id"]: it for it in metrics}, end - period, end)
            breaching += breaches(alarm, value)
        return breaching >= int(alarm.get("DatapointsToAlarm", number))

    def value(self, id_, metrics, start, end):
        it = metrics[id_]
        if "Expression" in it:
            used = metric_math.names(it["Expression"])
            values = {name: self.value(name, metrics, start, end) for name in used if name in metrics}
            return metric_math.evaluate(it["Expression"], values)
        metric = it["MetricStat"]["Metric"]
        dimensions = frozenset((each["Name"], each["Value"]) for each in metric.get("Dimensions", []))
        points = self.metrics.get((metric["Namespace"], metric["MetricName"], dimensions), [])
        return statistic(it["MetricStat"]["Stat"], [value for at, value in points if start <= at < end])


class Filter:
    def __init__(self, it):
        [made] = it["MetricTransformations"]
        self.group = it["LogGroupName"]
        self.matches = compile_pattern(it["FilterPattern"])
        self.namespace, self.name, self.value = made["MetricNamespace"], made["MetricName"], made["MetricValue"]
        self.default = made.get("DefaultValue")
        self.dimensions = {each["Key"]: each["Value"] for each in made.get("Dimensions", [])}

    def apply(self, lines):
        minutes = defaultdict(int)
        for at, line in lines:
            minutes[at // MINUTE] += 0
            if not self.matches(line):
                continue
            found = {key: line.get(member.removeprefix("$.")) for key, member in self.dimensions.items()}
            if None in found.values():
                continue  # CloudWatch makes no metric of a line without a dimension
            value = line.get(self.value.removeprefix("$.")) if self.value.startswith("$.") else float(self.value)
            if value is not None:
                minutes[at // MINUTE] += 1
                yield at, self.name, {key: str(each) for key, each in found.items()}, value
        if self.default is not None:
            for minute, number in minutes.items():
                if not number:
                    yield minute * MINUTE, self.name, {}, float(self.default)


def breaches(alarm, value):
    if value is None:
        return {"breaching": True, "notBreaching": False}[alarm["TreatMissingData"]]
    threshold = float(alarm["Threshold"])
    return {"GreaterThanThreshold": value > threshold, "LessThanThreshold": value < threshold}[alarm["ComparisonOperator"]]


def statistic(name, values):
    if not values:
        return None
    if name.startswith("p"):
        ordered = sorted(values)
        place = float(name[1:]) / 100 * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
    return {"Sum": sum(values), "SampleCount": float(len(values)), "Maximum": max(values)}[name]


def parse_lines(lines):
    """Returns the JSON lines among those of a program; CloudWatch filters of this kind match no others."""
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
