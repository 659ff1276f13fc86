"""Tasks: from where to where, and how."""

from typing import Any

from emulator.services import faults
from emulator.services.datasync import locations, schedule
from emulator.services.datasync.base import executions, invalid, keep_tags, new_arn, now, page, service, tags, tasks

DEFAULTS = {
    "OverwriteMode": "ALWAYS",
    "Atime": "BEST_EFFORT",
    "Mtime": "PRESERVE",
    "Uid": "INT_VALUE",
    "Gid": "INT_VALUE",
    "PreserveDeletedFiles": "PRESERVE",
    "PreserveDevices": "NONE",
    "PosixPermissions": "PRESERVE",
    "BytesPerSecond": -1,
    "TaskQueueing": "ENABLED",
    "LogLevel": "OFF",
    "TransferMode": "CHANGED",
    "SecurityDescriptorCopyFlags": "NONE",
    "ObjectTags": "PRESERVE",
}
OBJECTS = {"S3", "ObjectStorage", "AzureBlob"}
IN_AWS = {"S3", "Efs"}


def find(arn: str) -> dict[str, Any]:
    task = tasks.get(arn)
    if task is None:
        raise invalid(f"Request parameter TaskArn: {arn} does not exist.", "TaskNotFound")
    return task


def options(mode: str, given: dict[str, Any] | None, *over: dict[str, Any] | None) -> dict[str, Any]:
    """Options with the mode's defaults below what is given. Raises InvalidRequestException for what AWS refuses."""
    verify = "ONLY_FILES_TRANSFERRED" if mode == "ENHANCED" else "POINT_IN_TIME_CONSISTENT"
    out = {**DEFAULTS, "VerifyMode": verify}
    for layer in (given, *over):
        out.update(layer or {})
    if mode == "ENHANCED" and out["VerifyMode"] == "POINT_IN_TIME_CONSISTENT":
        raise invalid("Enhanced mode tasks do not support VerifyMode POINT_IN_TIME_CONSISTENT.")
    if out["PreserveDeletedFiles"] == "REMOVE" and out["TransferMode"] == "ALL":
        raise invalid("PreserveDeletedFiles REMOVE cannot be combined with TransferMode ALL.")
    if (out["Mtime"] == "PRESERVE") != (out["Atime"] == "BEST_EFFORT"):
        raise invalid("Mtime PRESERVE needs Atime BEST_EFFORT, and Mtime NONE needs Atime NONE.")
    if out["BytesPerSecond"] == 0:
        raise invalid("BytesPerSecond must be -1 or greater than 0.")
    return out


def check_selection(settings: dict[str, Any]) -> None:
    if settings.get("ManifestConfig") and (settings.get("Includes") or settings.get("Excludes")):
        raise invalid("A manifest cannot be combined with filters.")


def _check_ends(mode: str, source: dict[str, Any], destination: dict[str, Any]) -> None:
    kinds = source["Kind"], destination["Kind"]
    if not set(kinds) & IN_AWS:
        raise invalid("At least one location of a task must be in AWS storage.")
    for location in (source, destination):
        other = destination if location is source else source
        if location["Kind"] in ("ObjectStorage", "AzureBlob"):
            if mode == "BASIC" and not location["AgentArns"]:
                raise invalid(f"A Basic mode task needs an agent for its {location['Kind']} location.")
            if mode == "ENHANCED" and other["Kind"] != "S3":
                raise invalid(f"In Enhanced mode {location['Kind']} transfers to or from Amazon S3 only.")


def create(request: dict, arn: str | None = None) -> dict:
    """Makes a task, or makes one that is there anew under its ARN."""
    mode = request.get("TaskMode", "BASIC")
    source, destination = (locations.find(request[f"{end}LocationArn"]) for end in ("Source", "Destination"))
    _check_ends(mode, source, destination)
    check_selection(request)
    schedule.check(request.get("Schedule"))
    arn = arn or new_arn("task", "task")
    kept = {k: v for k, v in request.items() if k not in ("Tags", "Options")}
    tasks.put(
        arn,
        {
            **kept,
            "TaskArn": arn,
            "TaskMode": mode,
            "Options": options(mode, request.get("Options")),
            "CreationTime": (tasks.get(arn) or {}).get("CreationTime", now()),
            "ScheduleDetails": {"StatusUpdateTime": now()} if request.get("Schedule") else None,
        },
    )
    keep_tags(arn, request.get("Tags"))
    return {"TaskArn": arn}


service.operation("CreateTask")(lambda request: create(request))


def offline_agent(task: dict[str, Any]) -> str | None:
    """ARN of an agent of the task's locations that does not answer: one is enough for the task to be unavailable."""
    for end in ("Source", "Destination"):
        for arn in locations.find(task[f"{end}LocationArn"])["AgentArns"]:
            if faults.take(service.name, "agent-offline", arn):
                return arn
    return None


def current(task_arn: str) -> dict[str, Any] | None:
    """The execution of the task that runs now."""
    return next(
        (e for e in executions.all() if e["TaskArn"] == task_arn and e["Status"] not in ("QUEUED", "SUCCESS", "ERROR")),
        None,
    )


def status(task: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    running = current(task["TaskArn"])
    if running:
        return "RUNNING", running
    return ("UNAVAILABLE" if offline_agent(task) else "AVAILABLE"), None


@service.operation("DescribeTask")
def describe(request: dict) -> dict:
    task = find(request["TaskArn"])
    state, running = status(task)
    offline = offline_agent(task) if state == "UNAVAILABLE" else None
    return {
        **task,
        "Status": state,
        "CurrentTaskExecutionArn": running and running["TaskExecutionArn"],
        "ErrorCode": offline and "AgentOffline",
        "ErrorDetail": offline and f"Agent {offline} is offline.",
    }


@service.operation("UpdateTask")
def update(request: dict) -> None:
    task = find(request["TaskArn"])
    given = {k: v for k, v in request.items() if k not in ("TaskArn", "Options")}
    changed = {**task, **given, "Options": options(task["TaskMode"], task["Options"], request.get("Options"))}
    # An empty one takes away what was set.
    for name in ("ManifestConfig", "TaskReportConfig", "Schedule"):
        if changed.get(name) == {}:
            del changed[name]
    check_selection(changed)
    schedule.check(changed.get("Schedule"))
    if "Schedule" in given:
        changed["ScheduleDetails"] = {"StatusUpdateTime": now()}
    tasks.put(task["TaskArn"], changed)


@service.operation("ListTasks")
def list_tasks(request: dict) -> dict:
    found = []
    for task in tasks.all():
        ends = [task["SourceLocationArn"], task["DestinationLocationArn"]]
        values = {"LocationId": ends, "CreationTime": [str(task["CreationTime"])]}
        rules = request.get("Filters", [])
        if all(any(locations.compares(r["Operator"], v, r["Values"]) for v in values[r["Name"]]) for r in rules):
            entry = {k: task.get(k) for k in ("TaskArn", "Name", "TaskMode")}
            found.append({**entry, "Status": status(task)[0]})
    return page(found, request, "Tasks")


@service.operation("DeleteTask")
def delete(request: dict) -> None:
    arn = find(request["TaskArn"])["TaskArn"]
    if current(arn):
        raise invalid(f"Task {arn} is running; cancel its execution first.", "TaskInUse")
    forget(arn)


def forget(arn: str) -> None:
    for execution in [e for e in executions.all() if e["TaskArn"] == arn]:
        executions.remove(execution["TaskExecutionArn"])
        tags.remove(execution["TaskExecutionArn"])
    tasks.remove(arn)
    tags.remove(arn)
