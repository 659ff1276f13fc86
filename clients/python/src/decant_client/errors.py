"""Everything that can go wrong. No message repeats a structure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .generated.models import FieldError, Job, Problem
from .generated.types import UNSET


class DecantError(Exception):
    """What all errors of this client are."""


class NoAnswerError(DecantError):
    """No whole answer came: connection refused or broken, or time ran out."""


class BadAnswerError(DecantError):
    """An answer came, but is no JSON, or not the answer to what was asked."""


class SignInError(DecantError):
    """The place that gives tokens refused, or gave none."""


class JobError(DecantError):
    """A job ended without results."""

    def __init__(self, job: Job) -> None:
        why = f": {job.error.code}, {job.error.detail}" if job.error else ""
        super().__init__(f"job {job.id} is {job.state}{why}")
        self.job = job


class PartialAnswerError(DecantError):
    """Some batches were answered and one was not.

    ``items`` has the answers at their places, and None for the others; ``__cause__`` says why.
    """

    def __init__(self, items: Sequence[Any | None], cause: BaseException) -> None:
        done = sum(item is not None for item in items)
        super().__init__(f"{done} of {len(items)} molecules were answered, then: {cause}")
        self.items = items


class ApiError(DecantError):
    """The API refused a request as a whole (RFC 9457)."""

    def __init__(self, problem: Problem, request_id: str | None = None, retry_after: float | None = None) -> None:
        errors = problem.errors or []
        places = "; ".join(f"{e.pointer} {e.detail}" for e in errors)
        super().__init__(f"{problem.status} {problem.title}: {problem.detail}{f' ({places})' if places else ''}")
        self.status: int = problem.status
        self.problem = problem
        self.request_id = request_id
        """To name when you ask for help: the logs know it."""
        self.retry_after = retry_after
        """Seconds after which another try makes sense, where the API says so."""


class UnauthorizedError(ApiError):
    """401: the token is missing, expired, foreign or tampered with, also after it was renewed."""


class ForbiddenError(ApiError):
    """403: the token lacks the scope of the route, or the application key is missing."""


class NotFoundError(ApiError):
    """404: there is no such model, version, molecule or job."""


class ConflictError(ApiError):
    """409: the idempotency key was used for another body, or the job has ended already."""


class InvalidRequestError(ApiError):
    """400, 413, 415, 422: the request itself is wrong; ``problem.errors`` name each place."""


class ThrottledError(ApiError):
    """429, after all tries."""


class UnavailableError(ApiError):
    """5xx, after all tries."""


_CLASSES: dict[int, type[ApiError]] = {
    400: InvalidRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidRequestError,
    415: InvalidRequestError,
    422: InvalidRequestError,
    429: ThrottledError,
}


def api_error(status: int, body: bytes, request_id: str | None, retry_after: float | None) -> ApiError:
    """The error of an answer. A body that is no problem document, as a proxy may send, gets a plain one."""
    problem = _read_problem(status, body)
    known = request_id or (problem.request_id if problem.request_id is not UNSET else None)
    kind = _CLASSES.get(status, UnavailableError if status >= 500 else ApiError)
    return kind(problem, known or None, retry_after)


def _read_problem(status: int, body: bytes) -> Problem:
    plain = Problem(type_="about:blank", title="No problem document", status=status, detail="none was sent")
    try:
        found = json.loads(body)
    except ValueError:
        return plain
    if (
        not isinstance(found, dict)
        or not isinstance(found.get("title"), str)
        or not isinstance(found.get("detail"), str)
    ):
        return plain
    problem = Problem(
        type_=str(found.get("type", "about:blank")), title=found["title"], status=status, detail=found["detail"]
    )
    if isinstance(found.get("request_id"), str):
        problem.request_id = found["request_id"]
    if isinstance(found.get("errors"), list):
        problem.errors = [
            FieldError(pointer=str(e.get("pointer", "")), detail=str(e.get("detail", "")))
            for e in found["errors"]
            if isinstance(e, dict)
        ]
    return problem
