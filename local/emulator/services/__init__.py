"""AWS services that the emulator lacks, embedded. One module or package per service; importing it embeds it.

How to add a service, say `snowball.py` (a package such as `datasync/` works the same):
 1. Add its module's name to SERVICES below.
 2. `service = Service("snowball", invalid=(…), internal=(…), faults={"device-lost": "what it does"})`. The name is
    botocore's. `invalid` and `internal` are error names in order of preference; the first that an operation declares
    is answered to a bad request or to a crash of the handler.
 3. `@service.operation("CreateJob") def create_job(request: dict) -> dict`: runs in a thread. The request has been
    checked against the model; the answer will be, and one that does not fit it is an internal error. Times are epoch
    seconds, blobs are bytes, None is absent. An operation without a handler is refused by name; with `partial=True`
    it goes to the emulator's own service (Glue). `raise service.error("InvalidResourceException", "why", **members)`.
 4. State: `jobs = service.table("jobs")` with put, get, change, remove, all. It is on disk when the call returns, is
    kept per account and Region, outlives a kill, and is gone after a reset. `@service.on_start` resumes work, `on_stop`
    leaves it.
 5. Walks: `pace.wait(2, stop)`, `pace.later(2, function)`: seconds at speed 1. Faults: `service.fault("device-lost",
    resource=arn, path=key)` is the injected fault that applies, counted down, or None; local/faults.ts injects them.
 6. CloudFormation types: `cloudformation.register(type, create=…, update=…, delete=…)`. EventBridge: `events.emit(…)`.
"""

import importlib

from emulator.hooks import HookError

SERVICES = ("datasync", "direct_connect", "s3_batch", "snowball")


def embed_all() -> None:
    """Embeds every service. Raises SystemExit naming the one that does not fit this release of the emulator."""
    from emulator.services import service, store

    store.open_file()
    for name in SERVICES:
        try:
            importlib.import_module(f"emulator.services.{name}")
        except HookError as error:
            raise SystemExit(f"service {name} does not fit this release of the emulator: {error}") from error
    service.start_all()
