"""Where access tokens come from."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import quote

import httpx

from .errors import DecantError, SignInError

MARGIN_SECONDS = 60.0
"""A token is renewed this long before it ends, so that no request is under way when it does."""


class TokenSource(Protocol):
    """Gives a token for each request. Called from several threads."""

    api_key: str | None
    """Key of the usage plan of whoever signs in; None where there is none."""

    def get(self) -> str:
        """A token that is still good."""
        ...

    def drop(self, token: str) -> None:
        """Called when the API refused this token: the next ``get`` must give another one."""
        ...


class ClientCredentials:
    """OAuth 2.0 client credentials: one token at a time, kept until shortly before it ends.

    ``token_url`` is ``https://<domain>/oauth2/token`` of the user pool; ``scopes`` are such as
    ``decant/predictions.write``, all that the client may have if left out. ``get`` raises SignInError.
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        *,
        scopes: Sequence[str] = (),
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._token_url = token_url
        self.api_key: str | None = client_id
        """Key of the usage plan: for applications of Decant, the id of their client."""
        # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
        self._basic = httpx.BasicAuth(quote(client_id, safe=""), quote(client_secret, safe=""))
        self._form = {"grant_type": "client_credentials", **({"scope": " ".join(scopes)} if scopes else {})}
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._token: str | None = None
        self._until = 0.0

    def __repr__(self) -> str:
        return f"ClientCredentials({self._token_url!r})"

    def get(self) -> str:
        """The token; callers that come at the same time wait for one request."""
        with self._lock:
            if self._token is None or self._clock() >= self._until:
                self._token, self._until = self._request()
            return self._token

    def drop(self, token: str) -> None:
        """Forgets this token, unless another caller renewed it already."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _request(self) -> tuple[str, float]:
        asked = self._clock()
        try:
            with httpx.Client(transport=self._transport, timeout=20.0) as http:
                answer = http.post(self._token_url, data=self._form, auth=self._basic)
        except httpx.HTTPError as error:
            raise SignInError(f"no answer from {self._token_url}") from error
        try:
            body = answer.json()
        except ValueError:
            body = {}
        if not isinstance(body, dict):
            body = {}
        if answer.status_code != 200:
            why = body.get("error") or "it says no more"
            raise SignInError(f"{self._token_url} answered {answer.status_code}: {why}")
        token, seconds = body.get("access_token"), body.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, (int, float)):
            raise SignInError(f"{self._token_url} gave no token")
        # A token that lives for less than the margin is good for half its life.
        return token, asked + max(seconds - MARGIN_SECONDS, seconds / 2)


class Bearer:
    """A token that somebody else looks after: the token itself, or a function that is asked before each request."""

    def __init__(self, token: str | Callable[[], str]) -> None:
        self._token = token
        self.api_key: str | None = None

    def __repr__(self) -> str:
        return "Bearer(…)"

    def get(self) -> str:
        """The token as it was given."""
        token = self._token if isinstance(self._token, str) else self._token()
        if not token:
            raise DecantError("there is no access token")
        return token

    def drop(self, token: str) -> None:
        """Nothing is kept."""
