"""What unlocks a device: a code of 29 characters, and a device manifest."""

import hashlib
import os

from emulator.services.snowball import clients
from emulator.services.snowball.base import manifests, service
from emulator.services.snowball.jobs import find, wrong_state

READY = ("PreparingShipment", "InTransitToCustomer", "WithCustomer", "InTransitToAWS")
"""From the time at which the device is prepared, until it is back (Snowball API, GetJobManifest)."""
MANIFEST_BYTES = 100_000
"""More than one secret holds, as that of a real device may be."""


def _ready(job_id: str) -> dict:
    job = find(job_id)
    if job["JobState"] not in READY:
        raise wrong_state(job, "there is nothing to unlock now.")
    return job


def _code(job_id: str) -> str:
    digest = hashlib.sha256(job_id.encode()).hexdigest()[:25]
    return "-".join(digest[i : i + 5] for i in range(0, 25, 5))


@service.operation("GetJobUnlockCode")
def unlock_code(request: dict) -> dict:
    return {"UnlockCode": _code(_ready(request["JobId"])["JobId"])}


@service.operation("GetJobManifest")
def manifest(request: dict) -> dict:
    job_id = _ready(request["JobId"])["JobId"]
    key = f"{job_id}/manifest.bin"
    if manifests.get(job_id) is None:
        clients.keep(key, os.urandom(MANIFEST_BYTES))
        manifests.put(job_id, {"key": key})
    return {"ManifestURI": clients.link(key)}
