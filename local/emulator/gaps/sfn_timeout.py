"""An execution that outlives its machine's TimeoutSeconds ends TIMED_OUT; the emulator lets it run."""

import contextvars
import json
import threading

from ministack.services import stepfunctions

from emulator.hooks import needs, replaces

now = needs(stepfunctions, "now_iso")
add_event = needs(stepfunctions, "_add_event")
emit = needs(stepfunctions, "_emit_execution_status_event")


@replaces(stepfunctions, "_run_execution", "exec_arn")
def run(original, exec_arn):
    execution = stepfunctions._executions.get(exec_arn)
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) if execution else None
    limit = json.loads(machine["definition"]).get("TimeoutSeconds") if machine else None
    if not limit:
        return original(exec_arn)

    def expire() -> None:
        if execution["status"] == "RUNNING":
            execution["status"] = "TIMED_OUT"
            execution["stopDate"] = now()
            add_event(execution, "ExecutionTimedOut", {})
            emit(execution)

    timer = threading.Timer(float(limit), contextvars.copy_context().run, (expire,))
    timer.daemon = True
    timer.start()
    try:
        return original(exec_arn)
    finally:
        timer.cancel()
