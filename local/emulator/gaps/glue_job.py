"""The embedding job runs: the worker of one machine in the place of Spark, with the job's arguments and its true exit code.

The emulator says SUCCEEDED of every Spark job without having run it. Jobs that are told no bundle are left to it.
"""

import contextvars
import json
import os
import threading
import time
import uuid
from typing import Any

from ministack.services import cloudwatch_logs, glue
from ministack.services.cloudformation import provisioners

from emulator import settings
from emulator.hooks import needs, needs_text, replaces
from emulator.processes import KEPT_VARIABLES, TaskProcess, client, task_environment

jobs = needs(glue, "_jobs")
job_runs = needs(glue, "_job_runs")
security = needs(glue, "_security_configs")
answer = needs(glue, "json_response")
error = needs(glue, "error_response_json")
needs_text(glue, "_start_job_run", 'elif _is_spark_job(job):\n            run["JobRunState"] = "SUCCEEDED"')
needs_text(glue, "_batch_stop_job_run", 'run["JobRunState"] = "STOPPED"')
for _name in ("_create_log_group", "_create_log_stream", "_put_log_events"):
    needs(cloudwatch_logs, _name, "data")
needs(provisioners, "_GLUE_JOB_DEFAULTS")
# CloudFormation passes on what is named here.
provisioners._GLUE_JOB_DEFAULTS["ExecutionProperty"] = {"MaxConcurrentRuns": 1}

LOG_GROUP = "/aws-glue/jobs/output"
OURS = ("--bundle", "--plan", "--summary")
"""Arguments that no other job has together."""
LAST_LINES = 5
_running: dict[str, TaskProcess] = {}
"""Run → its process, of this emulator; runs of an earlier one have ended with it."""


def _sealings(job: dict[str, Any], arguments: dict[str, str]) -> dict[str, str]:
    """The key that Glue encrypts everything with, as the worker is told of keys."""
    named = security.get(job.get("SecurityConfiguration") or "", {}).get("EncryptionConfiguration") or {}
    key = next((e.get("KmsKeyArn") for e in named.get("S3Encryption") or named.get("S3Encryptions") or []), None)
    places = {"TRANSFORMED_BUCKET": "--tables", "QUARANTINE_BUCKET": "--quarantine", "WORK_BUCKET": "--summary"}
    buckets = {name: arguments.get(a, "")[len("s3://"):].split("/")[0] for name, a in places.items()}
    rules = {key: {"tables": ["molecules", "embeddings", "predictions"], "datasets": []}}
    return {**buckets, "SEALINGS": json.dumps(rules)} if key else buckets


def _log(stream: str, process: TaskProcess) -> list[str]:
    """Forwards the output, line by line, until it ends; the last lines."""
    cloudwatch_logs._create_log_group({"logGroupName": LOG_GROUP})
    cloudwatch_logs._create_log_stream({"logGroupName": LOG_GROUP, "logStreamName": stream})
    last: list[str] = []
    for line in process.logs(stream=True):
        text = line.decode("utf-8", "replace").rstrip("\n")
        last = [*last, text][-LAST_LINES:]
        event = {"timestamp": int(time.time() * 1000), "message": text}
        cloudwatch_logs._put_log_events({"logGroupName": LOG_GROUP, "logStreamName": stream, "logEvents": [event]})
    return last


def _attend(run: dict[str, Any], process: TaskProcess) -> None:
    """Stays with a process to its end, and writes down what became of the run."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.stop()

    timer = threading.Timer(60 * run["Timeout"], stop)
    timer.daemon = True
    timer.start()
    try:
        last = _log(run["Id"], process)
        code = process.exit_code()
    finally:
        timer.cancel()
        _running.pop(run["Id"], None)
    if run["JobRunState"] in ("STARTING", "RUNNING", "STOPPING"):
        stopped = run["JobRunState"] == "STOPPING"
        run["JobRunState"] = "STOPPED" if stopped else "TIMEOUT" if late.is_set() else "SUCCEEDED" if code == 0 else "FAILED"
    if run["JobRunState"] == "FAILED":
        run["ErrorMessage"] = f"exit code {code}: {' '.join(last)}"[:2000]
    run["CompletedOn"] = run["LastModifiedOn"] = int(time.time())
    run["ExecutionTime"] = run["CompletedOn"] - run["StartedOn"]


def _keep_concurrency(name: str | None, data: dict[str, Any]) -> None:
    if name in jobs and "ExecutionProperty" in data:
        jobs[name]["ExecutionProperty"] = data["ExecutionProperty"]


@replaces(glue, "_create_job", "data")
def create_job(original, data):
    answered = original(data)
    if answered[0] == 200:
        _keep_concurrency(data.get("Name"), data)
    return answered


@replaces(glue, "_update_job", "data")
def update_job(original, data):
    answered = original(data)
    _keep_concurrency(data.get("JobName"), data.get("JobUpdate") or {})
    return answered


@replaces(glue, "_start_job_run", "data")
def start_job_run(original, data):
    name = data.get("JobName")
    job = jobs.get(name)
    arguments = {**((job or {}).get("DefaultArguments") or {}), **(data.get("Arguments") or {})}
    if not job or not all(a in arguments for a in OURS):
        return original(data)
    most = int((job.get("ExecutionProperty") or {}).get("MaxConcurrentRuns", 1))
    if sum(r["Id"] in _running for r in job_runs.get(name, [])) >= most:
        return error("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {name}", 400)
    id = f"jr_{uuid.uuid4().hex}"
    now = int(time.time())
    run = {
        "Id": id, "JobName": name, "Attempt": 0, "StartedOn": now, "LastModifiedOn": now, "CompletedOn": None,
        "JobRunState": "RUNNING", "Arguments": arguments, "ErrorMessage": "", "PredecessorRuns": [], "ExecutionTime": 0,
        "Timeout": int(job.get("Timeout") or 480), "WorkerType": job.get("WorkerType"),
        "NumberOfWorkers": int(job.get("NumberOfWorkers") or 2), "GlueVersion": job.get("GlueVersion"),
        "SecurityConfiguration": job.get("SecurityConfiguration", ""), "LogGroupName": "/aws-glue/jobs",
    }
    told = [text for a in arguments.items() for text in a]
    own = {k: v for k, v in os.environ.items() if k in KEPT_VARIABLES}
    environment = {**own, **task_environment(_sealings(job, arguments))}
    process = client.containers.start(lambda: TaskProcess("embedder", id, [settings.NODE, settings.EMBEDDER, *told], environment))
    _running[id] = process
    job_runs.setdefault(name, []).append(run)
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(_attend, run, process), daemon=True).start()
    return answer({"JobRunId": id})


@replaces(glue, "_batch_stop_job_run", "data")
def batch_stop_job_run(original, data):
    ours = [r for r in job_runs.get(data.get("JobName"), []) if r["Id"] in data.get("JobRunIds", []) and r["Id"] in _running]
    for run in ours:
        run["JobRunState"] = "STOPPING"
        threading.Thread(target=_running[run["Id"]].stop, daemon=True).start()
    others = [i for i in data.get("JobRunIds", []) if i not in {r["Id"] for r in ours}]
    status, headers, body = original({**data, "JobRunIds": others})
    told = json.loads(body)
    told["SuccessfulSubmissions"] += [{"JobName": r["JobName"], "JobRunId": r["Id"]} for r in ours]
    return status, headers, json.dumps(told).encode()
