"""What all parts of the embedded Snowball share."""

import os
import time
import uuid
from typing import Any

from emulator import settings
from emulator.services.service import Service, ServiceError

service = Service(
    "snowball",
    # The model declares no error for a bad request as such; these are the nearest that its operations have.
    invalid=("InvalidInputCombinationException", "InvalidAddressException", "InvalidResourceException"),
    internal=(),
    faults={
        "device-lost": "a device is lost on its way back: its data never arrives, and AWS cancels the job",
        "objects-fail": "objects are not imported, for `reason`",
        "changed-during-copy": "a file is written to while it is copied, and so not imported",
        "device-quota": "the account may have `limit` devices at a time instead of 1",
        "stuck": "a job stays in its state",
    },
    lasting=("device-quota", "stuck"),
)
addresses, jobs, imports, manifests = (service.table(kind) for kind in ("addresses", "jobs", "imports", "manifests"))

DEVICES = os.path.join(settings.DATA_DIR, "devices")


def device_folder(job_id: str) -> str:
    """The device of a job: what lies in it is what S3 on the device holds, by key."""
    return os.path.join(DEVICES, job_id)


def new_id(prefix: str) -> str:
    return f"{prefix}{uuid.uuid4()}"


def now() -> float:
    return round(time.time(), 3)


def missing(kind: str, id: str) -> ServiceError:
    return service.error("InvalidResourceException", f"{kind} {id} can't be found", ResourceType=kind)


def page(items: list[Any], request: dict[str, Any], name: str) -> dict[str, Any]:
    """One page of a list; the token is the position in it."""
    token = request.get("NextToken", "0")
    if not token.isdigit():
        raise service.error("InvalidNextTokenException", "the NextToken is not one that this service gave")
    start, size = int(token), request.get("MaxResults") or 100
    more = str(start + size) if start + size < len(items) else None
    return {name: items[start : start + size], "NextToken": more}
