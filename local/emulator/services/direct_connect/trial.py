"""Failover tests: which sessions are held down, and until when."""

import time
from typing import Any

from emulator.services import pace
from emulator.services.direct_connect.base import trials


def over(test: dict[str, Any]) -> bool:
    return test.get("ended") is not None or time.time() >= test["start"] + pace.seconds(test["minutes"] * 60)


def running(vif: str) -> dict[str, Any] | None:
    """The test that holds sessions of an interface down now."""
    return next((t for t in trials.all() if t["vif"] == vif and not over(t)), None)
