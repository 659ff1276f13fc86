"""One request until it is answered: token, key, time limit, and tries again where that can help and do no harm.

The generated functions send through an ``httpx.Client``; this is the transport below it.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import httpx

from .auth import TokenSource
from .errors import ApiError, BadAnswerError, DecantError, NoAnswerError, api_error

FIRST_WAIT = 0.5
"""Seconds: the first wait is at most this, then up to twice as long each time (full jitter)."""
LONGEST_WAIT = 20.0
LONGEST_RETRY_AFTER = 120.0
"""A longer Retry-After is told to the caller instead of slept."""
NOT_DONE = frozenset({429, 503})
"""Refused before anything was done."""
UNCLEAR = frozenset({500, 502, 504})
"""Nobody knows whether it was done."""
SAFE_POSTS = ("/v1/molecules:standardize", "/v1/tokenize", "/v1/similarity:search")
"""They change nothing, so that twice is as good as once."""


class Retrying(httpx.BaseTransport):
    """Signs requests and repeats those that may be repeated. Raises the errors of this package."""

    def __init__(
        self,
        auth: TokenSource,
        *,
        api_key: str | None = None,
        max_tries: int = 5,
        inner: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._auth = auth
        self._api_key = auth.api_key if api_key is None else api_key
        self._max_tries = max_tries
        self._inner = inner or httpx.HTTPTransport()
        self._sleep = sleep
        self._uniform = uniform

    def close(self) -> None:
        """Closes the connections."""
        self._inner.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of a request that was not refused, read to its end and known to be JSON."""
        request.read()
        if self._api_key is not None:
            request.headers["x-api-key"] = self._api_key
        renewed = False
        tries = 1
        while True:
            token = self._auth.get()
            request.headers["authorization"] = f"Bearer {token}"
            try:
                return self._once(request)
            except DecantError as error:
                if isinstance(error, ApiError) and error.status == 401 and not renewed:
                    renewed = True
                    self._auth.drop(token)
                    continue
                wait = self._wait_before(tries, request, error)
                if wait is None or tries >= self._max_tries:
                    raise
            self._sleep(wait)
            tries += 1

    def _once(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path}"
        try:
            response = self._inner.handle_request(request)
            try:
                response.read()
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise NoAnswerError(f"no answer to {what}: none in time") from error
        except httpx.TransportError as error:
            raise NoAnswerError(f"no answer to {what}: {error}") from error
        except httpx.DecodingError as error:
            raise BadAnswerError(f"the answer to {what} is damaged") from error
        request_id = response.headers.get("x-request-id")
        if response.status_code != 304 and not 200 <= response.status_code < 300:
            raise api_error(response.status_code, response.content, request_id, _retry_after(response))
        if response.status_code != 304:
            try:
                json.loads(response.content)
            except ValueError as error:
                said = f" (request {request_id})" if request_id else ""
                raise BadAnswerError(f"the answer to {what} is no JSON{said}") from error
        return response

    def _wait_before(self, tries: int, request: httpx.Request, error: DecantError) -> float | None:
        """Seconds to wait before the next try; None when there must be none."""
        repeatable = (
            request.method in ("GET", "DELETE")
            or "idempotency-key" in request.headers
            or request.url.path.endswith(SAFE_POSTS)
        )
        if isinstance(error, ApiError):
            # A conflict with a time to wait: the first request with this key is still being answered.
            in_progress = error.status == 409 and error.retry_after is not None
            if error.status not in NOT_DONE and not (repeatable and (error.status in UNCLEAR or in_progress)):
                return None
            if error.retry_after is not None:
                if error.retry_after > LONGEST_RETRY_AFTER:
                    return None
                # Never earlier than told; a little later, so that not all callers come back at once.
                return error.retry_after + self._uniform(0, FIRST_WAIT)
        elif not repeatable:
            return None
        return self._uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1)))


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("retry-after")
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(timezone.utc)).total_seconds())
    except (TypeError, ValueError):
        return None
