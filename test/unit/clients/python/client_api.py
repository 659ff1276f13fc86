"""A scripted API behind the client, without a network; and a broken one, with."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpx
from decant_client import Bearer, DecantClient

MODEL = {"name": "chemberta-mtr-mini", "version": "1.0.0", "sha256": "a" * 64}
Step = Callable[[httpx.Request], httpx.Response]


def answer(status: int, body: Any, **headers: str) -> Step:
    """One answer of JSON; underscores in names of headers become hyphens."""
    return lambda _: httpx.Response(status, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


def problem(status: int, detail: str = "no", **headers: str) -> Step:
    """A problem document."""
    return answer(status, {"type": "urn:x", "title": "A problem", "status": status, "detail": detail}, **headers)


def lost(request: httpx.Request) -> httpx.Response:
    """The connection breaks within the answer."""
    raise httpx.RemoteProtocolError("peer closed connection", request=request)


def items_of(request: httpx.Request) -> list[str]:
    """The SMILES of a request."""
    return [item["smiles"] for item in json.loads(request.content)["items"]]


def predictions(request: httpx.Request, sha256: str = MODEL["sha256"]) -> httpx.Response:
    """The weight is the length of the SMILES, and what begins with bad cannot be read."""
    found = []
    for index, smiles in enumerate(items_of(request)):
        if smiles.startswith("bad"):
            error = {"type": "urn:x", "title": "Bad", "detail": "no", "code": "INVALID_SMILES", "position": 0}
            found.append({"index": index, "status": "error", "error": error})
        else:
            found.append(
                {
                    "index": index,
                    "status": "ok",
                    "canonical_smiles": smiles,
                    "inchikey": "KEY",
                    "warnings": [{"code": "A_NEW_CODE", "detail": "that this client does not know"}],
                    "predictions": [
                        {"endpoint": "MolWt", "value": float(len(smiles)), "unit": "g/mol", "status": "descriptor"}
                    ],
                    "applicability": {"nearest_similarity": 0.5, "threshold": 0.8, "in_domain": False},
                }
            )
    body = {"model": {**MODEL, "sha256": sha256}, "summary": {"ok": 0, "failed": 0}, "items": found}
    return httpx.Response(200, json=body)


class Script:
    """The steps in their order, the last one again and again; remembers requests and waits."""

    def __init__(self, *steps: Step, concurrency: int = 1, auth: Any = None) -> None:
        self.steps = steps
        self.asked: list[httpx.Request] = []
        self.waits: list[float] = []
        self._lock = threading.Lock()
        self.client = DecantClient(
            "https://api.example/api/",
            auth or Bearer("t"),
            concurrency=concurrency,
            transport=httpx.MockTransport(self._handle),
            sleep=self.waits.append,
        )

    def _handle(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            # A copy: the next try changes the headers of the same request.
            self.asked.append(
                httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
            )
            step = self.steps[min(len(self.asked), len(self.steps)) - 1]
        return step(request)


def breaking_server(answers: list[bytes]) -> tuple[str, threading.Thread]:
    """Listens on loopback, sends one of the answers to each connection, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener:
            for data in answers:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(data)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}", thread
