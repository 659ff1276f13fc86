"""Jobs: molecules of a file in S3, answered by files in S3."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .errors import ConflictError, DecantError, JobError
from .generated.api.jobs import cancel_job, create_job, get_job, list_jobs
from .generated.models import Job, JobInput, JobOutput, JobOutputs, JobRequest
from .generated.types import UNSET

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow.fs import FileSystem

ENDED = frozenset({"SUCCEEDED", "PARTIAL", "FAILED", "CANCELLED"})


class Jobs:
    """Starts jobs, follows and cancels them, and reads their results."""

    def __init__(self, call: Callable[..., Any], sleep: Callable[[float], None] = time.sleep) -> None:
        self._call = call
        self._sleep = sleep

    def start(
        self,
        kind: str,
        s3uri: str,
        format: str,
        *,
        column: str | None = None,
        output: str | None = None,
        model: str | None = None,
        on_truncation: str | None = None,
    ) -> Job:
        """Starts a job of ``embeddings`` or ``predictions``.

        ``format`` is csv, smi, sdf or parquet; ``output`` a folder in S3. However often the request is repeated on
        the way, the job is started once.
        """
        request = JobRequest(
            type_=kind,  # type: ignore[arg-type]
            input_=JobInput(s3uri=s3uri, format_=format, column=_or_unset(column)),  # type: ignore[arg-type]
            output=UNSET if output is None else JobOutput(s3uri=output),
            model=_or_unset(model),
            on_truncation=_or_unset(on_truncation),
        )
        return self._call(create_job, body=request, idempotency_key=str(uuid.uuid4()))

    def get(self, job_id: str) -> Job:
        """State, counts and results of a job."""
        return self._call(get_job, id=job_id)

    def list(self, status: str | None = None) -> Iterator[Job]:
        """All jobs of this application, newest first, a page at a time."""
        cursor: Any = UNSET
        while True:
            page = self._call(list_jobs, status=_or_unset(status), cursor=cursor)
            yield from page.jobs
            cursor = page.next_cursor
            if cursor is UNSET:
                return

    def cancel(self, job_id: str) -> Job:
        """Cancels a job; what it wrote stays. Raises ConflictError when it has ended already."""
        try:
            return self._call(cancel_job, id=job_id)
        except ConflictError:
            # The answer to an earlier try may have been lost on the way: then it has ended as it was asked to.
            job = self.get(job_id)
            if job.state == "CANCELLED":
                return job
            raise

    def wait(
        self,
        job_id: str,
        *,
        on_progress: Callable[[Job], None] | None = None,
        every: float = 2.0,
        timeout: float | None = None,
    ) -> Job:
        """Follows a job to its end, which may be PARTIAL: then some molecules have no answer.

        Looks every two seconds at first, and every twenty in the end. Raises JobError when the job failed or was
        cancelled, TimeoutError when ``timeout`` seconds passed; the job goes on then.
        """
        pause, waited = every, 0.0
        while True:
            job = self.get(job_id)
            if on_progress:
                on_progress(job)
            if job.state in ("FAILED", "CANCELLED"):
                raise JobError(job)
            if job.state in ENDED:
                return job
            if timeout is not None and waited + pause > timeout:
                raise TimeoutError(f"job {job_id} is {job.state} after {timeout} s")
            self._sleep(pause)
            waited += pause
            pause = min(pause * 1.3, every * 10)

    def results(self, job: Job, filesystem: FileSystem | None = None) -> DataFrame:
        """The results of an ended job. Needs pandas and pyarrow; without ``filesystem`` the AWS credentials of this process."""
        import pyarrow.dataset as ds

        paths = [_path(uri) for uri in _outputs(job).results]
        return ds.dataset(paths, format="parquet", filesystem=filesystem or _s3()).to_table().to_pandas()

    def errors(self, job: Job, filesystem: FileSystem | None = None) -> list[dict[str, Any]]:
        """The molecules of an ended job that have no answer, one object a molecule, as the job wrote them."""
        with (filesystem or _s3()).open_input_stream(_path(_outputs(job).errors)) as stream:
            return [json.loads(line) for line in stream.read().splitlines() if line.strip()]


def _or_unset(value: Any) -> Any:
    return UNSET if value is None else value


def _s3() -> FileSystem:
    from pyarrow.fs import S3FileSystem

    return S3FileSystem()


def _path(uri: str) -> str:
    return uri.removeprefix("s3://")


def _outputs(job: Job) -> JobOutputs:
    if not job.outputs:
        raise DecantError(f"job {job.id} is {job.state} and has written no results")
    return job.outputs
