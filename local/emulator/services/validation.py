"""Checks values against the shapes of an AWS API model that ships inside botocore.

Required members, types, enums, patterns, lengths, ranges and list sizes are the model's, in the words of AWS. That an
unknown member is refused is this program's own: AWS ignores it.
"""

from typing import Any, Iterator

from botocore.model import Shape

from emulator.services.patterns import compiled

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "blob": (bytes,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}
SIZED = {"list": "length", "map": "length", "string": "length", "blob": "length"}
SHOWN = 200
"""Characters of a wrong value that a message repeats."""


def problems(shape: Shape | None, value: Any, at: str = "", loose: frozenset[str] = frozenset()) -> list[str]:
    """Everything that is wrong with the value; empty when it fits. A shape of None takes the empty structure only.

    Values of the shapes that `loose` names need not match their pattern.
    """
    if shape is None:
        return [_unknown(name, at) for name in value]
    return list(_check(shape, value, at, loose))


def refusal(found: list[str]) -> str:
    """The message to the client, as AWS words it."""
    return f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: {'; '.join(found)}"


def _unknown(name: str, at: str) -> str:
    where = f" at '{at}'" if at else ""
    return f"Unknown member '{name}'{where} (refused by the embedded service only; AWS ignores it)"


def _failed(shape: Shape, value: Any, at: str, constraint: str) -> str:
    shown = "***" if shape.metadata.get("sensitive") else str(value)[:SHOWN]
    return f"Value '{shown}' at '{at}' failed to satisfy constraint: Member must {constraint}"


def _check(shape: Shape, value: Any, at: str, loose: frozenset[str]) -> Iterator[str]:
    kind = shape.type_name
    if kind == "structure" and getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"Value at '{at}' is a {type(value).__name__}, where the model wants a {kind}"
        return
    yield from _limits(shape, value, at, loose)
    if kind == "structure":
        yield from _structure(shape, value, at, loose)
    elif kind == "list":
        for i, item in enumerate(value):
            yield from _check(shape.member, item, f"{at}.{i + 1}.member", loose)
    elif kind == "map":
        for key, item in value.items():
            yield from _check(shape.key, key, f"{at}.key", loose)
            yield from _check(shape.value, item, f"{at}.{key}", loose)


def _structure(shape: Shape, value: dict, at: str, loose: frozenset[str]) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_below(at, name)}' failed to satisfy constraint: Member must not be null"
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield f"Value at '{at}' must have exactly one of: {', '.join(shape.members)}"
    for name, item in value.items():
        if name not in shape.members:
            yield _unknown(name, at)
        elif item is not None:
            yield from _check(shape.members[name], item, _below(at, name), loose)


def _below(at: str, name: str) -> str:
    own = name[0].lower() + name[1:]
    return f"{at}.{own}" if at else own


def _limits(shape: Shape, value: Any, at: str, loose: frozenset[str]) -> Iterator[str]:
    rules = shape.metadata
    least, most, sized = rules.get("min"), rules.get("max"), SIZED.get(shape.type_name)
    size = len(value) if sized else value
    if sized or shape.type_name in ("integer", "long", "float", "double"):
        if least is not None and size < least:
            yield _failed(shape, value, at, f"have {sized or 'value'} greater than or equal to {least}")
        if most is not None and size > most:
            yield _failed(shape, value, at, f"have {sized or 'value'} less than or equal to {most}")
    if shape.type_name == "string":
        if rules.get("enum") and value not in rules["enum"]:
            yield _failed(shape, value, at, f"satisfy enum value set: [{', '.join(rules['enum'])}]")
        matters = rules.get("pattern") and shape.name not in loose
        if matters and not compiled(rules["pattern"]).fullmatch(value):
            yield _failed(shape, value, at, f"satisfy regular expression pattern: {rules['pattern']}")
