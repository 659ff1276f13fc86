"""The manifest that a batch job reads, and the completion report that it writes, laid out as AWS lays them out."""

import csv
import hashlib
import io
import json
import time
from typing import Any, Iterable
from urllib.parse import quote, unquote_plus

from botocore.exceptions import ClientError

from emulator.services.s3_batch_base import client
from emulator.services.s3_batch_tasks import Done, Task

SCHEMA = "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"


class JobFailure(Exception):
    """The whole job fails."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def may_work(role_arn: str) -> None:
    """A role that does not exist, or that nothing is allowed to, reads no manifest. More of IAM is not emulated."""
    iam, name = client("iam"), role_arn.rpartition("/")[2]
    try:
        allowed = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        allowed += iam.list_role_policies(RoleName=name)["PolicyNames"]
    except ClientError as error:
        raise JobFailure("AssumeRoleFailed", f"The role {role_arn} cannot be assumed") from error
    if not allowed:
        raise JobFailure("ManifestReadForbidden", "Reading the manifest is forbidden: AccessDenied")


def read_manifest(manifest: dict[str, Any]) -> list[Task]:
    """Raises JobFailure when the manifest is not the one that was named, or cannot be read."""
    bucket, _, key = manifest["Location"]["ObjectArn"].partition(":::")[2].partition("/")
    try:
        found = client("s3").get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise JobFailure("ManifestReadFailed", f"The manifest cannot be read: {error}") from error
    if found.get("ServerSideEncryption") == "aws:kms":
        raise JobFailure("ManifestEncrypted", "The manifest is encrypted with a KMS key, which is not supported")
    if found["ETag"].strip('"') != manifest["Location"]["ETag"].strip('"'):
        raise JobFailure("ManifestEtagMismatch", "The manifest's ETag is not the one that was given")
    fields = manifest["Spec"]["Fields"]
    tasks = []
    for number, row in enumerate(csv.reader(io.StringIO(found["Body"].read().decode())), 1):
        if len(row) != len(fields):
            raise JobFailure("ManifestInvalid", f"line {number} has {len(row)} fields instead of {len(fields)}")
        named = dict(zip(fields, row))
        tasks.append(Task(named["Bucket"], unquote_plus(named["Key"]), named.get("VersionId", "")))
    if len({task.bucket for task in tasks}) > 1:
        raise JobFailure("ManifestInvalid", "The objects of a manifest must be in one bucket")
    return tasks


def _rows(done: Iterable[Done]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for d in done:
        status = "succeeded" if d.ok else "failed"
        # In AWS's own examples the HTTP status stands before the code, other than the schema says.
        writer.writerow([d.task.bucket, quote(d.task.key), d.task.version, status, d.http, d.code, d.message])
    return out.getvalue()


def write_report(job: dict[str, Any], done: list[Done]) -> None:
    """Nothing is written where no task ran, as AWS says."""
    report = job["Report"]
    if not report["Enabled"] or not done:
        return
    bucket = report["Bucket"].rpartition(":")[2]
    folder = "/".join(p for p in (report.get("Prefix"), f"job-{job['JobId']}") if p)
    scopes = [False] if report["ReportScope"] == "FailedTasksOnly" else [True, False]
    results = []
    for ok in scopes:
        rows = _rows(d for d in done if d.ok is ok)
        if rows == "":
            continue
        key = f"{folder}/results/{hashlib.sha1((job['JobId'] + str(ok)).encode()).hexdigest()}.csv"
        _put(bucket, key, rows, "text/csv")
        status, digest = "succeeded" if ok else "failed", hashlib.md5(rows.encode()).hexdigest()
        results.append({"TaskExecutionStatus": status, "Bucket": bucket, "MD5Checksum": digest, "Key": key})
    manifest = {
        "Format": "Report_CSV_20180820",
        "ReportCreationDate": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "Results": results,
        "ReportSchema": SCHEMA,
    }
    _put(bucket, f"{folder}/manifest.json", json.dumps(manifest), "application/json")


def _put(bucket: str, key: str, text: str, kind: str) -> None:
    """Reports are always encrypted by S3 itself."""
    body = text.encode()
    client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, ServerSideEncryption="AES256")
