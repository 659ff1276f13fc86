"""Serves the emulator with its gaps mended, in one process."""

import asyncio
import json
import logging
import os
import signal

from emulator import report, settings

log = logging.getLogger("decant")
TASK_GRACE_S = 5
"""Running tasks are told to stop; their work is resumed from the ledger, so a short grace is enough."""


def _config():
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"{os.environ.get('BIND_HOST', '127.0.0.1')}:{os.environ['GATEWAY_PORT']}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.loglevel = "WARNING"
    return config


async def _reply(send, status: int, value: object) -> None:
    body = json.dumps(value).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _application(emulator):
    from emulator.processes import client

    async def application(scope, receive, send):
        path = scope.get("path", "")
        if scope["type"] == "http" and path == "/_ext/report":
            return await _reply(send, 200, report.snapshot([p.facts() for p in client.containers.list()]))
        if scope["type"] == "http" and path == "/_ext/save":
            await asyncio.to_thread(emulator.save_all, emulator._build_persistence_save_dict())
            return await _reply(send, 200, {"saved": True})
        if scope["type"] == "http" and path == "/_ministack/reset":
            report.clear()
        return await emulator.app(scope, receive, send)

    return application


async def _serve() -> None:
    from hypercorn.asyncio import serve
    from ministack import app as emulator

    from emulator.processes import client

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def stopped() -> None:
        await stop.wait()
        # While the emulator still answers, so that a task can write its last words.
        await asyncio.to_thread(client.containers.end_all, TASK_GRACE_S)

    await serve(_application(emulator), _config(), shutdown_trigger=stopped)


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    from emulator.gaps import mend_all

    mend_all()
    asyncio.run(_serve())
    # Threads of the emulator may wait for things that will not come; everything is saved by now.
    logging.shutdown()
    os._exit(0)
