"""An execution outlives a stop: it begins again when the emulator does. The emulator ends it as failed.

Step Functions would go on where it was; from the start is the same to workflows whose steps may be repeated. Children of
a Map or of another execution are started anew by their parent. After a crash nothing begins again: the ledger is older
than the data until it is reconciled.
"""

import json
import threading

from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import stepfunctions

from emulator import hold
from emulator.hooks import needs, needs_text, replaces

needs(stepfunctions, "_run_execution", "exec_arn")
needs_text(stepfunctions, "_restore_state", "_executions.all_values()", '"States.ServiceRestart"')
DELAY_S = 2.0
"""By then the emulator answers the tasks that are started."""
PARENT = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"


def _is_child(execution: dict) -> bool:
    given = json.loads(execution.get("input") or "{}")
    return bool(execution.get("mapRunArn")) or (isinstance(given, dict) and PARENT in given)


def _begin(arn: str) -> None:
    _, _, _, region, account, *_ = arn.split(":")
    set_request_account_id(account)
    set_request_region(region)
    stepfunctions._run_execution(arn)


@replaces(stepfunctions, "_restore_state", "data")
def restore(original, data):
    saved = (data or {}).get("executions")
    ran = {e["executionArn"] for e in saved.all_values() if e.get("status") == "RUNNING"} if saved else set()
    original(data)
    if hold.active():
        return
    for execution in stepfunctions._executions.all_values():
        if execution["executionArn"] not in ran or _is_child(execution):
            continue
        for name in ("error", "cause"):
            del execution[name]
        execution.update(status="RUNNING", stopDate=None, events=execution["events"][:1])
        timer = threading.Timer(DELAY_S, _begin, (execution["executionArn"],))
        timer.daemon = True
        timer.start()
