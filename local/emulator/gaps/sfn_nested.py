"""A failed child of `startExecution.sync` is States.TaskFailed to its parent; the emulator leaks the child's error."""

import json

from ministack.services import stepfunctions

from emulator.hooks import needs, replaces

Failure = needs(stepfunctions, "_ExecutionError")


@replaces(stepfunctions, "_invoke_nested_start_execution_sync", "resource input_data")
def nested(original, resource, input_data):
    try:
        return original(resource, input_data)
    except Failure as error:
        if error.error.startswith("StepFunctions.") or error.error == "States.TaskFailed":
            raise
        cause = {"Error": error.error, "Cause": error.cause, "Status": "FAILED"}
        raise Failure("States.TaskFailed", json.dumps(cause)) from error
