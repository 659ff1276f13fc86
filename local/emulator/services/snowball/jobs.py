"""Import jobs: created, changed and cancelled while they are New, described with where they are."""

import re
from typing import Any

from botocore.exceptions import ClientError
from ministack.core.responses import get_region

from emulator.services.service import ServiceError
from emulator.services.snowball import clients, travel
from emulator.services.snowball.base import addresses, imports, jobs, missing, new_id, now, page, service

CAPACITY = {"V3_5S": "T240", "V3_5C": "T32"}
"""Devices that there still are (Snowball API, CreateJob)."""
DESCRIPTION = re.compile(r"[a-zA-Z0-9\s\-_.:]+")
"""AWS's documentation has the pattern, its model has not (Snowball API, CreateJob)."""
DEFAULT_LIMIT = 1


def find(job_id: str) -> dict[str, Any]:
    job = jobs.get(job_id)
    if job is None:
        raise missing("Job", job_id)
    return job


def wrong_state(job: dict[str, Any], what: str) -> ServiceError:
    return service.error("InvalidJobStateException", f"Job {job['JobId']} is {job['JobState']}; {what}")


def _invalid(message: str) -> ServiceError:
    return service.error("InvalidInputCombinationException", message)


def usage() -> tuple[int, int]:
    """(devices in use, limit)."""
    fault = service.fault("device-quota", get_region())
    used = [j for j in jobs.all() if j["JobState"] not in ("Complete", "Cancelled")]
    return len(used), int(fault["limit"]) if fault else DEFAULT_LIMIT


@service.operation("GetSnowballUsage")
def get_usage(_request: dict) -> dict:
    used, limit = usage()
    return {"SnowballLimit": limit, "SnowballsInUse": used}


def _check(request: dict[str, Any]) -> None:
    if request.get("JobType") != "IMPORT":
        raise _invalid("Only import jobs are embedded in the local AWS.")
    device = request.get("SnowballType")
    if device not in CAPACITY:
        raise _invalid(f"There is no device of type {device}; {', '.join(CAPACITY)}.")
    if request.get("SnowballCapacityPreference", CAPACITY[device]) not in (CAPACITY[device], "NoPreference"):
        raise _invalid(f"A device of type {device} has the capacity {CAPACITY[device]}.")
    for field in ("AddressId", "RoleARN", "KmsKeyARN", "ShippingOption"):
        if not request.get(field):
            raise _invalid(f"{field} is missing.")
    if request.get("Description") and not DESCRIPTION.fullmatch(request["Description"]):
        raise _invalid(f"Description must satisfy the pattern {DESCRIPTION.pattern}.")
    if addresses.get(request["AddressId"]) is None:
        raise missing("Address", request["AddressId"])
    _check_resources(request)


def _check_resources(request: dict[str, Any]) -> None:
    buckets = [r["BucketArn"].split(":::")[-1] for r in (request.get("Resources") or {}).get("S3Resources") or []]
    if not buckets:
        raise _invalid("Resources.S3Resources names no bucket to import into.")
    if len(buckets) > 1:
        raise _invalid("The local AWS imports into one bucket a job.")
    try:
        clients.of_customer("s3").head_bucket(Bucket=buckets[0])
    except ClientError as error:
        raise missing("S3Bucket", buckets[0]) from error
    try:
        clients.of_customer("iam").get_role(RoleName=request["RoleARN"].split("/")[-1])
    except ClientError as error:
        raise missing("IAMRole", request["RoleARN"]) from error
    try:
        clients.of_customer("kms").describe_key(KeyId=request["KmsKeyARN"])
    except ClientError as error:
        raise service.error("KMSRequestFailedException", f"The key {request['KmsKeyARN']} can't be used.") from error


@service.operation("CreateJob")
def create(request: dict) -> dict:
    _check(request)
    used, limit = usage()
    if used >= limit:
        # The model declares no error for the quota; this one is the nearest to what it is about.
        message = f"{used} of {limit} devices of the account are in use. Ask AWS Support for more."
        raise service.error("InvalidResourceException", message, ResourceType="SnowballLimit")
    job_id = new_id("JID")
    kept = ("JobType", "SnowballType", "Resources", "Description", "KmsKeyARN", "RoleARN", "AddressId")
    more = ("SnowballCapacityPreference", "Notification", "ForwardingAddressId", "TaxDocuments", "RemoteManagement")
    jobs.put(
        job_id,
        {
            **{field: request[field] for field in (*kept, *more) if field in request},
            "JobId": job_id,
            "JobState": "New",
            "CreationDate": now(),
            "ShippingDetails": {"ShippingOption": request["ShippingOption"]},
        },
    )
    travel.begin(job_id)
    return {"JobId": job_id}


@service.operation("DescribeJob")
def describe(request: dict) -> dict:
    job = find(request["JobId"])
    done = imports.get(job["JobId"])
    if done:
        job["DataTransferProgress"] = done["progress"]
        if job["JobState"] == "Complete":
            job["JobLogInfo"] = {name: clients.link(key) for name, key in done["files"].items()}
    return {"JobMetadata": job}


@service.operation("ListJobs")
def list_jobs(request: dict) -> dict:
    fields = ("JobId", "JobState", "JobType", "SnowballType", "CreationDate", "Description")
    return page([{f: j.get(f) for f in fields} | {"IsMaster": False} for j in jobs.all()], request, "JobListEntries")


@service.operation("UpdateJob")
def update(request: dict) -> None:
    job = find(request["JobId"])
    if job["JobState"] != "New":
        raise wrong_state(job, "it can be changed while it is New only.")
    changed = {k: v for k, v in request.items() if k not in ("JobId", "ShippingOption", "OnDeviceServiceConfiguration", "PickupDetails")}
    shipping = {"ShippingOption": request.get("ShippingOption", job["ShippingDetails"]["ShippingOption"])}
    _check({**job, **changed, **shipping})
    jobs.change(job["JobId"], lambda j: j.update(changed, ShippingDetails=shipping))


@service.operation("CancelJob")
def cancel(request: dict) -> None:
    job = find(request["JobId"])

    def cancelled(j: dict[str, Any]) -> None:
        if j["JobState"] != "New":
            raise wrong_state(j, "it can be cancelled while it is New only.")
        j["JobState"] = "Cancelled"

    travel.tell(jobs.change(job["JobId"], cancelled) or job)


@service.operation("UpdateJobShipmentState")
def ship(request: dict) -> None:
    job = find(request["JobId"])
    wanted, becomes = {
        "RECEIVED": ("InTransitToCustomer", "WithCustomer"),
        "RETURNED": ("WithCustomer", "InTransitToAWS"),
    }[request["ShipmentState"]]
    if not travel.move(job["JobId"], wanted, becomes):
        raise wrong_state(find(job["JobId"]), f"it can be {request['ShipmentState']} while it is {wanted} only.")
