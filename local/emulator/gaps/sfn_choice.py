"""Choice rules: IsPresent is true of a null, and a comparison with a missing variable fails the execution."""

from ministack.services import stepfunctions

from emulator.hooks import needs, needs_text, replaces

Failure = needs(stepfunctions, "_ExecutionError")
tokens_of = needs(stepfunctions, "_parse_jsonpath_tokens", "path")
needs_text(stepfunctions, "_evaluate_rule", 'return (value is not None) == rule["IsPresent"]')


def present(path: str, data: object) -> bool:
    found = [data]
    for kind, value in tokens_of(path) or []:
        if kind == "field":
            found = [v[value] for v in found if isinstance(v, dict) and value in v]
        elif kind == "index":
            found = [v[value] for v in found if isinstance(v, list) and value < len(v)]
    return bool(found)


@replaces(stepfunctions, "_evaluate_rule", "rule data ctx")
def evaluate(original, rule, data, ctx=None):
    variable = rule.get("Variable")
    if isinstance(variable, str) and variable.startswith("$") and not variable.startswith("$$"):
        there = present(variable, data)
        if "IsPresent" in rule:
            return there == rule["IsPresent"]
        if not there:
            message = f"Invalid path '{variable}': The choice state's condition path references an invalid value."
            raise Failure("States.Runtime", message)
    return original(rule, data, ctx)
