"""S3 Batch Operations: jobs that walk through AWS's states, copy or hash real objects, and write completion reports."""

import json
import secrets
import time
import uuid
from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator.services import pace
from emulator.services.s3_batch_base import jobs, service, tokens
from emulator.services.s3_batch_walk import ENDED, resume, stop_all, walk

OPERATIONS = ("S3PutObjectCopy", "S3ComputeObjectChecksum")
"""Those that are embedded; the others of the model are refused."""


def bad(message: str):
    return service.error("BadRequestException", message)


def known(id: str) -> dict[str, Any]:
    job = jobs.get(id)
    if job is None:
        raise service.error("NotFoundException", "The specified job does not exist.")
    return job


def same_account(request: dict[str, Any]) -> None:
    if request["AccountId"] != get_account_id():
        raise bad(f"The account {request['AccountId']} is not the caller's.")


@service.operation("CreateJob")
def create_job(request: dict[str, Any]) -> dict[str, Any]:
    same_account(request)
    asked = {k: v for k, v in request.items() if k not in ("AccountId", "ClientRequestToken")}
    text = json.dumps(asked, sort_keys=True)
    before = tokens.get(request["ClientRequestToken"])
    if before is not None:
        if before["asked"] != text:
            raise service.error("IdempotencyException", "The token was used for a job with other parameters.")
        return {"JobId": before["job"]}
    _check(asked)
    id = str(uuid.uuid4())
    job = {
        "JobId": id,
        "JobArn": f"arn:aws:s3:{get_region()}:{get_account_id()}:job/{id}",
        "ConfirmationRequired": asked.get("ConfirmationRequired", False),
        "Description": asked.get("Description"),
        "Status": "New",
        "Manifest": asked["Manifest"],
        "Operation": asked["Operation"],
        "Priority": asked["Priority"],
        "ProgressSummary": {"TotalNumberOfTasks": 0, "NumberOfTasksSucceeded": 0, "NumberOfTasksFailed": 0},
        "FailureReasons": [],
        "Report": asked["Report"],
        "CreationTime": round(time.time(), 3),
        "RoleArn": asked["RoleArn"],
    }
    jobs.put(id, job)
    tokens.put(request["ClientRequestToken"], {"asked": text, "job": id, "nonce": secrets.token_hex(20)})
    pace.thread(walk, id)
    return {"JobId": id}


def _check(asked: dict[str, Any]) -> None:
    """What the model does not say, and AWS refuses at once."""
    operations = list(asked["Operation"])
    if len(operations) != 1:
        raise bad("A job has exactly one operation.")
    if operations[0] not in OPERATIONS:
        raise bad(f"{operations[0]} is not embedded in the local AWS; {', '.join(OPERATIONS)} are.")
    if "ManifestGenerator" in asked or "Manifest" not in asked:
        raise bad("The local AWS takes jobs with a manifest; it generates none.")
    spec = asked["Manifest"]["Spec"]
    if spec["Format"] != "S3BatchOperations_CSV_20180820":
        raise bad(f"The local AWS reads no manifest of format {spec['Format']}.")
    fields = spec.get("Fields", [])
    if fields.count("Bucket") != 1 or fields.count("Key") != 1:
        raise bad("The manifest's fields must name Bucket and Key once each.")
    copy = asked["Operation"].get("S3PutObjectCopy")
    if copy is not None and "TargetResource" not in copy:
        raise bad("S3PutObjectCopy needs a TargetResource.")
    report = asked["Report"]
    if report["Enabled"] and not all(report.get(k) for k in ("Bucket", "Format", "ReportScope")):
        raise bad("A report needs Bucket, Format and ReportScope.")


@service.operation("DescribeJob")
def describe_job(request: dict[str, Any]) -> dict[str, Any]:
    same_account(request)
    return {"Job": {k: v for k, v in known(request["JobId"]).items() if k != "Confirmed"}}


@service.operation("ListJobs")
def list_jobs(request: dict[str, Any]) -> dict[str, Any]:
    same_account(request)
    wanted = request.get("JobStatuses") or None
    newest = [j for j in reversed(jobs.all()) if wanted is None or j["Status"] in wanted]
    token = request.get("NextToken", "0")
    if not token.isdigit():
        raise service.error("InvalidNextTokenException", "The token is not one that this service gave.")
    start, size = int(token), request.get("MaxResults", 1000)
    listed = ("JobId", "Description", "Priority", "Status", "CreationTime", "TerminationDate", "ProgressSummary")
    return {
        "Jobs": [
            {**{k: j.get(k) for k in listed}, "Operation": next(iter(j["Operation"]))} for j in newest[start : start + size]
        ],
        "NextToken": str(start + size) if start + size < len(newest) else None,
    }


@service.operation("UpdateJobPriority")
def update_job_priority(request: dict[str, Any]) -> dict[str, Any]:
    same_account(request)
    if known(request["JobId"])["Status"] in ENDED:
        raise bad("The job has ended.")
    jobs.change(request["JobId"], lambda job: job.update(Priority=request["Priority"]))
    return {"JobId": request["JobId"], "Priority": request["Priority"]}


@service.operation("UpdateJobStatus")
def update_job_status(request: dict[str, Any]) -> dict[str, Any]:
    same_account(request)
    id, wanted = request["JobId"], request["RequestedJobStatus"]
    known(id)

    def change(job: dict[str, Any]) -> None:
        if wanted == "Ready" and job["Status"] != "Suspended":
            raise service.error("JobStatusException", f"A job that is {job['Status']} cannot become Ready.")
        if wanted == "Cancelled" and job["Status"] in (*ENDED, "Cancelling", "Completing", "Failing"):
            raise service.error("JobStatusException", f"A job that is {job['Status']} cannot be cancelled.")
        job["Status"] = "Ready" if wanted == "Ready" else "Cancelling"
        job["StatusUpdateReason"] = request.get("StatusUpdateReason")
        job["Confirmed"] = job.get("Confirmed", False) or wanted == "Ready"

    changed = jobs.change(id, change)
    assert changed is not None
    return {"JobId": id, "Status": changed["Status"], "StatusUpdateReason": changed["StatusUpdateReason"]}


service.on_start(resume)
service.on_reset(stop_all)
