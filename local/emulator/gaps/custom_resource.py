"""A custom resource whose function itself fails, fails the deployment at once instead of after an hour."""

import json

from ministack.services import lambda_svc
from ministack.services.cloudformation import custom_resource

from emulator.hooks import needs, replaces

deliver = needs(custom_resource, "deliver_response", "token response")


@replaces(lambda_svc, "_execute_function_with_config_scope", "func event")
def execute(original, func, event):
    result = original(func, event)
    failed = isinstance(result, dict) and result.get("error")
    if failed and isinstance(event, dict) and "ResponseURL" in event:
        token = event["ResponseURL"].rsplit("/", 1)[1].split("?")[0]
        deliver(token, {"Status": "FAILED", "Reason": json.dumps(result.get("body"))[:1000]})
    return result
