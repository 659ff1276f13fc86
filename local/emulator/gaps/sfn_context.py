"""The context object: `$$` inside ResultSelector, `$$.Execution.RoleArn` and `$$.Execution.RedriveCount`."""

import contextvars

from ministack.services import stepfunctions

from emulator.hooks import needs, replaces

_context: contextvars.ContextVar[dict | None] = contextvars.ContextVar("states_context", default=None)
resolve_params = needs(stepfunctions, "_resolve_params_obj", "template data ctx")


def _keeps_context(name: str) -> None:
    """The emulator applies a state's ResultSelector without its context; this hands it down."""

    @replaces(stepfunctions, name, "state_def raw_input execution ctx")
    def execute(original, state_def, raw_input, execution, ctx):
        token = _context.set(ctx)
        try:
            return original(state_def, raw_input, execution, ctx)
        finally:
            _context.reset(token)


for _name in ("_execute_task", "_execute_map", "_execute_parallel"):
    _keeps_context(_name)


@replaces(stepfunctions, "_apply_result_selector", "state_def data")
def select(_original, state_def, data):
    selector = state_def.get("ResultSelector")
    return resolve_params(selector, data, _context.get()) if selector else data


@replaces(stepfunctions, "_resolve_ctx_path", "path ctx")
def resolve(original, path, ctx):
    if path == "$$.Execution.RedriveCount":
        return 0
    if path == "$$.Execution.RoleArn":
        return (stepfunctions._state_machines.get(ctx["StateMachine"]["Id"]) or {}).get("roleArn")
    return original(path, ctx)
