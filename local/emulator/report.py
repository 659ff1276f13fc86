"""What the emulator stubs and runs, for `decant local status`."""

import os
import threading
from typing import Any

from emulator import hold, settings

_lock = threading.Lock()
_stubs: dict[str, set[str]] = {}
_gaps: list[str] = []
_tasks_started = 0


def stubbed(resource_type: str, resource: str) -> None:
    with _lock:
        _stubs.setdefault(resource_type, set()).add(resource)


def unstubbed(resource_type: str, resource: str) -> None:
    with _lock:
        _stubs.get(resource_type, set()).discard(resource)


def task_started() -> None:
    global _tasks_started
    with _lock:
        _tasks_started += 1


def gap_mended(name: str) -> None:
    _gaps.append(name)


def snapshot(tasks: list[dict[str, Any]]) -> dict[str, Any]:
    """The report: stubbed resource types with counts, mended gaps, embedded services, tasks."""
    from emulator.services import service

    with _lock:
        return {
            "pid": os.getpid(),
            "held": hold.active(),
            "stubs": {t: len(r) for t, r in sorted(_stubs.items()) if r},
            "gaps": list(_gaps),
            "services": service.summary(),
            "tasksRunAs": "containers" if settings.ENGINE else "processes",
            "tasksStarted": _tasks_started,
            "tasks": tasks,
        }


def state() -> dict[str, list[str]]:
    """What outlives a restart."""
    with _lock:
        return {t: sorted(r) for t, r in _stubs.items()}


def restore(saved: dict[str, list[str]]) -> None:
    with _lock:
        for t, resources in saved.items():
            _stubs.setdefault(t, set()).update(resources)


def clear() -> None:
    with _lock:
        _stubs.clear()
