"""One execution from LAUNCHING to SUCCESS or ERROR, in a thread of its own."""

import contextvars
import logging
import threading
import time
from typing import Any

from emulator.services import events, pace
from emulator.services.datasync import locations, report, tasks
from emulator.services.datasync.base import executions, now
from emulator.services.datasync.counters import counters
from emulator.services.datasync.ends import end_of
from emulator.services.datasync.items import Broken, Item, Problem, Selection
from emulator.services.datasync.mover import Cancelled, Mover
from emulator.services.datasync.outcome import Outcome, Outcomes
from emulator.services.datasync.plan import Plan, manifest_paths, prepare
from emulator.services.datasync.sources import uri

log = logging.getLogger("decant")
LAUNCH_S = 2
"""An execution launches and prepares for minutes in AWS; here for so long at speed 1, and no shorter than its work."""
PHASE_S = 1
SAVE_EVERY_S = 0.2
SAVE_SHARE = 20
"""Saving the counters may take one part in so many of the time: they are summed up anew each time."""
FAILED = (
    "Transfer and verification completed. Selected files transferred except for files skipped due to errors. "
    "See the task report for them."
)
running: dict[str, "Run"] = {}
stopping = threading.Event()
"""The emulator stops: what runs is left as it is, to begin again at the next start."""


class Run:
    """An execution that is in progress."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.arn, self.task_arn = record["TaskExecutionArn"], record["TaskArn"]
        self.enhanced = record["TaskMode"] == "ENHANCED"
        self.options = record["Options"]
        task = tasks.find(self.task_arn)
        ends = [locations.find(task[f"{end}LocationArn"]) for end in ("Source", "Destination")]
        self.places = (uri(ends[0]["Kind"], ends[0]["Request"]), uri(ends[1]["Kind"], ends[1]["Request"]))
        arns = (self.arn, self.task_arn, *(a for end in ends for a in [end["LocationArn"], *end["AgentArns"]]))
        self.mover = Mover(arns, end_of(ends[0]), end_of(ends[1]), self.options)
        self.plan: Plan | None = None
        self.outcomes = Outcomes()
        self._save_at = 0.0
        self._phase_at = time.monotonic()
        self._lock = threading.Lock()

    def save(self, **changes: Any) -> dict[str, Any] | None:
        found = counters(self.enhanced, self.plan, self.outcomes, self.mover.sent, self.options)
        return executions.change(self.arn, lambda e: e.update({**found, **changes}))

    def progress(self) -> None:
        begun = time.monotonic()
        with self._lock:
            if begun < self._save_at:
                return
            self._save_at = begun + SAVE_EVERY_S
        self.save()
        self._save_at = max(self._save_at, begun + SAVE_SHARE * (time.monotonic() - begun))

    def enter(self, status: str, nominal_s: float = PHASE_S, **result: Any) -> None:
        """The next state. The one before is held for its time, so that it can be seen."""
        self.mover.check()
        self._phase_at = time.monotonic()
        self.tell(Status=status, **result)
        announce(self.arn, status)
        self._hold_s = pace.seconds(nominal_s)

    def tell(self, **result: Any) -> None:
        """Saves members of the result; `Status` is the execution's own."""
        status = {"Status": result.pop("Status")} if "Status" in result else {}
        record = executions.get(self.arn) or {}
        self.save(**status, Result={**record.get("Result", {}), **result})

    def hold(self) -> None:
        left = self._hold_s - (time.monotonic() - self._phase_at)
        if left > 0:
            self.mover.stop.wait(left)
        self.mover.check()

    def took(self) -> int:
        """Milliseconds since the phase began; Enhanced mode's phases overlap, and it tells none."""
        return 0 if self.enhanced else int((time.monotonic() - self._phase_at) * 1000)


def announce(arn: str, status: str) -> None:
    events.emit("aws.datasync", "DataSync Task Execution State Change", [arn], {"State": status})


def work(run: Run) -> None:
    """Runs to the end and records it. Never raises."""
    error: Broken | None = None
    try:
        _walk(run)
        if run.outcomes.failures():
            error = Broken("FilesFailed", FAILED)
    except Broken as broken:
        error = broken
    except Cancelled:
        error = Broken("Cancelled", "The task execution was cancelled.")
    except Exception as unexpected:
        if not stopping.is_set():
            log.exception("%s failed", run.arn)
        error = Broken("InternalError", f"The embedded DataSync failed: {unexpected}")
    if not stopping.is_set():
        _finish(run, error)


