"""What the parts of the embedded S3 Batch Operations share: the service, its state, and a client of the emulator's S3."""

import functools
import threading
from typing import Any

import botocore.session
from botocore.config import Config
from ministack.core.responses import get_account_id, get_region

from emulator import settings
from emulator.services.service import Service

service = Service(
    "s3control",
    invalid=("BadRequestException", "InvalidRequestException"),
    internal=("InternalServiceException",),
    faults={
        "access-denied": "a task is answered AccessDenied",
        "internal-error": "a task fails with 500 InternalError",
        "copy-limit": "objects above `bytes` cannot be copied, instead of 5 GiB",
        "job-fails": "a job ends Failed after its first tasks",
        "slow-tasks": "each task takes `seconds` at speed 1",
    },
    lasting=("copy-limit", "slow-tasks"),
)
jobs, tokens, chunks = (service.table(kind) for kind in ("jobs", "tokens", "chunks"))
_making = threading.Lock()


@functools.lru_cache(maxsize=16)
def _client(name: str, account: str, region: str) -> Any:
    with _making:  # Sessions of botocore are not made in several threads at once.
        return botocore.session.Session().create_client(
            name,
            region_name=region,
            endpoint_url=settings.endpoint(),
            aws_access_key_id=account,
            aws_secret_access_key="service",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 2}, max_pool_connections=16),
        )


def client(name: str) -> Any:
    """A client of the emulator itself, for the account and Region at hand: copies make versions and events as any other."""
    return _client(name, get_account_id(), get_region())
