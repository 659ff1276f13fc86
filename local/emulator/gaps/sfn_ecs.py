"""`ecs:runTask.sync` fails when the task fails, and answers as AWS does.

The emulator succeeds whatever the exit code, and spells the answer's members in lower case.
"""

import contextvars
import json
import threading
import time
from typing import Any

from ministack.services import ecs, stepfunctions

from emulator.hooks import needs, replaces

camel = needs(stepfunctions, "_pascal_to_camel", "d")
run_task = needs(ecs, "_run_task", "data")
describe_tasks = needs(ecs, "_describe_tasks", "data")
Failure = needs(stepfunctions, "_ExecutionError")
RESOURCE = "arn:aws:states:::ecs:runTask"
if RESOURCE not in needs(stepfunctions, "_SERVICE_DISPATCH"):
    raise KeyError(RESOURCE)

POLL_S = 0.1
_execution: contextvars.ContextVar[str] = contextvars.ContextVar("execution", default="")
_given_up: contextvars.ContextVar[threading.Event | None] = contextvars.ContextVar("given_up", default=None)


@replaces(stepfunctions, "_run_execution", "exec_arn")
def run_execution(original, exec_arn):
    _execution.set(exec_arn)
    return original(exec_arn)


@replaces(stepfunctions, "_invoke_resource_with_timeout", "resource input_data timeout")
def with_timeout(original, resource, input_data, timeout):
    event = threading.Event()
    token = _given_up.set(event)
    try:
        return original(resource, input_data, timeout)
    except Failure:
        event.set()
        raise
    finally:
        _given_up.reset(token)


def pascal(value: Any) -> Any:
    if isinstance(value, list):
        return [pascal(v) for v in value]
    return {k[:1].upper() + k[1:]: pascal(v) for k, v in value.items()} if isinstance(value, dict) else value


def _answer(response: tuple) -> tuple[int, dict]:
    return response[0], json.loads(response[2]) if response[2] else {}


def _abandoned() -> bool:
    """True when the execution was stopped or the state timed out: AWS then stops the task."""
    execution = stepfunctions._executions.get(_execution.get())
    event = _given_up.get()
    return bool(event and event.is_set()) or (execution is not None and execution["status"] != "RUNNING")


def _failed(task: dict) -> bool:
    return task.get("stopCode") in ("TaskFailedToStart", "UserInitiated") or any(
        c.get("exitCode") not in (0, None) for c in task["containers"]
    )


def run(resource: str, parameters: dict) -> dict:
    data = camel(parameters)
    status, answer = _answer(run_task(data))
    if status >= 400:
        kind = answer.get("__type", "AmazonECSException").split("#")[-1]
        raise Failure(f"ECS.{kind}", answer.get("message", ""))
    if answer.get("failures"):
        raise Failure("AmazonECS.Unknown", json.dumps(answer["failures"]))
    if not resource.endswith(".sync"):
        return pascal(answer)
    query = {"cluster": data.get("cluster", "default"), "tasks": [t["taskArn"] for t in answer["tasks"]]}
    stopping = False
    while True:
        tasks = _answer(describe_tasks(query))[1]["tasks"]
        if tasks and all(t["lastStatus"] == "STOPPED" for t in tasks):
            break
        if not stopping and _abandoned():
            stopping = True
            for t in query["tasks"]:
                ecs._stop_task({"cluster": query["cluster"], "task": t, "reason": "Step Functions stopped the execution"})
        time.sleep(POLL_S)
    bad = next((t for t in tasks if _failed(t)), None)
    if bad:
        raise Failure("States.TaskFailed", json.dumps(pascal(bad)))
    return pascal(tasks[0] if len(tasks) == 1 else {"tasks": tasks})


stepfunctions._SERVICE_DISPATCH[RESOURCE] = run
