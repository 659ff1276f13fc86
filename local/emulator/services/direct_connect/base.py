"""What all parts of the embedded Direct Connect share."""

import secrets
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator import settings
from emulator.services.service import Service, ServiceError

service = Service(
    "directconnect",
    invalid=("DirectConnectClientException",),
    internal=("DirectConnectServerException",),
    faults={
        "letter-late": "the letter of authorization is not written yet",
        "link-down": "the port gets no light",
        "bgp-down": "the sessions of a virtual interface do not come up",
        "encryption-down": "the customer's device does not encrypt",
    },
    lasting=("letter-late", "link-down", "bgp-down", "encryption-down"),
)
ports, groups, vifs = service.table("connections"), service.table("lags"), service.table("interfaces")
dx_gateways, associations = service.table("gateways"), service.table("associations")
resiliency, trials = service.table("resiliency"), service.table("tests")

STEP_S = 2
"""Nominal seconds of each state that ends by itself; at AWS the first two take days."""


def new_id(prefix: str, digits: int = 8) -> str:
    return f"{prefix}-{secrets.token_hex(digits)[:digits]}"


def arn(kind: str, id: str) -> str:
    return f"arn:aws:directconnect:{get_region()}:{get_account_id()}:{kind}/{id}"


def id_of(reference: str) -> str:
    """The id of an id or an ARN."""
    return reference.rsplit("/", 1)[-1]


def now() -> float:
    return round(time.time(), 3)


def steps_since(moment: float) -> float:
    """How many of the states that end by themselves have passed."""
    return (time.time() - moment) * settings.SPEED / STEP_S


def refused(message: str) -> ServiceError:
    return service.error("DirectConnectClientException", message)


def page(items: list[Any], request: dict[str, Any], name: str) -> dict[str, Any]:
    token = request.get("nextToken", "0")
    if not token.isdigit():
        raise refused("The nextToken is not one that this service gave.")
    start, size = int(token), request.get("maxResults", 100)
    more = str(start + size) if start + size < len(items) else None
    return {name: items[start : start + size], "nextToken": more}


def chosen(table: Any, id: str | None, kind: str) -> list[dict[str, Any]]:
    """All records, or the one that is asked for."""
    if id is None:
        return table.all()
    found = table.get(id_of(id))
    if found is None:
        raise refused(f"{kind} with ID {id} cannot be found.")
    return [found]
