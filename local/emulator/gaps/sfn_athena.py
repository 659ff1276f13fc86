"""`athena:startQueryExecution` with and without `.sync`, and `athena:getQueryResults`, which the emulator refuses."""

import json
import time

from ministack.services import stepfunctions

from emulator.hooks import HookError, needs

Failure = needs(stepfunctions, "_ExecutionError")
sdk = needs(stepfunctions, "_invoke_aws_sdk_integration", "resource input_data")
dispatch = needs(stepfunctions, "_SERVICE_DISPATCH")
PREFIX = "arn:aws:states:::athena:"
if any(k.startswith(PREFIX) for k in dispatch):
    raise HookError("the emulator now integrates Athena itself")


def _call(action: str, parameters: dict) -> dict:
    return sdk(f"arn:aws:states:::aws-sdk:athena:{action}", parameters)


def start(resource: str, parameters: dict) -> dict:
    started = _call("startQueryExecution", parameters)
    if not resource.endswith(".sync"):
        return started
    while True:
        found = _call("getQueryExecution", {"QueryExecutionId": started["QueryExecutionId"]})
        state = found["QueryExecution"]["Status"]["State"]
        if state == "SUCCEEDED":
            return found
        if state in ("FAILED", "CANCELLED"):
            raise Failure("States.TaskFailed", json.dumps(found))
        time.sleep(0.1)


dispatch[f"{PREFIX}startQueryExecution"] = start
for _action in ("getQueryExecution", "getQueryResults", "stopQueryExecution"):
    dispatch[PREFIX + _action] = lambda _resource, parameters, action=_action: _call(action, parameters)
