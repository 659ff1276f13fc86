"""Direct Connect gateways, what they are associated with, and resiliency groups."""

import uuid
from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator.services.direct_connect.base import (
    associations,
    chosen,
    dx_gateways,
    id_of,
    new_id,
    now,
    page,
    refused,
    resiliency,
    service,
    steps_since,
    vifs,
)

MOST_PREFIXES = 20


def shown(gateway: dict[str, Any]) -> dict[str, Any]:
    return {
        "directConnectGatewayId": gateway["id"],
        "directConnectGatewayName": gateway["name"],
        "amazonSideAsn": gateway["asn"],
        "ownerAccount": get_account_id(),
        "directConnectGatewayState": "available",
        "tags": gateway.get("tags"),
    }


@service.operation("CreateDirectConnectGateway")
def create(request: dict[str, Any]) -> dict[str, Any]:
    id = str(uuid.uuid4())
    name, asn = request["directConnectGatewayName"], request.get("amazonSideAsn", 64512)
    gateway = {"id": id, "name": name, "asn": asn, "tags": request.get("tags")}
    return {"directConnectGateway": shown(dx_gateways.put(id, gateway))}


@service.operation("DescribeDirectConnectGateways")
def describe(request: dict[str, Any]) -> dict[str, Any]:
    found = chosen(dx_gateways, request.get("directConnectGatewayId"), "Direct Connect gateway")
    return page([shown(g) for g in found], request, "directConnectGateways")


@service.operation("DeleteDirectConnectGateway")
def delete(request: dict[str, Any]) -> dict[str, Any]:
    gateway = chosen(dx_gateways, request["directConnectGatewayId"], "Direct Connect gateway")[0]
    if any(v["gateway"] == gateway["id"] for v in vifs.all()):
        raise refused(f"Direct Connect gateway {gateway['id']} has virtual interfaces.")
    dx_gateways.remove(gateway["id"])
    return {"directConnectGateway": {**shown(gateway), "directConnectGatewayState": "deleted"}}


def shown_association(tie: dict[str, Any]) -> dict[str, Any]:
    kind = "transitGateway" if tie["to"].startswith("tgw-") else "virtualPrivateGateway"
    return {
        "directConnectGatewayId": tie["gateway"],
        "directConnectGatewayOwnerAccount": get_account_id(),
        "associationState": "associated" if steps_since(tie["since"]) >= 1 else "associating",
        "associatedGateway": {
            "id": tie["to"],
            "type": kind,
            "ownerAccount": get_account_id(),
            "region": get_region(),
        },
        "associationId": tie["id"],
        "allowedPrefixesToDirectConnectGateway": [{"cidr": p} for p in tie["prefixes"]],
    }


@service.operation("CreateDirectConnectGatewayAssociation")
def associate(request: dict[str, Any]) -> dict[str, Any]:
    gateway = chosen(dx_gateways, request["directConnectGatewayId"], "Direct Connect gateway")[0]
    to = request.get("gatewayId") or request.get("virtualGatewayId")
    prefixes = [p["cidr"] for p in request.get("addAllowedPrefixesToDirectConnectGateway", [])]
    if to is None:
        raise refused("Name the gateway to associate.")
    if len(prefixes) > MOST_PREFIXES:
        raise refused(f"An association takes {MOST_PREFIXES} allowed prefixes.")
    id = str(uuid.uuid4())
    tie = {"id": id, "gateway": gateway["id"], "to": id_of(to), "prefixes": prefixes, "since": now()}
    return {"directConnectGatewayAssociation": shown_association(associations.put(id, tie))}


@service.operation("DescribeDirectConnectGatewayAssociations")
def describe_associations(request: dict[str, Any]) -> dict[str, Any]:
    found = chosen(associations, request.get("associationId"), "Association")
    gateway, to = request.get("directConnectGatewayId"), request.get("associatedGatewayId")
    shown_ones = [
        shown_association(t) for t in found if gateway in (None, t["gateway"]) and to in (None, t["to"])
    ]
    return page(shown_ones, request, "directConnectGatewayAssociations")


@service.operation("DeleteDirectConnectGatewayAssociation")
def dissociate(request: dict[str, Any]) -> dict[str, Any]:
    tie = chosen(associations, request.get("associationId"), "Association")[0]
    associations.remove(tie["id"])
    gone = {**shown_association(tie), "associationState": "disassociated"}
    return {"directConnectGatewayAssociation": gone}


def shown_group(group: dict[str, Any]) -> dict[str, Any]:
    return {
        "resiliencyGroupId": group["id"],
        "resiliencyGroupArn": f"arn:aws:directconnect::{get_account_id()}:dx-resiliency-group/{group['id']}",
        "resiliencyGroupName": group["name"],
        "resiliencyGroupType": "Managed",
        "ownerAccount": get_account_id(),
        "state": "available",
        "tags": group.get("tags"),
    }


@service.operation("CreateResiliencyGroup")
def create_group(request: dict[str, Any]) -> dict[str, Any]:
    id = new_id("dxrg", 17)
    group = {
        "id": id,
        "name": request["resiliencyGroupName"],
        "model": request["intendedResiliencyModel"],
        "members": [],
        "tags": request.get("tags"),
    }
    return {"resiliencyGroup": shown_group(resiliency.put(id, group))}


@service.operation("GetResiliencyGroup")
def get_group(request: dict[str, Any]) -> dict[str, Any]:
    group = chosen(resiliency, request["resiliencyGroupId"], "Resiliency group")[0]
    return {"resiliencyGroup": shown_group(group)}
