"""`glue:startJobRun` with and without `.sync`, which the emulator refuses. A run that does not succeed fails the task."""

import json
import time

from ministack.services import stepfunctions

from emulator.gaps.sfn_ecs import _abandoned
from emulator.hooks import HookError, needs

Failure = needs(stepfunctions, "_ExecutionError")
sdk = needs(stepfunctions, "_invoke_aws_sdk_integration", "resource input_data")
dispatch = needs(stepfunctions, "_SERVICE_DISPATCH")
RESOURCE = "arn:aws:states:::glue:startJobRun"
if RESOURCE in dispatch:
    raise HookError("the emulator now integrates Glue itself")
ENDED = ("SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED", "ERROR")
POLL_S = 0.1


def _call(action: str, parameters: dict) -> dict:
    return sdk(f"arn:aws:states:::aws-sdk:glue:{action}", parameters)


def start(resource: str, parameters: dict) -> dict:
    run = {"JobName": parameters["JobName"], "RunId": _call("startJobRun", parameters)["JobRunId"]}
    if not resource.endswith(".sync"):
        return {"JobName": run["JobName"], "JobRunId": run["RunId"]}
    stopping = False
    while True:
        found = _call("getJobRun", run)["JobRun"]
        if found["JobRunState"] in ENDED:
            break
        if not stopping and _abandoned():
            stopping = True
            _call("batchStopJobRun", {"JobName": run["JobName"], "JobRunIds": [run["RunId"]]})
        time.sleep(POLL_S)
    if found["JobRunState"] != "SUCCEEDED":
        raise Failure("States.TaskFailed", json.dumps(found))
    return found


dispatch[RESOURCE] = start
