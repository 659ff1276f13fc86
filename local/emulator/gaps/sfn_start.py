"""StartExecution with the name and input of a running execution answers with that execution, as AWS does.

The emulator calls every repeated name ExecutionAlreadyExists.
"""

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import stepfunctions

from emulator.hooks import needs, replaces

resolve = needs(stepfunctions, "_resolve_state_machine_arn")
needs(stepfunctions, "_executions")
needs(stepfunctions, "_state_machines")


@replaces(stepfunctions, "_start_execution", "data")
def start(original, data):
    machine = stepfunctions._state_machines.get(resolve(data.get("stateMachineArn", "")) or "")
    if machine and data.get("name"):
        arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine['name']}:{data['name']}"
        found = stepfunctions._executions.get(arn)
        if found and found["status"] == "RUNNING" and found["input"] == data.get("input", "{}"):
            return json_response({"executionArn": arn, "startDate": found["startDate"]})
    return original(data)
