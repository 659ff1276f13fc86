"""Private and transit virtual interfaces, and their BGP sessions."""

from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator.services.direct_connect.base import (
    chosen,
    dx_gateways,
    groups,
    id_of,
    new_id,
    now,
    page,
    ports,
    refused,
    service,
    steps_since,
    vifs,
)
from emulator.services.direct_connect.connections import shown_lag, state_of
from emulator.services.direct_connect.trial import running

MOST = {"private": 50, "transit": 4}


def _carrier_up(on: str) -> bool:
    port, group = ports.get(on), groups.get(on)
    if port:
        return state_of(port) == "available"
    return group is not None and shown_lag(group)["lagState"] == "available"


def shown(vif: dict[str, Any]) -> dict[str, Any]:
    """An interface in the shape of the API."""
    test = running(vif["id"])
    ready = "fixed" not in vif and steps_since(vif["since"]) >= 1
    up = ready and steps_since(vif["since"]) >= 2 and _carrier_up(vif["on"])
    up = up and not service.fault("bgp-down", vif["id"])
    tested = test["peers"] if test else []
    peers = [
        {
            **peer,
            "bgpPeerState": "available" if ready else "pending",
            "bgpStatus": "up" if up and peer["bgpPeerId"] not in tested else "down",
        }
        for peer in vif["peers"]
    ]
    state = vif.get("fixed") or ("testing" if test else "available" if up else "down" if ready else "pending")
    return {
        "ownerAccount": get_account_id(),
        "virtualInterfaceId": vif["id"],
        "location": (ports.get(vif["on"]) or groups.get(vif["on"]) or {}).get("location"),
        "connectionId": vif["on"],
        "virtualInterfaceType": vif["type"],
        "virtualInterfaceName": vif["name"],
        "vlan": vif["vlan"],
        "asn": peers[0]["asn"],
        "asnLong": peers[0]["asnLong"],
        "amazonSideAsn": (dx_gateways.get(vif["gateway"] or "") or {}).get("asn"),
        "amazonAddress": peers[0]["amazonAddress"],
        "customerAddress": peers[0]["customerAddress"],
        "addressFamily": peers[0]["addressFamily"],
        "virtualInterfaceState": state,
        "mtu": vif["mtu"],
        "jumboFrameCapable": True,
        "virtualGatewayId": vif.get("virtualGateway") or "",
        "directConnectGatewayId": vif["gateway"],
        "bgpPeers": peers,
        "region": get_region(),
        "tags": vif.get("tags"),
    }


def _peer(given: dict[str, Any], number: int) -> dict[str, Any]:
    asn = given.get("asnLong") or given.get("asn")
    if asn is None:
        raise refused("The virtual interface needs an ASN.")
    key = given.get("authKey")
    if key is not None and not 6 <= len(key) <= 80:
        raise refused("The BGP authentication key must have 6 to 80 characters.")
    base = number * 4
    third, fourth = base // 256 % 256, base % 256
    return {
        "bgpPeerId": new_id("dxpeer"),
        # A number of more than 31 bits does not fit the older member, which is then 0.
        "asn": asn if asn <= 2_147_483_647 else 0,
        "asnLong": asn,
        "addressFamily": given.get("addressFamily", "ipv4"),
        "amazonAddress": given.get("amazonAddress") or f"169.254.{third}.{fourth + 1}/30",
        "customerAddress": given.get("customerAddress") or f"169.254.{third}.{fourth + 2}/30",
    }


