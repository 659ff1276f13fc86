"""StopTask gives a task its 30 seconds: SIGTERM, then SIGKILL, and the exit code is the process's own.

The emulator reports the task as stopped with exit code 0 before it has even told the process.
"""

import json

from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, json_response, request_scope
from ministack.services import ecs

from emulator.hooks import needs, needs_text, replaces
from emulator.processes import STOP_TIMEOUT_S

resolve_cluster = needs(ecs, "_resolve_cluster_name", "ref")
resolve_task = needs(ecs, "_resolve_task", "ref cluster_name")
needs_text(ecs, "_stop_task", '"UserInitiated", exit_code=0')
REASON = "_decant_stop_reason"


@replaces(ecs, "_mark_task_stopped", "task_arn task reason stop_code exit_code")
def mark_stopped(original, task_arn, task, reason, stop_code, exit_code=None):
    asked = task.get(REASON)
    if asked and stop_code == "EssentialContainerExited":
        reason, stop_code = asked, "UserInitiated"
    return original(task_arn, task, reason, stop_code, exit_code)


@replaces(ecs, "_stop_task", "data")
def stop_task(original, data):
    cluster = resolve_cluster(data.get("cluster", "default"))
    task = resolve_task(data.get("task", ""), cluster) if cluster else None
    ids = list((task or {}).get("_docker_ids") or [])
    docker = ecs._get_docker()
    if not task or not ids or not docker or task["lastStatus"] == "STOPPED":
        return original(data)
    if REASON not in task:
        task[REASON] = data.get("reason", "Task stopped by user")
        scope = (get_account_id(), get_region())

        def stop() -> None:
            with request_scope(*scope):
                for each in ids:
                    docker.containers.get(each).stop(timeout=STOP_TIMEOUT_S)
                # The task's own watcher sees the exit and marks it, with the exit code.

        spawn_background(stop, thread_name="decant-stop-task")
    shown = json.loads(ecs._describe_tasks({"cluster": cluster, "tasks": [task["taskArn"]]})[2])["tasks"][0]
    return json_response({"task": {**shown, "desiredStatus": "STOPPED", "stoppedReason": task[REASON]}})
