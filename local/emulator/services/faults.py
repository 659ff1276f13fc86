"""Faults that tests and the demo inject into embedded services, over /_ext/faults.

A fault is `{service, fault, resource?, path?, times?, …}`: `resource` is an ARN or id, `path` a glob on a file's path
or key; without, it applies to all. `times` is how often it strikes; null is until it is cleared. Not given it is 1,
and null for a fault that is a condition, such as an agent that is offline. Other members are the fault's own, such as `bytes`.
"""

import fnmatch
import threading
import uuid
from typing import Any

KNOWN: dict[str, dict[str, str]] = {}
"""Service → fault → what it does. Services register theirs."""
LASTING: set[tuple[str, str]] = set()
"""Faults that are conditions."""
_active: list[dict[str, Any]] = []
_lock = threading.Lock()


class UnknownFault(Exception):
    """The service or the fault is none that can be injected."""


def inject(fault: Any) -> dict[str, Any]:
    """Adds a fault and returns it with its id. Raises UnknownFault."""
    if not isinstance(fault, dict):
        raise UnknownFault("a fault is an object: {service, fault, resource?, path?, times?}")
    of = KNOWN.get(str(fault.get("service")))
    if of is None:
        raise UnknownFault(f"no service {fault.get('service')!r} takes faults; those that do: {', '.join(KNOWN)}")
    if fault.get("fault") not in of:
        raise UnknownFault(f"{fault['service']} has no fault {fault.get('fault')!r}; it has: {', '.join(of)}")
    added = {"times": None if (fault["service"], fault["fault"]) in LASTING else 1, **fault, "id": uuid.uuid4().hex}
    with _lock:
        _active.append(added)
    return added


def active() -> list[dict[str, Any]]:
    with _lock:
        return [dict(f) for f in _active]


def clear(service: str | None = None, resource: str | None = None) -> None:
    """Those of a service, of a resource, or of both; without, all."""

    def kept(fault: dict[str, Any]) -> bool:
        return service not in (None, fault["service"]) or resource not in (None, fault.get("resource"))

    with _lock:
        _active[:] = [f for f in _active if kept(f)]


def take(service: str, name: str, *resources: str, path: str | None = None) -> dict[str, Any] | None:
    """The fault that strikes here, counted down; None when there is none."""
    with _lock:
        for fault in _active:
            if (fault["service"], fault["fault"]) != (service, name):
                continue
            if fault.get("resource") not in (None, *resources):
                continue
            if fault.get("path") is not None and not (path is not None and fnmatch.fnmatchcase(path, fault["path"])):
                continue
            if fault["times"] is not None:
                fault["times"] -= 1
                if fault["times"] <= 0:
                    _active.remove(fault)
            return dict(fault)
    return None
