"""A batch job's way through its states: New, Preparing, (Suspended,) Ready, Active, Completing, Complete."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import asdict
from typing import Any

from ministack.core.responses import request_scope

from emulator.services import pace
from emulator.services.s3_batch_base import chunks, jobs, service
from emulator.services.s3_batch_files import JobFailure, may_work, read_manifest, write_report
from emulator.services.s3_batch_tasks import Done, Task, run

log = logging.getLogger("decant")
ENDED = ("Complete", "Failed", "Cancelled")
CHUNK = 50
"""Tasks after which progress is kept; what a killed job does again at most."""
AT_ONCE = 8
FAILURE_SHARE, FAILURE_LEAST = 0.5, 1000
"""A job ends Failed when, of a thousand tasks and more, over half have failed."""
_stop = threading.Event()


class Stopped(Exception):
    """The emulator is reset."""


def _pause(seconds: float) -> None:
    if pace.wait(seconds, _stop):
        raise Stopped


def _status(id: str) -> str:
    job = jobs.get(id)
    if job is None:
        raise Stopped
    return job["Status"]


def _to(id: str, status: str, **more: Any) -> dict[str, Any]:
    """Moves on, unless somebody has asked for the end meanwhile."""

    def change(job: dict[str, Any]) -> None:
        if job["Status"] != "Cancelling" or status in ("Cancelled", "Failed"):
            job["Status"] = status
        job.update(more)

    changed = jobs.change(id, change)
    if changed is None:
        raise Stopped
    return changed


def walk(id: str) -> None:
    """Takes a job from where it is to its end."""
    try:
        _walk(id)
    except Stopped:
        return
    except JobFailure as failure:
        _fail(id, failure)
    except Exception as error:
        log.exception("batch job %s", id)
        _fail(id, JobFailure("InternalError", f"{type(error).__name__}: {error}"[:256]))


def _fail(id: str, failure: JobFailure) -> None:
    reasons = [{"FailureCode": failure.code, "FailureReason": failure.reason[:256]}]
    _to(id, "Failed", FailureReasons=reasons, TerminationDate=round(time.time(), 3))


def _walk(id: str) -> None:
    job = jobs.get(id)
    if job is None:
        raise Stopped
    if job["Status"] == "New":
        _pause(1)
        job = _to(id, "Preparing")
    may_work(job["RoleArn"])
    tasks = read_manifest(job["Manifest"])
    if job["Status"] == "Preparing":
        _pause(2)
        progress = {"TotalNumberOfTasks": len(tasks), "NumberOfTasksSucceeded": 0, "NumberOfTasksFailed": 0}
        if job["ConfirmationRequired"]:
            cause = {"SuspendedDate": round(time.time(), 3), "SuspendedCause": "The job awaits confirmation."}
            job = _to(id, "Suspended", ProgressSummary=progress, **cause)
        else:
            job = _to(id, "Ready", ProgressSummary=progress)
    while _status(id) == "Suspended":
        _pause(0.5)
    if _status(id) == "Ready":
        _pause(1)
        _to(id, "Active")
    done, failure = _work(id, job, tasks)
    if failure is not None:
        _to(id, "Failing")
    elif _status(id) == "Active":
        _to(id, "Completing")
    write_report(job, done)
    _pause(1)
    if failure is not None:
        _fail(id, failure)
    else:
        _to(id, "Cancelled" if _status(id) == "Cancelling" else "Complete", TerminationDate=round(time.time(), 3))


def _work(id: str, job: dict[str, Any], tasks: list[Task]) -> tuple[list[Done], JobFailure | None]:
    """The tasks that ran, and why the job fails, if it does. Tasks that ran before a stop are not run again."""
    done: list[Done] = []
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(tasks), CHUNK):
            kept = chunks.get(f"{id}/{start}")
            if kept is None:
                if _status(id) not in ("Active", "Completing"):
                    break
                ends = service.fault("job-fails", id) if done else None
                if ends is not None:
                    return done, JobFailure("InternalError", "The job was ended by a fault")
                slow = service.fault("slow-tasks", id)
                if slow is not None:
                    _pause(slow["seconds"] * CHUNK / AT_ONCE)
                some = [pool.submit(copy_context().run, run, job, task) for task in tasks[start : start + CHUNK]]
                found = [f.result() for f in some]
                chunks.put(f"{id}/{start}", {"done": [asdict(d) for d in found]})
            else:
                found = [Done(**{**d, "task": Task(**d["task"])}) for d in kept["done"]]
            done += found
            failed = sum(not d.ok for d in done)
            elapsed = {"ElapsedTimeInActiveSeconds": int(time.monotonic() - started)}
            jobs.change(
                id,
                lambda j: j["ProgressSummary"].update(
                    NumberOfTasksSucceeded=len(done) - failed, NumberOfTasksFailed=failed, Timers=elapsed
                ),
            )
            if len(done) >= FAILURE_LEAST and failed / len(done) > FAILURE_SHARE:
                return done, JobFailure("TooManyFailures", "More than half of the tasks have failed")
    return done, None


def resume() -> None:
    """Jobs that a stop interrupted go on where they were."""
    _stop.clear()
    for account, region, id, job in list(jobs.everywhere()):
        if job["Status"] not in ENDED:
            with request_scope(account, region):
                pace.thread(walk, id)


def stop_all() -> None:
    """Ends the walks; those that start after a reset wait anew."""
    global _stop
    _stop.set()
    _stop = threading.Event()
