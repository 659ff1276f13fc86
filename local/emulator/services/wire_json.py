"""The json-1.1 protocol: bodies to plain values and back, by the model's shapes."""

import base64
import binascii
import json
from typing import Any

from botocore.model import OperationModel, Shape


class Malformed(Exception):
    """The body is not what the protocol wants."""


def request(operation: OperationModel, body: bytes) -> dict[str, Any]:
    """The request's members. Names that the model lacks are kept, for the validation to refuse."""
    try:
        value = json.loads(body or b"{}")
    except ValueError as error:
        raise Malformed(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Malformed("the body is no JSON object")
    return decode(operation.input_shape, value) if operation.input_shape else value


def answer(operation: OperationModel, value: dict[str, Any]) -> bytes:
    return json.dumps(_encode(operation.output_shape, value) if operation.output_shape else {}).encode()


def error(code: str, message: str, members: dict[str, Any]) -> bytes:
    return json.dumps({"__type": code, "message": message, **members}).encode()


def _wire_name(shape: Shape, member: str) -> str:
    return shape.members[member].serialization.get("name", member)


def decode(shape: Shape, value: Any) -> Any:
    """JSON of the wire as plain values: blobs are bytes, nulls absent."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict) and not shape.is_document_type:
        names = {_wire_name(shape, m): m for m in shape.members}
        # A null is an absent member.
        return {
            names.get(key, key): decode(shape.members[names[key]], item) if key in names else item
            for key, item in value.items()
            if item is not None
        }
    if kind == "list" and isinstance(value, list):
        return [decode(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: decode(shape.value, item) for key, item in value.items()}
    if kind == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise Malformed(f"a blob is not base64: {error}") from error
    if kind in ("integer", "long") and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _encode(shape: Shape, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        return {_wire_name(shape, m): _encode(shape.members[m], item) for m, item in value.items()}
    if kind == "list":
        return [_encode(shape.member, item) for item in value]
    if kind == "map":
        return {key: _encode(shape.value, item) for key, item in value.items()}
    if kind == "blob":
        return base64.b64encode(value).decode()
    return value
