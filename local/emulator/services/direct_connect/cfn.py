"""CloudFormation types of Direct Connect. Ref is the ARN, or the id where a resource has no ARN; calls go through the model."""

from typing import Any, Callable

from emulator.services import cloudformation
from emulator.services.direct_connect.base import (
    arn,
    associations,
    dx_gateways,
    groups,
    id_of,
    ports,
    resiliency,
    service,
    vifs,
)

Properties = dict[str, Any]


def _tags(props: Properties) -> list[dict[str, str]] | None:
    return [{"key": t["Key"], "value": t["Value"]} for t in props.get("Tags", [])] or None


def _given(**members: Any) -> dict[str, Any]:
    return {k: v for k, v in members.items() if v is not None}


def _flag(value: Any) -> bool | None:
    """Templates may write a flag as text."""
    return None if value is None else str(value).lower() == "true"


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _connection(props: Properties, *_: str) -> cloudformation.Created:
    lag = props.get("LagId")
    made = service.call(
        "CreateConnection",
        _given(
            connectionName=props["ConnectionName"],
            location=props["Location"],
            bandwidth=props["Bandwidth"],
            lagId=id_of(lag) if lag else None,
            providerName=props.get("ProviderName"),
            requestMACSec=_flag(props.get("RequestMACSec")),
            tags=_tags(props),
        ),
    )
    own = arn("dxcon", made["connectionId"])
    state = made["connectionState"]
    return own, {"ConnectionArn": own, "ConnectionId": made["connectionId"], "ConnectionState": state}


def _lag(props: Properties, *_: str) -> cloudformation.Created:
    made = service.call(
        "CreateLag",
        _given(
            numberOfConnections=0,
            lagName=props["LagName"],
            location=props["Location"],
            connectionsBandwidth=props["ConnectionsBandwidth"],
            requestMACSec=_flag(props.get("RequestMACSec")),
            tags=_tags(props),
        ),
    )
    minimum = _number(props.get("MinimumLinks"))
    if minimum is not None:
        groups.change(made["lagId"], lambda group: group.update(minimum=minimum))
    own = arn("dxlag", made["lagId"])
    return own, {"LagArn": own, "LagId": made["lagId"], "LagState": made["lagState"]}


def _gateway(props: Properties, *_: str) -> cloudformation.Created:
    made = service.call(
        "CreateDirectConnectGateway",
        _given(
            directConnectGatewayName=props["DirectConnectGatewayName"],
            amazonSideAsn=_number(props.get("AmazonSideAsn")),
            tags=_tags(props),
        ),
    )["directConnectGateway"]
    id = made["directConnectGatewayId"]
    own = arn("dx-gateway", id)
    return own, {"DirectConnectGatewayArn": own, "DirectConnectGatewayId": id}


def _association(props: Properties, *_: str) -> cloudformation.Created:
    made = service.call(
        "CreateDirectConnectGatewayAssociation",
        {
            "directConnectGatewayId": id_of(props["DirectConnectGatewayId"]),
            "gatewayId": props["AssociatedGatewayId"],
            "addAllowedPrefixesToDirectConnectGateway": [
                {"cidr": cidr} for cidr in props.get("AllowedPrefixesToDirectConnectGateway", [])
            ],
        },
    )["directConnectGatewayAssociation"]
    return made["associationId"], {"AssociationId": made["associationId"]}


def _interface(kind: str) -> Callable[..., cloudformation.Created]:
    def create(props: Properties, *_: str) -> cloudformation.Created:
        peer = props["BgpPeers"][0]
        new = _given(
            virtualInterfaceName=props["VirtualInterfaceName"],
            vlan=int(props["Vlan"]),
            mtu=_number(props.get("Mtu")),
            asnLong=int(peer["Asn"]),
            addressFamily=peer["AddressFamily"],
            amazonAddress=peer.get("AmazonAddress"),
            customerAddress=peer.get("CustomerAddress"),
            authKey=peer.get("AuthKey"),
            directConnectGatewayId=props.get("DirectConnectGatewayId") and id_of(props["DirectConnectGatewayId"]),
            tags=_tags(props),
        )
        if kind == "private" and props.get("VirtualGatewayId"):
            new["virtualGatewayId"] = id_of(props["VirtualGatewayId"])
        name = "Private" if kind == "private" else "Transit"
        request = {"connectionId": id_of(props["ConnectionId"]), f"new{name}VirtualInterface": new}
        made = service.call(f"Create{name}VirtualInterface", request)
        id = made.get("virtualInterface", made)["virtualInterfaceId"]
        return arn("dxvif", id), {"VirtualInterfaceArn": arn("dxvif", id), "VirtualInterfaceId": id}

    return create


def _resiliency(props: Properties, *_: str) -> cloudformation.Created:
    made = service.call(
        "CreateResiliencyGroup",
        _given(
            resiliencyGroupName=props["ResiliencyGroupName"],
            intendedResiliencyModel=props.get("IntendedResiliencyModel"),
            tags=_tags(props),
        ),
    )["resiliencyGroup"]
    members = [id_of(a) for a in props.get("ConnectionArns", [])]
    resiliency.change(made["resiliencyGroupId"], lambda group: group.update(members=members))
    own = made["resiliencyGroupArn"]
    return own, {"ResiliencyGroupArn": own, "ResiliencyGroupId": made["resiliencyGroupId"]}


def _deletes(operation: str, member: str, table: Any) -> Callable[[str], None]:
    """Deletes what is still there."""

    def delete(physical_id: str) -> None:
        id = id_of(physical_id)
        if table.get(id) is not None:
            service.call(operation, {member: id})

    return delete


def _removes(table: Any) -> Callable[[str], None]:
    return lambda physical_id: table.remove(id_of(physical_id)) and None


_TYPES = {
    "Connection": (_connection, _deletes("DeleteConnection", "connectionId", ports)),
    "Lag": (_lag, _removes(groups)),
    "DirectConnectGateway": (_gateway, _deletes("DeleteDirectConnectGateway", "directConnectGatewayId", dx_gateways)),
    "DirectConnectGatewayAssociation": (
        _association,
        _deletes("DeleteDirectConnectGatewayAssociation", "associationId", associations),
    ),
    "PrivateVirtualInterface": (
        _interface("private"),
        _deletes("DeleteVirtualInterface", "virtualInterfaceId", vifs),
    ),
    "TransitVirtualInterface": (
        _interface("transit"),
        _deletes("DeleteVirtualInterface", "virtualInterfaceId", vifs),
    ),
    "ResiliencyGroup": (_resiliency, _removes(resiliency)),
}
for _name, (_create, _delete) in _TYPES.items():
    cloudformation.register(f"AWS::DirectConnect::{_name}", create=_create, update=None, delete=_delete)
