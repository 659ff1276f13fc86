"""Serves the emulator with its gaps mended, in one process."""

import asyncio
import json
import logging
import os
import signal
import socket
from urllib.parse import parse_qs

from emulator import report, settings

log = logging.getLogger("decant")
TASK_GRACE_S = 5
"""Running tasks are told to stop; their work is resumed from the ledger, so a short grace is enough."""


PORT_TAKEN = 98


def _listen() -> socket.socket:
    """Takes the port before anything else is done, so that two starts never believe in the same one."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((os.environ.get("BIND_HOST", "127.0.0.1"), int(os.environ["GATEWAY_PORT"])))
        listener.listen(512)
    except OSError as error:
        log.error("port %s: %s", os.environ["GATEWAY_PORT"], error)
        raise SystemExit(PORT_TAKEN) from error
    return listener


def _config(listener: socket.socket):
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.loglevel = "WARNING"
    return config


async def _reply(send, status: int, value: object) -> None:
    body = json.dumps(value).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _body(receive) -> bytes:
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _faults(scope, receive, send) -> None:
    """GET lists the injected faults, PUT injects one, DELETE clears those of `?service=` and `?resource=`, or all."""
    from emulator.services import faults

    if scope["method"] == "PUT":
        try:
            return await _reply(send, 200, faults.inject(json.loads(await _body(receive))))
        except (faults.UnknownFault, ValueError) as error:
            return await _reply(send, 400, {"message": str(error)})
    if scope["method"] == "DELETE":
        query = parse_qs(scope.get("query_string", b"").decode())
        faults.clear(*(query.get(name, [None])[0] for name in ("service", "resource")))
    await _reply(send, 200, faults.active())


def _application(emulator):
    from emulator import hold
    from emulator.processes import client
    from emulator.services import service

    async def application(scope, receive, send):
        path = scope.get("path", "")
        if scope["type"] == "http" and path == "/_ext/report":
            return await _reply(send, 200, report.snapshot([p.facts() for p in client.containers.list()]))
        if scope["type"] == "http" and path == "/_ext/save":
            await asyncio.to_thread(emulator.save_all, emulator._build_persistence_save_dict())
            return await _reply(send, 200, {"saved": True})
        if scope["type"] == "http" and path == "/_ext/release":
            hold.release()
            return await _reply(send, 200, {"held": False})
        if scope["type"] == "http" and path == "/_ext/faults":
            return await _faults(scope, receive, send)
        if scope["type"] == "http" and path == "/_ministack/reset":
            await asyncio.to_thread(service.reset_all)
            report.clear()
            hold.release()
        return await emulator.app(scope, receive, send)

    return application


async def _serve(listener: socket.socket) -> None:
    from hypercorn.asyncio import serve
    from ministack import app as emulator

    from emulator.processes import client
    from emulator.services import service

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def stopped() -> None:
        await stop.wait()
        await asyncio.to_thread(service.stop_all)
        # While the emulator still answers, so that a task can write its last words.
        await asyncio.to_thread(client.containers.end_all, TASK_GRACE_S)

    await serve(_application(emulator), _config(listener), shutdown_trigger=stopped)


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    listener = _listen()
    from emulator.gaps import mend_all
    from emulator.services import embed_all

    mend_all()
    embed_all()
    asyncio.run(_serve(listener))
    # Threads of the emulator may wait for things that will not come; everything is saved by now.
    logging.shutdown()
    os._exit(0)
