"""Dedicated ports, lags, hosted connections and their letters of authorization."""

from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator.services.direct_connect import letter
from emulator.services.direct_connect.base import (
    chosen,
    groups,
    new_id,
    now,
    page,
    ports,
    refused,
    service,
    steps_since,
    vifs,
)

DEDICATED = ("1Gbps", "10Gbps", "100Gbps", "400Gbps")
HOSTED = ("50Mbps", "100Mbps", "200Mbps", "300Mbps", "400Mbps", "500Mbps", "1Gbps", "2Gbps", "5Gbps", "10Gbps", "25Gbps")
MACSEC = ("10Gbps", "100Gbps", "400Gbps")


def state_of(port: dict[str, Any]) -> str:
    if "fixed" in port:
        return port["fixed"]
    passed = steps_since(port["since"])
    if passed < 1 and not port["hosted"]:
        return "requested"
    if passed < 2:
        return "pending"
    if service.fault("link-down", port["id"]) or (port["mode"] == "must_encrypt" and not encrypts(port)):
        return "down"
    return "available"


def encrypts(port: dict[str, Any]) -> bool:
    keyed = any(steps_since(key["since"]) >= 1 for key in port["keys"])
    lit = steps_since(port["since"]) >= 2 and not service.fault("link-down", port["id"])
    return keyed and lit and not service.fault("encryption-down", port["id"])


def keys_of(record: dict[str, Any]) -> list[dict[str, str]] | None:
    """In the shape of the API: a key that was just added is still being looked at."""
    keys = [
        {
            "secretARN": key["secret"],
            "ckn": key["ckn"],
            "state": "associated" if steps_since(key["since"]) >= 1 else "associating",
            "startOn": key["startOn"],
        }
        for key in record["keys"]
    ]
    return keys or None


def shown(port: dict[str, Any]) -> dict[str, Any]:
    """A port in the shape of the API."""
    secured = port["mode"] is not None
    return {
        "ownerAccount": get_account_id(),
        "connectionId": port["id"],
        "connectionName": port["name"],
        "connectionState": state_of(port),
        "region": get_region(),
        "location": port["location"],
        "bandwidth": port["bandwidth"],
        "vlan": port.get("vlan"),
        "partnerName": port.get("partner"),
        "loaIssueTime": port.get("loaIssueTime"),
        "lagId": port.get("lag"),
        "awsDeviceV2": port["device"],
        "awsLogicalDeviceId": port["device"],
        "jumboFrameCapable": True,
        "hasLogicalRedundancy": "unknown",
        "tags": port.get("tags"),
        "providerName": port.get("provider"),
        "macSecCapable": secured,
        "portEncryptionStatus": ("Encryption Up" if encrypts(port) else "Encryption Down") if secured else None,
        "encryptionMode": port["mode"],
        "macSecKeys": keys_of(port),
    }


def _mode(asked: bool, bandwidth: str) -> str | None:
    if asked and bandwidth not in MACSEC:
        raise refused(f"MACsec is not available for {bandwidth}.")
    return "should_encrypt" if asked else None


@service.operation("CreateConnection")
def create(request: dict[str, Any]) -> dict[str, Any]:
    bandwidth, lag = request["bandwidth"], request.get("lagId")
    if bandwidth not in DEDICATED:
        raise refused(f"{bandwidth} is not a port speed of dedicated connections.")
    group = chosen(groups, lag, "LAG")[0] if lag else None
    if group and (group["bandwidth"], group["location"]) != (bandwidth, request["location"]):
        raise refused("The connection and the LAG differ in bandwidth or location.")
    id = new_id("dxcon")
    port = {
        "id": id,
        "name": request["connectionName"],
        "location": request["location"],
        "bandwidth": bandwidth,
        "provider": request.get("providerName"),
        "lag": group and group["id"],
        "device": group["device"] if group else f"{request['location']}-{id[-4:]}",
        "mode": _mode(request.get("requestMACSec", False), bandwidth),
        "keys": list(group["keys"]) if group else [],
        "hosted": False,
        "tags": request.get("tags"),
        "since": now(),
    }
    return shown(ports.put(id, port))


@service.operation("AllocateHostedConnection")
def allocate(request: dict[str, Any]) -> dict[str, Any]:
    """A partner's call; here partner and customer are one account."""
    if request["bandwidth"] not in HOSTED:
        raise refused(f"{request['bandwidth']} is not sold as a hosted connection.")
    if request["ownerAccount"] != get_account_id():
        raise refused("The embedded service allocates to the account of the call only.")
    parent = chosen(ports, request["connectionId"], "Connection")[0]
    id = new_id("dxcon")
    port = {
        "id": id,
        "name": request["connectionName"],
        "location": parent["location"],
        "bandwidth": request["bandwidth"],
        "partner": "Embedded Partner",
        "vlan": request["vlan"],
        "device": parent["device"],
        "mode": None,
        "keys": [],
        "hosted": True,
        "tags": request.get("tags"),
        "fixed": "ordering",
    }
    return shown(ports.put(id, port))


