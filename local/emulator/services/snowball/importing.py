"""The import: what lies on the device goes into the bucket over S3's own API, and everything is put on AWS's logs."""

import csv
import io
import logging
import os
import shutil
import tempfile
from typing import Any, Iterator

from emulator.services.snowball import clients, report
from emulator.services.snowball.base import device_folder, imports, service

log = logging.getLogger("decant")
LARGEST = 5 * 10**12
"""Bytes of an object (Snowball Edge guide, limits)."""
LONGEST_KEY = 1024


class NotImported(Exception):
    """Why an object stays out."""


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """(key, path) of everything on a device."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(parent, name)
            yield os.path.relpath(path, folder).replace(os.sep, "/"), path


def _static(path: str, job_id: str, key: str, copy: str) -> int:
    """Copies a file; its size. Raises NotImported when it changed meanwhile."""
    before = os.stat(path)
    shutil.copyfile(path, copy)
    if service.fault("changed-during-copy", job_id, path=key):
        with open(path, "ab") as file:
            file.write(b"\n")
    after = os.stat(path)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise NotImported("The file was modified while it was transferred.")
    return before.st_size


def _import(job_id: str, bucket: str, key: str, path: str, scratch: str) -> int:
    fault = service.fault("objects-fail", job_id, path=key)
    if fault:
        raise NotImported(str(fault.get("reason", "The object could not be read from the device.")))
    if len(key.encode()) > LONGEST_KEY:
        raise NotImported(f"The key is longer than {LONGEST_KEY} bytes.")
    copy = os.path.join(scratch, "object")
    size = _static(path, job_id, key, copy)
    if size > LARGEST:
        raise NotImported("The object is larger than 5 TB.")
    with open(copy, "rb") as body:
        # Names and sizes are all that a device keeps: no time, owner or type goes along.
        clients.of_customer("s3").put_object(Bucket=bucket, Key=key, Body=body)
    return size


def run(job: dict[str, Any]) -> None:
    """Imports a device. Keys that exist are overwritten; one object that fails stops no other."""
    job_id = job["JobId"]
    bucket = job["Resources"]["S3Resources"][0]["BucketArn"].split(":::")[-1]
    done: list[tuple[str, ...]] = []
    failed: list[tuple[str, ...]] = []
    files = list(_files(device_folder(job_id)))
    total = sum(os.path.getsize(path) for _, path in files)
    moved = 0
    with tempfile.TemporaryDirectory() as scratch:
        for key, path in files:
            try:
                size = _import(job_id, bucket, key, path, scratch)
                moved += size
                done.append((bucket, key, str(size)))
            except NotImported as why:
                failed.append((bucket, key, str(os.path.getsize(path)), str(why)))
            except Exception as error:
                log.warning("snowball: %s was not imported", key, exc_info=True)
                failed.append((bucket, key, str(os.path.getsize(path)), f"{type(error).__name__}: {error}"))
            _keep(job_id, len(done), moved, len(files), total, {})
    names = {
        "JobCompletionReportURI": (f"{job_id}/{job_id}-report.pdf", report.pdf(job, len(done), len(failed), moved)),
        "JobSuccessLogURI": (f"{job_id}/{job_id}-success.csv", _csv(("Bucket", "Key", "Size"), done)),
        "JobFailureLogURI": (f"{job_id}/{job_id}-failure.csv", _csv(("Bucket", "Key", "Size", "Error"), failed)),
    }
    for key, content in names.values():
        clients.keep(key, content)
    _keep(job_id, len(done), moved, len(files), total, {name: key for name, (key, _) in names.items()})


def _keep(job_id: str, objects: int, moved: int, all_objects: int, total: int, files: dict[str, str]) -> None:
    progress = {"ObjectsTransferred": objects, "BytesTransferred": moved, "TotalObjects": all_objects, "TotalBytes": total}
    imports.put(job_id, {"progress": progress, "files": files})


def _csv(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    """AWS documents that the logs are CSV and not which columns they have; these are our own."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([heading, *rows])
    return out.getvalue().encode()
