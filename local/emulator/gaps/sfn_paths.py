"""A JSONPath that finds nothing fails the state, as on AWS, instead of becoming null."""

import json
import re

from ministack.services import stepfunctions

from emulator.hooks import needs, replaces

Failure = needs(stepfunctions, "_ExecutionError")
tokens_of = needs(stepfunctions, "_parse_jsonpath_tokens", "path")


def exists(path: str, data: object) -> bool:
    """True when the path finds at least one value, null included."""
    found = [data]
    for kind, value in tokens_of(path) or [("unsupported", None)]:
        if kind == "field":
            found = [v[value] for v in found if isinstance(v, dict) and value in v]
        elif kind == "index":
            found = [v[value] for v in found if isinstance(v, list) and value < len(v)]
        elif kind == "wildcard":
            return True
        else:
            return False
    return bool(found)


@replaces(stepfunctions, "_resolve_path", "path data")
def resolve(original, path, data):
    value = original(path, data)
    if value is None and re.match(r"\$[.\[]", path or "") and not exists(path, data):
        raise Failure(
            "States.ParameterPathFailure",
            f"The JSONPath '{path}' could not be found in the input '{json.dumps(data)[:500]}'",
        )
    return value