@service.operation("ConfirmConnection")
def confirm(request: dict[str, Any]) -> dict[str, Any]:
    port = chosen(ports, request["connectionId"], "Connection")[0]
    if state_of(port) != "ordering":
        raise refused(f"Connection {port['id']} is {state_of(port)}; only an ordered one can be confirmed.")

    def accept(record: dict[str, Any]) -> None:
        record.pop("fixed")
        # The partner's link is there: only the setup is left.
        record["since"] = now()

    return {"connectionState": state_of(ports.change(port["id"], accept) or port)}


@service.operation("DescribeConnections")
def describe(request: dict[str, Any]) -> dict[str, Any]:
    return page([shown(p) for p in chosen(ports, request.get("connectionId"), "Connection")], request, "connections")


@service.operation("UpdateConnection")
def update(request: dict[str, Any]) -> dict[str, Any]:
    port = chosen(ports, request["connectionId"], "Connection")[0]
    if port.get("lag") and "encryptionMode" in request:
        raise refused(f"Connection {port['id']} belongs to {port['lag']}, whose encryption mode it has.")
    change(ports, port, request, "connectionName")
    return shown(ports.get(port["id"]) or port)


def change(table: Any, record: dict[str, Any], request: dict[str, Any], name: str) -> None:
    """Sets name and encryption mode of a port or lag."""
    mode = request.get("encryptionMode")
    if mode is not None:
        if mode not in ("no_encrypt", "should_encrypt", "must_encrypt"):
            raise refused(f"{mode} is not an encryption mode.")
        if record["mode"] is None:
            raise refused(f"{record['id']} was not ordered with MACsec.")
        if mode == "must_encrypt" and not record["keys"]:
            raise refused(f"{record['id']} has no MACsec key.")
    changes = {"mode": mode, "name": request.get(name), "minimum": request.get("minimumLinks")}
    table.change(record["id"], lambda r: r.update({k: v for k, v in changes.items() if v is not None}))


@service.operation("DeleteConnection")
def delete(request: dict[str, Any]) -> dict[str, Any]:
    port = chosen(ports, request["connectionId"], "Connection")[0]
    if any(v["on"] == port["id"] for v in vifs.all()):
        raise refused(f"Connection {port['id']} has virtual interfaces.")
    ports.remove(port["id"])
    return shown({**port, "fixed": "deleted"})


@service.operation("DescribeLoa")
def loa(request: dict[str, Any]) -> dict[str, Any]:
    port = chosen(ports, request["connectionId"], "Connection")[0]
    if port["hosted"] or state_of(port) == "requested" or service.fault("letter-late", port["id"]):
        raise refused(f"The Letter of Authorization of {port['id']} is not available.")
    # The first letter stays the letter, whoever asks for it again.
    issued = port.get("loaIssueTime") or now()
    ports.change(port["id"], lambda record: record.update(loaIssueTime=issued))
    text = letter.pdf({**port, "provider": request.get("providerName") or port.get("provider")}, issued)
    return {"loaContent": text, "loaContentType": "application/pdf"}


def shown_lag(group: dict[str, Any]) -> dict[str, Any]:
    links = [shown(p) for p in ports.all() if p.get("lag") == group["id"]]
    up = sum(link["connectionState"] == "available" for link in links)
    state = "available" if links and up >= max(1, group["minimum"]) else "pending" if not up else "down"
    return {
        "connectionsBandwidth": group["bandwidth"],
        "numberOfConnections": len(links),
        "lagId": group["id"],
        "ownerAccount": get_account_id(),
        "lagName": group["name"],
        "lagState": state,
        "location": group["location"],
        "region": get_region(),
        "minimumLinks": group["minimum"],
        "awsDeviceV2": group["device"],
        "connections": links,
        "tags": group.get("tags"),
        "macSecCapable": group["mode"] is not None,
        "encryptionMode": group["mode"],
        "macSecKeys": keys_of(group),
    }


@service.operation("CreateLag")
def create_lag(request: dict[str, Any]) -> dict[str, Any]:
    bandwidth = request["connectionsBandwidth"]
    if bandwidth not in DEDICATED:
        raise refused(f"{bandwidth} is not a port speed of dedicated connections.")
    id = new_id("dxlag")
    group = {
        "id": id,
        "name": request["lagName"],
        "location": request["location"],
        "bandwidth": bandwidth,
        "minimum": 0,
        "device": f"{request['location']}-{id[-4:]}",
        "mode": _mode(request.get("requestMACSec", False), bandwidth),
        "keys": [],
        "tags": request.get("tags"),
    }
    groups.put(id, group)
    for i in range(request["numberOfConnections"]):
        link = {"bandwidth": bandwidth, "location": request["location"], "lagId": id, "connectionName": f"{id}-{i + 1}"}
        create({**link, "requestMACSec": request.get("requestMACSec", False)})
    return shown_lag(group)


@service.operation("DescribeLags")
def describe_lags(request: dict[str, Any]) -> dict[str, Any]:
    return page([shown_lag(g) for g in chosen(groups, request.get("lagId"), "LAG")], request, "lags")


@service.operation("UpdateLag")
def update_lag(request: dict[str, Any]) -> dict[str, Any]:
    group = chosen(groups, request["lagId"], "LAG")[0]
    change(groups, group, request, "lagName")
    for link in (p for p in ports.all() if p.get("lag") == group["id"] and "encryptionMode" in request):
        ports.change(link["id"], lambda record: record.update(mode=request["encryptionMode"]))
    return shown_lag(groups.get(group["id"]) or group)