def _walk(run: Run) -> None:
    mover = run.mover
    run.enter("LAUNCHING", LAUNCH_S)
    offline = tasks.offline_agent(tasks.find(run.task_arn))
    if offline:
        raise Broken("AgentOffline", f"Agent {offline} does not answer.")
    run.hold()
    run.enter("PREPARING", PrepareStatus="PENDING")
    record = executions.get(run.arn) or {}
    config = record.get("ManifestConfig")
    listed = manifest_paths(config) if config else None
    mover.destination.require()
    run.plan = prepare(mover.source, mover.destination, Selection(record.get("Includes"), record.get("Excludes"), listed), run.options)
    run.outcomes.skipped = [Outcome(item, reason=why) for item, why in run.plan.skipped]
    for path, folder, why in run.plan.failed:
        run.outcomes.skipped.append(Outcome(Item(path=path, folder=folder), problem=why, reason=why.detail))
    run.hold()
    result = {"PrepareDuration": run.took(), "PrepareStatus": "SUCCESS"}
    run.enter("TRANSFERRING", **result, TransferStatus="PENDING")
    _transfer(run)
    run.hold()
    result = {"TransferDuration": run.took(), "TransferStatus": _status(run.outcomes.transferred)}
    run.enter("VERIFYING", **result, VerifyStatus="PENDING")
    _verify(run)
    run.hold()
    run.tell(VerifyDuration=run.took(), VerifyStatus=_status(run.outcomes.verified))


def _status(outcomes: list[Outcome]) -> str:
    return "ERROR" if any(o.problem for o in outcomes) else "SUCCESS"


def _transfer(run: Run) -> None:
    def one(pair: tuple[Item, Item | None]) -> None:
        run.outcomes.transferred.append(run.mover.transfer(*pair))
        run.progress()

    plan = run.plan or Plan()
    # Folders first, so that their times are not those of what is then written into them.
    files = [pair for pair in plan.transfer if not pair[0].folder]
    run.mover.each(one, [pair for pair in plan.transfer if pair[0].folder])
    run.mover.each(one, files)
    for item in plan.delete:
        run.mover.check()
        out = Outcome(item)
        try:
            run.mover.destination.remove(item)
        except (OSError, Problem) as error:
            out.problem = error if isinstance(error, Problem) else Problem("DeleteFailed", 40979, str(error))
        run.outcomes.deleted.append(out)


def _verify(run: Run) -> None:
    mode = run.options["VerifyMode"]
    if mode == "NONE":
        return
    done = [o for o in run.outcomes.transferred if not o.problem]
    if mode == "POINT_IN_TIME_CONSISTENT":
        done += [o for o in run.outcomes.skipped if not o.problem]

    def one(out: Outcome) -> None:
        run.outcomes.verified.append(run.mover.verify(out))
        run.progress()

    run.mover.each(one, done)


def _finish(run: Run, error: Broken | None) -> None:
    record = run.save() or {}
    result = dict(record.get("Result", {}))
    for phase in ("Prepare", "Transfer", "Verify"):
        if error and result.get(f"{phase}Status") == "PENDING":
            result[f"{phase}Status"] = "ERROR"
    if error:
        result.update(ErrorCode=error.code, ErrorDetail=error.detail)
    ended = now()
    result["TotalDuration"] = int((ended - record.get("LaunchTime", ended)) * 1000)
    status = "ERROR" if error else "SUCCESS"
    changes: dict[str, Any] = {"Result": result, "EndTime": ended}
    if record.get("TaskReportConfig"):
        changes["ReportResult"] = _report(run, {**record, **changes, "Status": status})
    # Out of the table first: who sees the end may start the next at once.
    running.pop(run.arn, None)
    run.save(Status=status, **changes)
    announce(run.arn, status)
    next_in_queue(run.task_arn)


def _report(run: Run, record: dict[str, Any]) -> dict[str, str]:
    try:
        report.write(record, run.outcomes, run.places)
        return {"Status": "SUCCESS"}
    except Exception as error:
        return {"Status": "ERROR", "ErrorCode": "ReportNotWritten", "ErrorDetail": str(error)}


def begin(record: dict[str, Any]) -> None:
    """Runs an execution in a thread of its own."""
    run = Run(record)
    running[run.arn] = run
    executions.change(run.arn, lambda e: e.update(Status="LAUNCHING", LaunchTime=now()))
    pace.thread(work, run)


def next_in_queue(task_arn: str) -> None:
    waiting = [e for e in executions.all() if e["TaskArn"] == task_arn and e["Status"] == "QUEUED"]
    if waiting and not tasks.current(task_arn):
        begin(waiting[0])
