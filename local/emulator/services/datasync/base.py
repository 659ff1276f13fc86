"""What all parts of the embedded DataSync share."""

import secrets
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator.services.service import Service, ServiceError

service = Service(
    "datasync",
    invalid=("InvalidRequestException",),
    internal=("InternalException",),
    faults={
        "file-vanishes": "a file is gone when it is to be read",
        "permission-denied": "a file or object cannot be read",
        "changed-during-transfer": "a file is written to while it is copied, which the verification finds",
        "agent-offline": "an agent does not answer",
        "network-cut": "the connection breaks in the middle of a file, and the execution ends",
        "report-split": "a task report is split at `bytes` instead of 5 MB",
        "history-forgotten": "executions that ended more than `seconds` ago are forgotten, instead of 30 days",
        "quota": "`queued` executions of a task may wait instead of 50, `enhanced` ones may run instead of 120",
    },
    lasting=("agent-offline", "report-split", "history-forgotten", "quota"),
    # The model knows no object-storage:// and azure-blob://, which the service answers.
    loose=("LocationUri",),
)
agents, locations, tasks, executions = (service.table(kind) for kind in ("agents", "locations", "tasks", "executions"))
tags = service.table("tags")


def new_id() -> str:
    return secrets.token_hex(9)[:17]


def new_arn(kind: str, prefix: str, id: str | None = None) -> str:
    """`arn:aws:datasync:us-east-1:000000000000:task/task-0123456789abcdef0`."""
    return f"arn:aws:datasync:{get_region()}:{get_account_id()}:{kind}/{prefix}-{id or new_id()}"


def invalid(message: str, code: str = "InvalidParameter") -> ServiceError:
    return service.error("InvalidRequestException", message, errorCode=code, datasyncErrorCode=code)


def keep_tags(arn: str, given: list[dict[str, str]] | None) -> None:
    if given:
        tags.put(arn, {tag["Key"]: tag.get("Value", "") for tag in given})


def page(items: list[Any], request: dict[str, Any], name: str) -> dict[str, Any]:
    """One page of a list; the token is the position in it."""
    token = request.get("NextToken", "0")
    if not token.isdigit():
        raise invalid("The NextToken is not one that this service gave.")
    start, size = int(token), request.get("MaxResults") or 100
    more = str(start + size) if start + size < len(items) else None
    return {name: items[start : start + size], "NextToken": more}


def now() -> float:
    return round(time.time(), 3)
