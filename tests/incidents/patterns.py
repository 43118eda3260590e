"""Filter patterns of CloudWatch Logs for JSON lines, as far as the template uses them.

`{ ($.cause = "payload *") || ($.status < 500) && ($.failed IS TRUE) }`: comparisons of a member with a text in which
`*` stands for any characters, or with a number; IS TRUE, IS FALSE, IS NULL; &&, || and parentheses. Anything else is an
error, so a pattern outside this subset cannot pass unseen. A member that is absent matches nothing.
"""
import re

TOKEN = re.compile(r'\s*(?:(\|\||&&|[(){}]|!=|<=|>=|=|<|>)|(\$(?:\.[A-Za-z]\w*)+)|"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)|([A-Z]+))')
COMPARE = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b,
}


def compile_pattern(pattern):
    """Returns a function that says whether the pattern matches a line, given as a dict."""
    tokens = list(tokenize(pattern))
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take(expected=None):
        nonlocal position
        token = peek()
        if token is None or (expected is not None and token != ("sign", expected)):
            raise ValueError(f"{pattern}: {token} where {expected or 'more'} is expected")
        position += 1
        return token

    def any_of():
        terms = [all_of()]
        while peek() == ("sign", "||"):
            take()
            terms.append(all_of())
        return lambda line: any(term(line) for term in terms)

    def all_of():
        terms = [one()]
        while peek() == ("sign", "&&"):
            take()
            terms.append(one())
        return lambda line: all(term(line) for term in terms)

    def one():
        if peek() == ("sign", "("):
            take()
            inner = any_of()
            take(")")
            return inner
        kind, member = take()
        if kind != "member":
            raise ValueError(f"{pattern}: {member} is not a member")
        names = member.split(".")[1:]
        kind, sign = take()
        if (kind, sign) == ("word", "IS"):
            _, word = take()
            wanted = {"TRUE": True, "FALSE": False, "NULL": None}[word]
            return lambda line: value_of(line, names) is wanted
        kind_of_value, wanted = take()
        if kind != "sign" or sign not in COMPARE or kind_of_value not in ("text", "number"):
            raise ValueError(f"{pattern}: {sign} {wanted}")
        return comparison(names, sign, wanted, kind_of_value)

    take("{")
    matches = any_of()
    take("}")
    if peek() is not None:
        raise ValueError(f"{pattern}: {peek()} after its end")
    return matches


def tokenize(pattern):
    at = 0
    text = pattern.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise ValueError(f"{pattern}: at {text[at:]}")
        at = found.end()
        for kind, value in zip(("sign", "member", "text", "number", "word"), found.groups()):
            if value is not None:
                yield kind, float(value) if kind == "number" else value


def comparison(names, sign, wanted, kind):
    if kind == "number":
        def number(line):
            found = value_of(line, names)
            return type(found) in (int, float) and COMPARE[sign](found, wanted)
        return number
    if sign not in ("=", "!="):
        raise ValueError(f"a text cannot be compared with {sign}")
    form = re.compile(".*".join(re.escape(part) for part in wanted.split("*")), re.DOTALL)

    def text(line):
        found = value_of(line, names)
        return isinstance(found, str) and bool(form.fullmatch(found)) == (sign == "=")
    return text


ABSENT = object()


def value_of(line, names):
    for name in names:
        if not isinstance(line, dict) or name not in line:
            return ABSENT
        line = line[name]
    return line
