"""BGP failover tests of virtual interfaces."""

import uuid
from typing import Any

from ministack.core.responses import get_account_id

from emulator.services import pace
from emulator.services.direct_connect.base import chosen, now, page, refused, service, trials, vifs
from emulator.services.direct_connect.interfaces import shown as shown_vif
from emulator.services.direct_connect.trial import over, running

MOST_MINUTES = 4320


def shown(test: dict[str, Any]) -> dict[str, Any]:
    """A test in the shape of the API. The model names no values for the status; these are the user guide's."""
    status = "Cancelled" if test.get("ended") else "Completed" if over(test) else "In progress"
    return {
        "testId": test["id"],
        "virtualInterfaceId": test["vif"],
        "bgpPeers": test["peers"],
        "status": status,
        "ownerAccount": get_account_id(),
        "testDurationInMinutes": test["minutes"],
        "startTime": test["start"],
        "endTime": test.get("ended") or (test["start"] + pace.seconds(test["minutes"] * 60) if over(test) else None),
    }


@service.operation("StartBgpFailoverTest")
def start(request: dict[str, Any]) -> dict[str, Any]:
    vif = chosen(vifs, request["virtualInterfaceId"], "Virtual interface")[0]
    minutes = request.get("testDurationInMinutes", 180)
    peers = request.get("bgpPeers") or [p["bgpPeerId"] for p in vif["peers"]]
    state = shown_vif(vif)["virtualInterfaceState"]
    if state != "available":
        raise refused(f"Virtual interface {vif['id']} is {state}; a test needs it available.")
    if not 1 <= minutes <= MOST_MINUTES:
        raise refused(f"A test lasts 1 to {MOST_MINUTES} minutes.")
    unknown = set(peers) - {p["bgpPeerId"] for p in vif["peers"]}
    if unknown:
        raise refused(f"{', '.join(sorted(unknown))} are no BGP peers of {vif['id']}.")
    test = {"id": str(uuid.uuid4()), "vif": vif["id"], "peers": peers, "minutes": minutes, "start": now()}
    return {"virtualInterfaceTest": shown(trials.put(test["id"], test))}


@service.operation("StopBgpFailoverTest")
def stop(request: dict[str, Any]) -> dict[str, Any]:
    vif = chosen(vifs, request["virtualInterfaceId"], "Virtual interface")[0]
    test = running(vif["id"])
    if test is None:
        raise refused(f"No test of {vif['id']} is in progress.")
    ended = trials.change(test["id"], lambda record: record.update(ended=now()))
    return {"virtualInterfaceTest": shown(ended or test)}


@service.operation("ListVirtualInterfaceTestHistory")
def history(request: dict[str, Any]) -> dict[str, Any]:
    wanted = {"id": request.get("testId"), "vif": request.get("virtualInterfaceId")}
    found = [t for t in trials.all() if all(v in (None, t[k]) for k, v in wanted.items())]
    tests = [t for t in map(shown, reversed(found)) if request.get("status") in (None, t["status"])]
    return page(tests, request, "virtualInterfaceTestHistory")
