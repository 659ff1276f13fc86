"""Distributed Map: ItemBatcher, ResultWriter and the tolerated failures given by path, which the emulator ignores."""

import json
from typing import Any

from ministack.services import s3, stepfunctions

from emulator.hooks import needs, needs_text, replaces

Failure = needs(stepfunctions, "_ExecutionError")
resolve = needs(stepfunctions, "_resolve_path_or_ctx", "path data ctx")
params = needs(stepfunctions, "_resolve_params_obj", "template data ctx")
read_items = needs(stepfunctions, "_read_map_items", "reader effective ctx")
put_object = needs(s3, "_put_object", "bucket_name key body headers")
needs_text(stepfunctions, "_run_distributed_map", '"mapRunArn": map_run_arn', '"ToleratedFailureCount" in state_def')

MAX_BATCH_BYTES = 262_144
"""Input of one child, as on AWS."""


def batches(items: list, batcher: dict, effective: Any, ctx: dict) -> list[dict]:
    """Items put together as ItemBatcher says, each batch the input of one child."""
    def number(name: str, otherwise: int) -> int:
        found = resolve(batcher[f"{name}Path"], effective, ctx) if f"{name}Path" in batcher else batcher.get(name)
        return int(found or otherwise)

    most, most_bytes = number("MaxItemsPerBatch", 10**9), number("MaxInputBytesPerBatch", MAX_BATCH_BYTES)
    out: list[list] = []
    size = 0
    for item in items:
        length = len(json.dumps(item)) + 1
        if not out or len(out[-1]) >= most or size + length > most_bytes:
            out.append([])
            size = 0
        out[-1].append(item)
        size += length
    common = {"BatchInput": params(batcher["BatchInput"], effective, ctx)} if "BatchInput" in batcher else {}
    return [{"Items": each, **common} for each in out]


def _row(child: dict) -> dict:
    row = {
        "ExecutionArn": child["executionArn"],
        "Input": child["input"],
        "InputDetails": {"Included": True},
        "Name": child["name"],
        "StartDate": child["startDate"],
        "StateMachineArn": child["stateMachineArn"],
        "Status": child["status"],
        "StopDate": child["stopDate"],
    }
    if child["status"] == "SUCCEEDED":
        return {**row, "Output": child["output"], "OutputDetails": {"Included": True}}
    return {**row, "Error": child.get("error"), "Cause": child.get("cause")}


def _write(bucket: str, key: str, value: Any) -> int:
    body = json.dumps(value).encode()
    status = put_object(bucket, key, body, {"content-type": "application/json"})[0]
    if status >= 300:
        raise Failure("States.ResultWriterFailed", f"PutObject {bucket}/{key}: {status}")
    return len(body)


def write_results(writer: dict, map_run: str, effective: Any, ctx: dict) -> dict:
    """Writes SUCCEEDED_0.json, FAILED_0.json and manifest.json. Answers with what the state then puts out."""
    where = params(writer.get("Parameters") or {}, effective, ctx)
    bucket = where["Bucket"]
    base = "/".join(p for p in (str(where.get("Prefix", "")).strip("/"), map_run.rsplit(":", 1)[1]) if p)
    children = [e for e in stepfunctions._executions.values() if e.get("mapRunArn") == map_run]
    files: dict[str, list] = {"SUCCEEDED": [], "FAILED": [], "PENDING": []}
    for status in ("SUCCEEDED", "FAILED"):
        rows = [_row(c) for c in children if c["status"] == status]
        if rows:
            key = f"{base}/{status}_0.json"
            files[status].append({"Key": key, "Size": _write(bucket, key, rows)})
    manifest = f"{base}/manifest.json"
    _write(bucket, manifest, {"DestinationBucket": bucket, "MapRunArn": map_run, "ResultFiles": files})
    return {"MapRunArn": map_run, "ResultWriterDetails": {"Bucket": bucket, "Key": manifest}}


def _prepared(state_def: dict, effective: Any, ctx: dict) -> list:
    """The children's inputs: items read, selected, batched."""
    if state_def.get("ItemReader"):
        items = read_items(state_def["ItemReader"], effective, ctx)
    else:
        items = resolve(state_def.get("ItemsPath", "$"), effective, ctx)
    items = items if isinstance(items, list) else [items]
    selector = state_def.get("ItemSelector") or state_def.get("Parameters")
    if selector:
        items = [
            params(selector, effective, {**ctx, "Map": {"Item": {"Index": i, "Value": item}}})
            for i, item in enumerate(items)
        ]
    return batches(items, state_def["ItemBatcher"], effective, ctx) if state_def.get("ItemBatcher") else items


@replaces(stepfunctions, "_run_distributed_map", "state_def raw_input effective iterator execution ctx")
def run(original, state_def, raw_input, effective, iterator, execution, ctx):
    inner = {k: v for k, v in state_def.items() if k in ("Label", "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage")}
    for name in ("ToleratedFailureCount", "ToleratedFailurePercentage"):
        if f"{name}Path" in state_def:
            inner[name] = resolve(state_def[f"{name}Path"], effective, ctx)
    items = _prepared(state_def, effective, ctx)
    known = set(stepfunctions._map_runs)
    failure = results = None
    try:
        results, _ = original({**inner, "End": True}, items, items, iterator, execution, ctx)
    except Failure as error:
        failure = error
    writer = state_def.get("ResultWriter")
    if writer and writer.get("Resource"):
        mine = [
            arn
            for arn, found in stepfunctions._map_runs.items()
            if arn not in known and found["executionArn"] == execution["executionArn"]
        ]
        results = write_results(writer, mine[-1], effective, ctx)
    if failure:
        raise failure
    out = stepfunctions._apply_result_path(state_def, raw_input, stepfunctions._apply_result_selector(state_def, results))
    return stepfunctions._apply_output_path(state_def, out, ctx), stepfunctions._next_or_end(state_def)
