"""The preparation of an execution: what is at the source, what of it the destination lacks, and what goes."""

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from emulator.services.datasync.bucket_end import BucketEnd, s3
from emulator.services.datasync.items import Broken, End, Item, Problem, Selection


@dataclass
class Plan:
    transfer: list[tuple[Item, Item | None]] = field(default_factory=list)
    """What goes, with what it overwrites."""
    skipped: list[tuple[Item, str]] = field(default_factory=list)
    failed: list[tuple[str, bool, Problem]] = field(default_factory=list)
    """What could not be listed or prepared: path, is a folder, why."""
    delete: list[Item] = field(default_factory=list)
    listed_files: int = 0
    listed_folders: int = 0
    at_destination: int = 0


def manifest_paths(config: dict[str, Any]) -> list[str]:
    """The paths of a manifest in S3: CSV without a heading, one path a line. Raises Broken."""
    place = config["Source"]["S3"]
    bucket = place["S3BucketArn"].rsplit(":", 1)[-1]
    version = {"VersionId": place["ManifestObjectVersionId"]} if place.get("ManifestObjectVersionId") else {}
    try:
        body = s3().get_object(Bucket=bucket, Key=place["ManifestObjectPath"], **version)["Body"].read()
        rows = [row for row in csv.reader(io.StringIO(body.decode())) if row]
    except Exception as error:
        raise Broken("ManifestNotReadable", f"The manifest s3://{bucket}/{place['ManifestObjectPath']}: {error}") from error
    paths = [row[0].strip("/") for row in rows]
    if len(set(paths)) != len(paths):
        raise Broken("ManifestInvalid", "The manifest names a path twice.")
    return paths


def _at_source(source: End, selection: Selection, plan: Plan) -> list[Item]:
    found: list[Item] = []
    if selection.listed is not None:
        for path in sorted(selection.listed):
            item = source.look(path)
            if item is None or item.folder:
                plan.failed.append((path, False, Problem("FileNotFound", 40973, f"The manifest's {path} is no file at the source.")))
            else:
                found.append(item)
    else:
        for entry in source.items():
            if isinstance(entry, Item):
                if selection.takes(entry):
                    found.append(entry)
            # What lies in a folder that cannot be listed is not known: it may be what the filters take in.
            elif not selection.leaves_out(entry[0]) if entry[1] else selection.takes(Item(path=entry[0])):
                plan.failed.append(entry)
    folders = sum(item.folder for item in found)
    # What fails already here was looked at too.
    plan.listed_files = len(found) - folders + sum(not folder for _, folder, _ in plan.failed)
    plan.listed_folders = folders + sum(folder for _, folder, _ in plan.failed)
    return found


def unchanged(item: Item, there: Item, source: End, destination: End, keep: dict[str, Any]) -> bool:
    """Whether the destination has the same already, told from sizes and times as the service does, never from content."""
    if item.folder:
        return True
    if item.size != there.size:
        return False
    if isinstance(destination, BucketEnd):
        if item.is_object:
            whole = item.etag and "-" not in item.etag + there.etag
            return item.etag == there.etag if whole else there.mtime_ns >= item.mtime_ns
        if keep["Mtime"] == "NONE":
            return there.mtime_ns >= item.mtime_ns
        seen = destination.look(item.path)
        return seen is not None and seen.mtime_ns == item.mtime_ns
    seen = source.look(item.path) if isinstance(source, BucketEnd) else item
    return seen is not None and seen.mtime_ns == there.mtime_ns


def prepare(source: End, destination: End, selection: Selection, options: dict[str, Any]) -> Plan:
    """Compares the two ends. Raises Broken when one of them cannot be listed at all."""
    plan = Plan()
    items = _at_source(source, selection, plan)
    there: dict[tuple[str, bool], Item] = {}
    if options["TransferMode"] == "CHANGED" or options["OverwriteMode"] == "NEVER":
        if selection.listed is None:
            there = {(i.path, i.folder): i for i in destination.items() if isinstance(i, Item)}
        else:
            looked = (destination.look(i.path) for i in items)
            there = {(i.path, i.folder): i for i in looked if i is not None}
    plan.at_destination = len(there)
    for item in items:
        old = there.get((item.path, item.folder))
        if old and options["TransferMode"] == "CHANGED" and unchanged(item, old, source, destination, options):
            plan.skipped.append((item, "The destination has the same already."))
        elif old and options["OverwriteMode"] == "NEVER":
            plan.skipped.append((item, "The destination has another one, which is not to be overwritten."))
        else:
            plan.transfer.append((item, old))
    if options["PreserveDeletedFiles"] == "REMOVE" and selection.listed is None:
        have = {(i.path, i.folder) for i in items}
        blind = [path for path, _, _ in plan.failed]
        # What could not be listed is not known to be gone.
        gone = [i for key, i in there.items() if key not in have and selection.takes(i)]
        plan.delete = [i for i in gone if not any(b == "" or i.path == b or i.path.startswith(b + "/") for b in blind)]
        plan.delete.sort(key=lambda i: i.path, reverse=True)
    return plan