def make(kind: str, on: str, given: dict[str, Any], confirming: bool = False) -> dict[str, Any]:
    """Adds an interface to a port or lag. `confirming`: it waits for its owner."""
    on = id_of(on)
    port = ports.get(on)
    if port is None and groups.get(on) is None:
        raise refused(f"Connection with ID {on} cannot be found.")
    if port and port.get("lag"):
        raise refused(f"Connection {on} belongs to {port['lag']}, which carries its virtual interfaces.")
    there = [v for v in vifs.all() if v["on"] == on]
    if port and port["hosted"] and there:
        raise refused(f"Connection {on} is hosted and has a virtual interface.")
    if sum(v["type"] == kind for v in there) >= MOST[kind]:
        raise service.error("LimitExceededException", f"{on} has {MOST[kind]} {kind} virtual interfaces.")
    if any(v["vlan"] == given["vlan"] for v in there):
        raise refused(f"VLAN {given['vlan']} is already in use on {on}.")
    if not 1 <= given["vlan"] <= 4094:
        raise refused(f"VLAN {given['vlan']} is not between 1 and 4094.")
    mtu = given.get("mtu", 1500)
    if mtu not in (1500, 8500, 9001):
        raise refused(f"MTU {mtu} is not supported.")
    gateway = given.get("directConnectGatewayId")
    if not confirming:
        _check_gateway(gateway, given.get("virtualGatewayId"))
    id = new_id("dxvif")
    vif = {
        "id": id,
        "type": kind,
        "on": on,
        "name": given.get("virtualInterfaceName", id),
        "vlan": given["vlan"],
        "mtu": mtu,
        "gateway": gateway,
        "virtualGateway": given.get("virtualGatewayId"),
        "peers": [_peer(given, len(vifs.all()))],
        "tags": given.get("tags"),
        "since": now(),
        **({"fixed": "confirming"} if confirming else {}),
    }
    return shown(vifs.put(id, vif))


def _check_gateway(gateway: str | None, virtual: str | None) -> None:
    if gateway is not None and dx_gateways.get(id_of(gateway)) is None:
        raise refused(f"Direct Connect gateway {gateway} cannot be found.")
    if (gateway is None) == (virtual is None):
        raise refused("Give either a Direct Connect gateway or a virtual private gateway.")


@service.operation("CreatePrivateVirtualInterface")
def create_private(request: dict[str, Any]) -> dict[str, Any]:
    return make("private", request["connectionId"], request["newPrivateVirtualInterface"])


@service.operation("CreateTransitVirtualInterface")
def create_transit(request: dict[str, Any]) -> dict[str, Any]:
    return {"virtualInterface": make("transit", request["connectionId"], request["newTransitVirtualInterface"])}


@service.operation("AllocatePrivateVirtualInterface")
def allocate_private(request: dict[str, Any]) -> dict[str, Any]:
    _same_account(request)
    return make("private", request["connectionId"], request["newPrivateVirtualInterfaceAllocation"], confirming=True)


@service.operation("AllocateTransitVirtualInterface")
def allocate_transit(request: dict[str, Any]) -> dict[str, Any]:
    _same_account(request)
    given = request["newTransitVirtualInterfaceAllocation"]
    return {"virtualInterface": make("transit", request["connectionId"], given, confirming=True)}


def _same_account(request: dict[str, Any]) -> None:
    if request["ownerAccount"] != get_account_id():
        raise refused("The embedded service allocates to the account of the call only.")


def _confirm(request: dict[str, Any], kind: str) -> str:
    vif = chosen(vifs, request["virtualInterfaceId"], "Virtual interface")[0]
    if vif.get("fixed") != "confirming":
        raise refused(f"Virtual interface {vif['id']} is {shown(vif)['virtualInterfaceState']}, not confirming.")
    if vif["type"] != kind:
        raise refused(f"Virtual interface {vif['id']} is {vif['type']}.")
    gateway, virtual = request.get("directConnectGatewayId"), request.get("virtualGatewayId")
    _check_gateway(gateway, virtual)

    def accept(record: dict[str, Any]) -> None:
        record.pop("fixed")
        record.update(gateway=gateway, virtualGateway=virtual, since=now())

    return shown(vifs.change(vif["id"], accept) or vif)["virtualInterfaceState"]


@service.operation("ConfirmPrivateVirtualInterface")
def confirm_private(request: dict[str, Any]) -> dict[str, Any]:
    return {"virtualInterfaceState": _confirm(request, "private")}


@service.operation("ConfirmTransitVirtualInterface")
def confirm_transit(request: dict[str, Any]) -> dict[str, Any]:
    return {"virtualInterfaceState": _confirm(request, "transit")}


@service.operation("DescribeVirtualInterfaces")
def describe(request: dict[str, Any]) -> dict[str, Any]:
    found = chosen(vifs, request.get("virtualInterfaceId"), "Virtual interface")
    on = request.get("connectionId")
    return page([shown(v) for v in found if on in (None, v["on"])], request, "virtualInterfaces")


@service.operation("DeleteVirtualInterface")
def delete(request: dict[str, Any]) -> dict[str, Any]:
    vif = chosen(vifs, request["virtualInterfaceId"], "Virtual interface")[0]
    vifs.remove(vif["id"])
    return {"virtualInterfaceState": "deleted"}
