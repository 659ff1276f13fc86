"""Scheduled tasks start by themselves, in UTC. What was due while the emulator did not run is not made up for."""

import logging
import time
from datetime import datetime, timezone
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import eventbridge

from emulator import hold
from emulator.hooks import needs
from emulator.services import pace
from emulator.services.datasync.base import invalid, service, tasks
from emulator.services.service import ServiceError

log = logging.getLogger("decant")
rate_seconds = needs(eventbridge, "_parse_rate_seconds", "expr")
cron_fields = needs(eventbridge, "_parse_cron_fields", "expr")
cron_next = needs(eventbridge, "_cron_next_fire", "fields after_dt")
LOOK_S = 20
LEAST_S = 3600
"""DataSync takes no schedule with less than an hour between two starts."""
_seen: dict[str, tuple[str, float]] = {}
"""Task → its schedule, and from when on the next start is counted."""


def next_start(expression: str, after: float) -> float | None:
    """The first start after a time, in epoch seconds. None when there is none, or the expression is none."""
    interval = rate_seconds(expression)
    if interval is not None:
        return after + interval
    fields = cron_fields(expression)
    try:
        found = fields and cron_next(fields, datetime.fromtimestamp(after, timezone.utc))
    except ValueError:  # A minute 61 passes for a field and is none.
        return None
    return found.timestamp() if found else None


def check(schedule: dict[str, Any] | None) -> None:
    """Raises InvalidRequestException for a schedule that DataSync refuses."""
    if not schedule:
        return
    expression = schedule["ScheduleExpression"]
    first = next_start(expression, time.time())
    if first is None:
        raise invalid(f"ScheduleExpression {expression} is not valid.")
    second = next_start(expression, first)
    if second is not None and second - first < LEAST_S:
        raise invalid(f"ScheduleExpression {expression} starts the task more than once an hour.")


def tick(now: float) -> None:
    """Starts every task that has become due."""
    for account, region, arn, task in tasks.everywhere():
        schedule = task.get("Schedule")
        if not schedule or schedule.get("Status") == "DISABLED":
            _seen.pop(arn, None)
            continue
        expression = schedule["ScheduleExpression"]
        known, since = _seen.get(arn, ("", 0.0))
        if known != expression:
            _seen[arn] = expression, now
            continue
        due = next_start(expression, since)
        if due is None or due > now:
            continue
        _seen[arn] = expression, now
        with request_scope(account, region):
            try:
                service.call("StartTaskExecution", {"TaskArn": arn})
            except ServiceError as error:
                log.warning("the schedule of %s could not start it: %s", arn, error.message)


def _watch() -> None:
    while True:
        time.sleep(LOOK_S)
        try:
            if not hold.active():
                tick(time.time())
        except Exception:
            log.exception("schedules of DataSync tasks could not be looked at")


@service.on_start
def watch() -> None:
    pace.thread(_watch)


@service.on_reset
def forget() -> None:
    _seen.clear()
