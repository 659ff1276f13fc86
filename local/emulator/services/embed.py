"""Puts an embedded service into the emulator's tables: requests, and tasks of workflows, reach it as any other."""

import asyncio
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import router
from ministack.services import stepfunctions

from emulator.hooks import HookError, needs, replaces
from emulator.services import wire_json, wire_xml

if TYPE_CHECKING:
    from emulator.services.service import Service

handlers = needs(app, "SERVICE_HANDLERS")
patterns = needs(router, "SERVICE_PATTERNS")
integrations = needs(stepfunctions, "_AWS_SDK_SERVICE_MAP")
error_prefixes = needs(stepfunctions, "_AWS_SDK_ERROR_PREFIX")
Response = tuple[int, dict[str, str], bytes]
_rest: list["Service"] = []


def embed(service: "Service") -> None:
    """Raises HookError when the emulator has come to know the service."""
    if service.model.metadata["protocol"] == "rest-xml":
        _rest.append(service)
        return
    if service.model.metadata.get("jsonVersion") is None:
        raise HookError(f"{service.name} speaks no protocol that can be embedded")
    prefix = service.model.metadata["targetPrefix"]
    target = f"{prefix}."
    key = next((k for k, p in patterns.items() if any(target.startswith(t) for t in p.get("target_prefixes", []))), None)
    if (key is not None) != service.partial:
        raise HookError(f"the emulator {'now has' if key else 'no longer has'} {service.name} itself")
    own = handlers[key] if key else None

    async def handle(method: str, path: str, headers: dict, body: bytes, query: dict) -> Response:
        name = headers.get("x-amz-target", "").rpartition(".")[2]
        if own and name not in service.handlers:
            return await own(method, path, headers, body, query)
        # In a thread: a handler may wait for a file, a lock, or the emulator's own S3.
        return await asyncio.to_thread(_json, service, name, body if isinstance(body, bytes) else body.encode())

    handlers[key or service.name] = handle
    if key is None:
        patterns[service.name] = {"target_prefixes": [target]}
        sdk_name = service.name.replace("-", "")
        integrations[sdk_name] = {"target_prefix": prefix, "protocol": "json", "service_key": service.name}
        error_prefixes[sdk_name] = service.model.metadata["serviceId"].replace(" ", "")


def _json(service: "Service", name: str, body: bytes) -> Response:
    from emulator.services.service import ServiceError

    headers = {"Content-Type": "application/x-amz-json-1.1"}
    try:
        if name not in service.model.operation_names:
            raise ServiceError("UnknownOperationException", f"{service.name} has no operation {name}")
        operation = service.model.operation_model(name)
        try:
            request = wire_json.request(operation, body)
        except wire_json.Malformed as error:
            raise service.refuse(operation, str(error)) from error
        return 200, headers, wire_json.answer(operation, service.call(name, request))
    except ServiceError as error:
        headers["x-amzn-ErrorType"] = error.code
        return error.status, headers, wire_json.error(error.code, error.message, error.members)


def _find(method: str, path: str) -> tuple["Service", str, dict[str, str]] | None:
    for service in _rest:
        for name in service.handlers:
            wanted, pattern = wire_xml.route(service.model.operation_model(name))
            found = pattern.fullmatch(path) if wanted == method else None
            if found:
                return service, name, found.groupdict()
    return None


@replaces(app, "_handle_s3_control_request", "path method body query_params request_id headers")
async def s3_control(original: Any, path: str, method: str, body: bytes, query: dict, request_id: str, headers=None):
    found = _find(method, path)
    if found is None:
        return await original(path, method, body, query, request_id, headers)
    return await asyncio.to_thread(_xml, *found, headers or {}, query, body)


def _xml(service: "Service", name: str, labels: dict, headers: dict, query: dict, body: bytes) -> Response:
    from emulator.services.service import ServiceError

    answered = {"Content-Type": "application/xml"}
    operation = service.model.operation_model(name)
    try:
        try:
            request = wire_xml.request(operation, labels, headers, query, body)
        except wire_json.Malformed as error:
            raise service.refuse(operation, str(error)) from error
        return 200, answered, wire_xml.answer(operation, service.call(name, request))
    except ServiceError as error:
        return error.status, answered, wire_xml.error(error.code, error.message, error.members)
