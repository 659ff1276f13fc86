"""The way of a job through AWS's states. A device stays with the customer until it is sent back."""

import logging
import os
import shutil
from typing import Any

from ministack.core.responses import get_region, request_scope

from emulator.services import pace
from emulator.services.snowball import clients, importing
from emulator.services.snowball.base import DEVICES, device_folder, jobs, service

log = logging.getLogger("decant")
WAY = (
    "New",
    "PreparingAppliance",
    "PreparingShipment",
    "InTransitToCustomer",
    "WithCustomer",
    "InTransitToAWS",
    "WithAWSSortingFacility",
    "WithAWS",
    "InProgress",
    "Complete",
)
SECONDS = 2
"""In each state, at speed 1."""
WORDS = {
    "New": "has been created",
    "PreparingAppliance": "is being prepared",
    "PreparingShipment": "is being prepared for shipment",
    "InTransitToCustomer": "is in transit to you",
    "WithCustomer": "was delivered to you",
    "InTransitToAWS": "is in transit to AWS",
    "WithAWSSortingFacility": "is at AWS sorting facility",
    "WithAWS": "is at AWS",
    "InProgress": "is being imported",
    "Complete": "is complete",
    "Cancelled": "is cancelled",
}
"""As AWS's mails say it (Snowball Edge guide, notifications)."""


def tell(job: dict[str, Any]) -> None:
    """Sends the notification of a job's state. A topic that is gone is the customer's loss, as with AWS."""
    wanted = job.get("Notification") or {}
    topic = wanted.get("SnsTopicARN")
    if not topic or not (wanted.get("NotifyAll") or job["JobState"] in (wanted.get("JobStatesToNotify") or [])):
        return
    name = job.get("Description") or "without a name"
    text = f"Your job {name} ({job['JobId']}) {WORDS[job['JobState']]}. More info - https://console.aws.amazon.com/importexport"
    try:
        clients.of_customer("sns").publish(TopicArn=topic, Message=text)
    except Exception:
        log.warning("snowball: the notification of %s could not be sent", job["JobId"], exc_info=True)


def begin(job_id: str) -> None:
    job = jobs.get(job_id)
    if job:
        tell(job)
        _schedule(job_id)


def _schedule(job_id: str) -> None:
    pace.later(SECONDS, _guarded, job_id)


def _guarded(job_id: str) -> None:
    try:
        _step(job_id)
    except Exception:
        log.exception("snowball: job %s stands still", job_id)


def move(job_id: str, wanted: str, becomes: str) -> bool:
    """Moves a job from one state to another; False when it is in none such."""
    moved = []

    def change(job: dict[str, Any]) -> None:
        if job["JobState"] == wanted:
            job["JobState"] = becomes
            moved.append(job)

    jobs.change(job_id, change)
    if not moved:
        return False
    if becomes == "WithCustomer":
        os.makedirs(device_folder(job_id), exist_ok=True)
    tell(moved[0])
    if becomes not in ("WithCustomer", "Complete", "Cancelled"):
        _schedule(job_id)
    return True


def _step(job_id: str) -> None:
    job = jobs.get(job_id)
    if job is None or job["JobState"] not in WAY[:-1] or job["JobState"] == "WithCustomer":
        return
    state = job["JobState"]
    if service.fault("stuck", job_id, get_region()):
        return _schedule(job_id)
    if state == "InTransitToAWS" and service.fault("device-lost", job_id):
        shutil.rmtree(device_folder(job_id), ignore_errors=True)
        move(job_id, state, "Cancelled")
        return
    if state == "InProgress":
        importing.run(job)
        # AWS erases a device once its data is in (Snowball Edge guide, how-it-works).
        shutil.rmtree(device_folder(job_id), ignore_errors=True)
    move(job_id, state, WAY[WAY.index(state) + 1])


@service.on_start
def resume() -> None:
    for account, region, job_id, _ in jobs.everywhere():
        with request_scope(account, region):
            _schedule(job_id)


@service.on_reset
def reset() -> None:
    shutil.rmtree(DEVICES, ignore_errors=True)
