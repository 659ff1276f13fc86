"""The operations on executions: start, describe, list, update, cancel."""

import threading
from typing import Any

from ministack.core.responses import request_scope

from emulator.services import faults
from emulator.services.datasync import execution, tasks
from emulator.services.datasync.base import executions, invalid, keep_tags, new_id, now, page, service, tags
from emulator.services.service import ServiceError

QUEUED_PER_TASK = 50
CONCURRENT_ENHANCED = 120
REMEMBERED_S = 30 * 86_400
ENDED = ("SUCCESS", "ERROR")
_starting = threading.Lock()


def _forget_old() -> None:
    for e in executions.all():
        fault = faults.take(service.name, "history-forgotten", e["TaskArn"], e["TaskExecutionArn"])
        after = float(fault.get("seconds", 0)) if fault else REMEMBERED_S
        if e["Status"] in ENDED and now() - e["EndTime"] >= after:
            executions.remove(e["TaskExecutionArn"])
            tags.remove(e["TaskExecutionArn"])


def find(arn: str) -> dict[str, Any]:
    _forget_old()
    record = executions.get(arn)
    if record is None:
        raise invalid(f"Request parameter TaskExecutionArn: {arn} does not exist.", "TaskExecutionNotFound")
    return record


def _check_quotas(task: dict[str, Any], queueing: str) -> bool:
    """True when the execution must wait. Raises InvalidRequestException when it may not."""
    everything = executions.all()
    quota = faults.take(service.name, "quota", task["TaskArn"]) or {}
    if tasks.current(task["TaskArn"]):
        if queueing == "DISABLED":
            raise invalid("The task is running already, and TaskQueueing is DISABLED.", "TaskRunning")
        queued = sum(e["TaskArn"] == task["TaskArn"] and e["Status"] == "QUEUED" for e in everything)
        if queued >= quota.get("queued", QUEUED_PER_TASK):
            raise invalid(f"The task has {queued} queued executions, which is the quota.", "LimitExceeded")
        return True
    enhanced = sum(e["TaskMode"] == "ENHANCED" and e["Status"] not in (*ENDED, "QUEUED") for e in everything)
    if task["TaskMode"] == "ENHANCED" and enhanced >= quota.get("enhanced", CONCURRENT_ENHANCED):
        raise invalid(f"{enhanced} Enhanced mode executions run, which is the quota.", "LimitExceeded")
    return False


@service.operation("StartTaskExecution")
def start(request: dict) -> dict:
    task = tasks.find(request["TaskArn"])
    options = tasks.options(task["TaskMode"], task["Options"], request.get("OverrideOptions"))
    chosen = {}
    for name in ("Includes", "Excludes", "ManifestConfig", "TaskReportConfig"):
        # An empty one takes away what the task has.
        chosen[name] = request.get(name, task.get(name)) or None
    if request.get("ManifestConfig") and not (request.get("Includes") or request.get("Excludes")):
        chosen.update(Includes=None, Excludes=None)
    tasks.check_selection(chosen)
    offline = tasks.offline_agent(task)
    if offline:
        raise invalid(f"The task is unavailable: agent {offline} is offline.", "TaskUnavailable")
    arn = f"{task['TaskArn']}/execution/exec-{new_id()}"
    with _starting:
        waits = _check_quotas(task, options["TaskQueueing"])
        record = {
            "TaskExecutionArn": arn,
            "TaskArn": task["TaskArn"],
            "TaskMode": task["TaskMode"],
            "Status": "QUEUED" if waits else "LAUNCHING",
            "Options": options,
            "StartTime": now(),
            **{k: v for k, v in chosen.items() if v},
            **({"ReportResult": {"Status": "PENDING"}} if chosen["TaskReportConfig"] else {}),
        }
        executions.put(arn, record)
        keep_tags(arn, request.get("Tags"))
        if not waits:
            execution.begin(record)
    if waits:
        execution.announce(arn, "QUEUED")
    return {"TaskExecutionArn": arn}


@service.operation("DescribeTaskExecution")
def describe(request: dict) -> dict:
    return {k: v for k, v in find(request["TaskExecutionArn"]).items() if k != "TaskArn"}


@service.operation("ListTaskExecutions")
def list_executions(request: dict) -> dict:
    _forget_old()
    wanted = request.get("TaskArn")
    if wanted:
        tasks.find(wanted)
    # The newest come first.
    found = [e for e in reversed(executions.all()) if wanted in (None, e["TaskArn"])]
    entries = [{k: e[k] for k in ("TaskExecutionArn", "Status", "TaskMode")} for e in found]
    return page(entries, request, "TaskExecutions")


@service.operation("UpdateTaskExecution")
def update(request: dict) -> None:
    """Changes the bandwidth limit while it runs; nothing else can be changed then."""
    record = find(request["TaskExecutionArn"])
    if set(request["Options"]) - {"BytesPerSecond"}:
        raise invalid("Only BytesPerSecond can be changed on an execution.")
    if record["Status"] in ENDED:
        raise invalid("The execution has ended.")
    options = tasks.options(record["TaskMode"], record["Options"], request["Options"])
    executions.change(record["TaskExecutionArn"], lambda e: e.update(Options=options))
    run = execution.running.get(record["TaskExecutionArn"])
    if run:
        run.mover.limit = options["BytesPerSecond"]


@service.operation("CancelTaskExecution")
def cancel(request: dict) -> None:
    record = find(request["TaskExecutionArn"])
    if record["Status"] in ENDED:
        raise invalid("The execution has ended.")
    stop(record["TaskExecutionArn"])


def stop(arn: str) -> None:
    run = execution.running.get(arn)
    if run:
        executions.change(arn, lambda e: e.update(Status="CANCELLING"))
        execution.announce(arn, "CANCELLING")
        run.mover.stop.set()
        return
    result = {"ErrorCode": "Cancelled", "ErrorDetail": "The task execution was cancelled."}
    executions.change(arn, lambda e: e.update(Status="ERROR", EndTime=now(), Result=result))
    execution.announce(arn, "ERROR")


@service.on_start
def resume() -> None:
    """Executions that a stop interrupted begin again: what they had brought over, they find in place."""
    for account, region, arn, record in list(executions.everywhere()):
        if record["Status"] in ENDED:
            continue
        with request_scope(account, region):
            if record["Status"] == "CANCELLING":
                stop(arn)
            elif record["Status"] != "QUEUED":
                try:
                    execution.begin({**record, "Result": {}})
                except ServiceError:  # Its task or a location is gone.
                    stop(arn)


@service.on_stop
def leave() -> None:
    execution.stopping.set()
    end_all()


@service.on_reset
def end_all() -> None:
    for run in list(execution.running.values()):
        run.mover.stop.set()
    execution.running.clear()
