"""Maps: MaxConcurrencyPath is honoured, and a Map without a limit does not start a process for every item at once."""

from ministack.services import stepfunctions

from emulator import settings
from emulator.hooks import needs, replaces

resolve = needs(stepfunctions, "_resolve_path_or_ctx", "path data ctx")
input_path = needs(stepfunctions, "_apply_input_path", "state_def data ctx")


@replaces(stepfunctions, "_run_map_items", "state_def raw_input execution ctx")
def run(original, state_def, raw_input, execution, ctx):
    limit = state_def.get("MaxConcurrency")
    if "MaxConcurrencyPath" in state_def:
        limit = resolve(state_def["MaxConcurrencyPath"], input_path(state_def, raw_input, ctx), ctx)
    if isinstance(limit, (int, float)) or not limit:
        state_def = {**state_def, "MaxConcurrency": int(limit or settings.MAP_THREADS)}
    return original(state_def, raw_input, execution, ctx)
