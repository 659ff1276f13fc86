"""The rest-xml protocol: path, query, headers and XML body to plain values, and back, by the model's shapes."""

import base64
import re
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from botocore.model import OperationModel, Shape
from botocore.utils import parse_timestamp

from emulator.services.wire_json import Malformed

_LABEL = re.compile(r"\{(\w+)(\+?)\}")


def route(operation: OperationModel) -> tuple[str, re.Pattern[str]]:
    """Method and pattern of an operation's path; the groups are its labels."""
    out, last = "", 0
    path = operation.http["requestUri"].split("?")[0]
    for label in _LABEL.finditer(path):
        out += re.escape(path[last : label.start()]) + f"(?P<{label[1]}>{'.+' if label[2] else '[^/]+'})"
        last = label.end()
    return operation.http["method"], re.compile(out + re.escape(path[last:]) + "/?")


def request(
    operation: OperationModel, labels: dict[str, str], headers: dict[str, str], query: dict[str, list[str]], body: bytes
) -> dict[str, Any]:
    shape, out = operation.input_shape, {}
    if shape is None:
        return {}
    used = set()
    for name, member in shape.members.items():
        place, key = member.serialization.get("location"), member.serialization.get("name", name)
        if place == "uri" and key in labels:
            out[name] = _scalar(member, unquote(labels[key]))
        elif place == "header" and key.lower() in headers:
            out[name] = _scalar(member, headers[key.lower()])
        elif place == "querystring" and key in query:
            used.add(key)
            found = query[key]
            out[name] = [_scalar(member.member, v) for v in found] if member.type_name == "list" else _scalar(member, found[0])
    out.update({name: values[0] for name, values in query.items() if name not in used and name != "x-id"})
    payload = shape.serialization.get("payload")
    if body:
        try:
            root = ElementTree.fromstring(body)
        except ElementTree.ParseError as error:
            raise Malformed(f"the body is not XML: {error}") from error
        if payload:
            out[payload] = _read(shape.members[payload], root)
        else:
            out.update(_read(shape, root))
    return out


def answer(operation: OperationModel, value: dict[str, Any]) -> bytes:
    shape = operation.output_shape
    if shape is None:
        return b""
    payload = shape.serialization.get("payload")
    if payload:
        member = shape.members[payload]
        inner = _write(member, member.serialization.get("name", member.name), value.get(payload, {}))
    else:
        inner = f"<{operation.name}Result>{_members(shape, value)}</{operation.name}Result>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{inner}'.encode()


def error(code: str, message: str, members: dict[str, Any]) -> bytes:
    more = "".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in members.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{escape(message)}</Message>{more}</Error></ErrorResponse>"
    ).encode()


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _read(shape: Shape, element: ElementTree.Element) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return _read_structure(shape, element)
    if kind == "list":
        return [_read(shape.member, child) for child in element]
    if kind == "map":
        pairs = [{_tag(c): c for c in entry} for entry in element]
        key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        return {p[key].text or "": _read(shape.value, p[value]) for p in pairs if key in p and value in p}
    return _scalar(shape, element.text or "")


def _read_structure(shape: Shape, element: ElementTree.Element) -> dict[str, Any]:
    names = {}
    for name, member in shape.members.items():
        if "location" not in member.serialization:
            flat = member.type_name == "list" and member.serialization.get("flattened")
            own = member.serialization.get("name", name)
            names[member.member.serialization.get("name", own) if flat else own] = name
    out: dict[str, Any] = {}
    for child in element:
        name = names.get(_tag(child), _tag(child))
        member = shape.members.get(name)
        if member is None:
            out[name] = child.text or ""
        elif member.type_name == "list" and member.serialization.get("flattened"):
            out.setdefault(name, []).append(_read(member.member, child))
        else:
            out[name] = _read(member, child)
    for name, member in shape.members.items():
        if member.serialization.get("xmlAttribute"):
            found = [v for k, v in element.attrib.items() if k.rsplit("}", 1)[-1] == member.serialization["name"].split(":")[-1]]
            out.update({name: found[0]} if found else {})
    return out


def _scalar(shape: Shape, text: str) -> Any:
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
        if kind == "timestamp":
            return parse_timestamp(text).timestamp()
        if kind == "blob":
            return base64.b64decode(text)
    except ValueError:
        return text  # The validation tells what it is not.
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


def _members(shape: Shape, value: dict[str, Any]) -> str:
    return "".join(
        _write(shape.members[name], shape.members[name].serialization.get("name", name), item)
        for name, item in value.items()
        if "location" not in shape.members[name].serialization and not shape.members[name].serialization.get("xmlAttribute")
    )


def _write(shape: Shape, tag: str, value: Any) -> str:
    kind = shape.type_name
    if kind == "structure":
        attributes = "".join(
            f" {m.serialization['name']}={quoteattr(str(value[n]))}"
            for n, m in shape.members.items()
            if m.serialization.get("xmlAttribute") and n in value
        )
        return f"<{tag}{attributes}>{_members(shape, value)}</{tag}>"
    if kind == "list":
        own = shape.member.serialization.get("name")
        if shape.serialization.get("flattened"):
            return "".join(_write(shape.member, own or tag, item) for item in value)
        return f"<{tag}>{''.join(_write(shape.member, own or 'member', item) for item in value)}</{tag}>"
    if kind == "map":
        key, item = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        entries = (f"<entry><{key}>{escape(k)}</{key}>{_write(shape.value, item, v)}</entry>" for k, v in value.items())
        return f"<{tag}>{''.join(entries)}</{tag}>"
    if kind == "boolean":
        value = "true" if value else "false"
    elif kind == "timestamp":
        value = datetime.fromtimestamp(value, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    elif kind == "blob":
        value = base64.b64encode(value).decode()
    return f"<{tag}>{escape(str(value))}</{tag}>"
