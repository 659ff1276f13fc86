"""A Node function's error keeps its class name, on which Step Functions' Retry and Catch match.

The emulator reports every error as Runtime.HandlerError.
"""

import threading

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from emulator.hooks import needs_text, replaces

PLAIN = 'status: "error", error: String(err.message || err), trace: err.stack || ""'
NAMED = PLAIN.replace("error: String", 'errorType: (err && err.name) || "Error", error: String')
needs_text(lambda_runtime, "_NODEJS_WORKER_SCRIPT", PLAIN)
lambda_runtime._NODEJS_WORKER_SCRIPT = lambda_runtime._NODEJS_WORKER_SCRIPT.replace(PLAIN, NAMED)

# The worker's answer is reduced on its way up; this carries the name past that, within one thread.
_last = threading.local()


@replaces(lambda_runtime.Worker, "invoke", "self event request_id trace_id depth durable invoked_function_arn")
def invoke(original, self, *args, **kwargs):
    result = original(self, *args, **kwargs)
    _last.error = result if result.get("status") != "ok" else {}
    return result


@replaces(lambda_svc, "_execute_function_warm", "func event request_id")
def execute(original, func, event, request_id):
    _last.error = {}
    result = original(func, event, request_id)
    error = _last.error
    if result.get("error") and error.get("errorType"):
        result["body"]["errorType"] = error["errorType"]
        result["body"]["trace"] = (error.get("trace") or "").splitlines()
    return result
