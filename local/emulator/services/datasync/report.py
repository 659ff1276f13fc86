"""Task reports: a summary, and JSON files of what was transferred, skipped, verified and deleted, in the mode's layout.

Names and layouts are those of the DataSync user guide, task-reports. The guide shows no verified, skipped and deleted
report: there the names of checksums and reasons follow those of what it shows.
"""

import json
from datetime import datetime, timezone
from typing import Any

from ministack.core.responses import get_account_id

from emulator.services import faults
from emulator.services.datasync.base import new_id, service
from emulator.services.datasync.bucket_end import s3
from emulator.services.datasync.items import Item
from emulator.services.datasync.outcome import Outcome, Outcomes

PART_BYTES = 5_000_000
VERB = {"Transferred": "Transfer", "Skipped": "Skip", "Verified": "Verify", "Deleted": "Delete"}


def iso(ns: int) -> str:
    """UTC with nanoseconds."""
    return f"{datetime.fromtimestamp(ns // 10**9, timezone.utc):%Y-%m-%dT%H:%M:%S}.{ns % 10**9:09d}Z"


def _about(item: Item, enhanced: bool) -> dict[str, Any]:
    if enhanced and item.is_object:
        user = {k: v for k, v in item.metadata.items() if k != "content-type"}
        system = {"ContentType": item.metadata.get("content-type", "binary/octet-stream"), "ETag": item.etag}
        modified = iso(item.mtime_ns)[:19] + "Z"
        size = {"ContentSize": item.size, "LastModified": modified}
        return {"Type": "Object", **size, "SystemMetadata": system, "UserMetadata": user, "Tags": []}
    posix = {"Uid": item.uid, "Gid": item.gid, "Mode": f"{item.mode:04o}"}
    times = {"Mtime": iso(item.mtime_ns), "Atime": iso(item.atime_ns or item.mtime_ns)}
    if item.folder:
        return {"Type": "Directory", **times, **posix}
    return {"Type": "File" if enhanced else "Regular", "ContentSize": item.size, **times, **posix}


def row(kind: str, out: Outcome, enhanced: bool) -> dict[str, Any]:
    verb, side = VERB[kind], ("Source", "Destination") if enhanced else ("Src", "Dst")
    about = side[1] if kind == "Deleted" else side[0]
    entry = {
        "RelativePath": out.item.path if enhanced else f"/{out.item.path}",
        f"{about}Metadata": _about(out.item, enhanced),
    }
    if kind == "Transferred":
        entry["Overwrite"] = str(out.overwrite)
        if out.version:
            entry["DstS3VersionId"] = out.version
    if kind == "Verified":
        entry[f"{side[1]}Metadata"] = _about(out.item, enhanced)
        if not out.item.folder:
            entry[f"{side[0]}Checksum"] = out.source_sha256
            entry[f"{side[1]}Checksum"] = out.destination_sha256
    entry[f"{verb}Timestamp"] = iso(out.at_ns)
    if kind == "Transferred":
        entry["TransferType"] = "CONTENT_AND_METADATA"
    if out.reason:
        entry["SkipReason"] = out.reason
    entry[f"{verb}Status"] = "FAILED" if out.problem else "SUCCESS"
    if out.problem and enhanced:
        entry.update(ErrorCode=out.problem.code, ErrorDetail=out.problem.detail)
    elif out.problem:
        entry.update(FailureReason=out.problem.detail, FailureCode=out.problem.number)
    return entry


def _parts(kind: str, execution: str, rows: list[dict[str, Any]], limit: int) -> list[bytes]:
    """The report of one kind, cut so that no part is larger than the limit, unless it is one row."""
    head = f'{{"TaskExecutionId":{json.dumps(execution)},"{kind}":['.encode()
    parts: list[list[bytes]] = []
    size = 0
    for text in (json.dumps(r, separators=(",", ":")).encode() for r in rows):
        if not parts or size + len(text) + 1 > limit:
            parts.append([])
            size = len(head) + 2
        parts[-1].append(text)
        size += len(text) + 1
    return [head + b",".join(part) + b"]}" for part in parts]


def write(execution: dict[str, Any], outcomes: Outcomes, places: tuple[str, str]) -> None:
    """Writes all parts and the summary to the report's bucket."""
    config = execution["TaskReportConfig"]
    place = config["Destination"]["S3"]
    bucket = place["S3BucketArn"].rsplit(":", 1)[-1]
    task, run = execution["TaskArn"].rsplit("/", 1)[-1], execution["TaskExecutionArn"].rsplit("/", 1)[-1]
    below = place.get("Subdirectory", "").strip("/")
    root = f"{below}/" if below else ""
    enhanced = execution["TaskMode"] == "ENHANCED"
    split = faults.take(service.name, "report-split", execution["TaskArn"], execution["TaskExecutionArn"])
    limit = int(split["bytes"]) if split else PART_BYTES

    def put(key: str, body: bytes) -> None:
        s3().put_object(Bucket=bucket, Key=root + key, Body=body, ContentType="application/json")

    for kind in VERB if config.get("OutputType") == "STANDARD" else ():
        level = config.get("Overrides", {}).get(kind, {}).get("ReportLevel") or config.get("ReportLevel", "ERRORS_ONLY")
        found = getattr(outcomes, kind.lower())
        rows = [row(kind, o, enhanced) for o in found if o.problem or level == "SUCCESSES_AND_ERRORS"]
        for number, body in enumerate(_parts(kind, run, rows, limit), 1):
            name = f"{run}.files-{kind.lower()}-v1-{number:05d}-{new_id()}.json"
            put(f"Detailed-Reports/{task}/{run}/{name}", body)
    put(f"Summary-Reports/{task}/{run}/{run}.json", json.dumps(_summary(execution, places), indent=2).encode())


def _summary(execution: dict[str, Any], places: tuple[str, str]) -> dict[str, Any]:
    return {
        "TaskExecutionId": execution["TaskExecutionArn"].rsplit("/", 1)[-1],
        "AccountId": get_account_id(),
        "SourceLocation": places[0],
        "DestinationLocation": places[1],
        **{k: v for k, v in execution.items() if k not in ("TaskExecutionArn", "TaskArn", "TaskReportConfig", "ReportResult")},
    }
