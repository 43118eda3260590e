"""Metric math of CloudWatch, as far as the template uses it, for one period.

Numbers, ids, + - * /, comparisons, AND, OR, parentheses, IF, FILL and MAX of a list. A metric without data in the period
is None, and so is what is calculated from it; FILL and MAX leave it out. A division by zero has no result.
"""
import ast
import operator
import re

ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
COMPARE = {ast.Gt: operator.gt, ast.Lt: operator.lt, ast.GtE: operator.ge, ast.LtE: operator.le, ast.Eq: operator.eq,
           ast.NotEq: operator.ne}


def evaluate(expression, values):
    """Returns the value of an expression; `values` has those of the ids in it."""
    # Python's grammar has the same precedence, with other words.
    text = re.sub(r"\bAND\b", "and", re.sub(r"\bOR\b", "or", expression))
    text = re.sub(r"\bIF\(", "IF_(", text)
    return value_of(ast.parse(text.strip(), mode="eval").body, values, expression)


def value_of(node, values, expression):
    of = lambda it: value_of(it, values, expression)  # noqa: E731
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left, op, right) if type(op) in ARITHMETIC:
            a, b = of(left), of(right)
            if a is None or b is None or (isinstance(op, ast.Div) and b == 0):
                return None
            return ARITHMETIC[type(op)](a, b)
        case ast.Compare(left, [op], [right]) if type(op) in COMPARE:
            a, b = of(left), of(right)
            return None if a is None or b is None else float(COMPARE[type(op)](a, b))
        case ast.BoolOp(op, operands):
            found = [of(each) for each in operands]
            if None in found:
                return None
            return float(all(found) if isinstance(op, ast.And) else any(found))
        case ast.Call(ast.Name("IF_"), [condition, then, otherwise], []):
            holds = of(condition)
            return None if holds is None else of(then) if holds else of(otherwise)
        case ast.Call(ast.Name("FILL"), [series, ast.Constant(value=number)], []):
            found = of(series)
            return float(number) if found is None else found
        case ast.Call(ast.Name("MAX"), [ast.List(each)], []):
            found = [value for value in map(of, each) if value is not None]
            return max(found) if found else None
    raise ValueError(f"{expression}: {ast.unparse(node)} is not known here")


def names(expression):
    """Returns the ids of an expression."""
    return set(re.findall(r"\b[a-z]\w*\b", expression))
