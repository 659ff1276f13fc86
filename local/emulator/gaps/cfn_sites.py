"""Templates reach the flow logs and the VPN of the emulator's EC2, which it keeps records of for its API alone."""

import re
from typing import Any, Callable

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from emulator.hooks import needs
from emulator.services import cloudformation

connections = needs(ec2, "_vpn_connections")
FIRST_ID = re.compile(r"<(?:flowLogIdSet><item|customerGatewayId|vpnGatewayId|vpnConnectionId)>([^<]+)")
GATEWAYS = ("CustomerGatewayId", "VpnGatewayId", "TransitGatewayId")


def _call(function: Callable, params: dict[str, Any]) -> str:
    status, _, body = function(params)
    if status >= 400:
        raise ValueError(body.decode())
    return body.decode()


def _params(props: dict) -> dict[str, str]:
    return {k: str(v) for k, v in props.items() if not isinstance(v, (dict, list))}


def _record(kind: str, action: str, parameters: str, id_name: str, attribute: str) -> None:
    """Any change but one of tags makes another record, as AWS documents it; `id_name` is the parameter of the deletion."""
    make, remove = (needs(ec2, f"_{verb}_{action}", parameters) for verb in ("create", "delete"))

    def create(props: dict, _stack: str, _logical_id: str) -> cloudformation.Created:
        params = _params(props)
        params["ResourceId.1"] = params.pop("ResourceId", "")
        id = FIRST_ID.findall(_call(make, params))[0]
        return id, {attribute: id}

    def update(id: str, old: dict, new: dict) -> cloudformation.Created:
        if {**old, "Tags": None} == {**new, "Tags": None}:
            return id, {attribute: id}
        if kind == "VPNConnection" and _rest(old) == _rest(new):
            connections[id].update({k: new.get(k, "") for k in GATEWAYS})
            return id, {attribute: id}
        return create(new, "", "")

    def delete(id: str) -> None:
        remove({id_name: id})

    cloudformation.register(f"AWS::EC2::{kind}", create, update, delete)


def _rest(props: dict) -> dict:
    """What a VPN connection cannot change in place."""
    return {k: v for k, v in props.items() if k not in (*GATEWAYS, "Tags")}


_record("FlowLog", "flow_logs", "params", "FlowLogId.1", "Id")
_record("CustomerGateway", "customer_gateway", "p", "CustomerGatewayId", "CustomerGatewayId")
_record("VPNGateway", "vpn_gateway", "p", "VpnGatewayId", "VPNGatewayId")
_record("VPNConnection", "vpn_connection", "p", "VpnConnectionId", "VpnConnectionId")

propagate = needs(ec2, "_enable_vgw_route_propagation", "p")
withhold = needs(ec2, "_disable_vgw_route_propagation", "p")


def _propagation(action: Callable, props: dict) -> None:
    for table in props["RouteTableIds"]:
        _call(action, {"RouteTableId": table, "GatewayId": props["VpnGatewayId"]})


def _create_propagation(logical_id: str, props: dict, stack_name: str) -> cloudformation.Created:
    _propagation(propagate, props)
    id = f"{stack_name}-{logical_id}"
    return id, {"Id": id}


def _update_propagation(id: str, old: dict, new: dict, _stack_name: str) -> cloudformation.Created:
    _propagation(withhold, old)
    _propagation(propagate, new)
    return id, {"Id": id}


def _delete_propagation(_id: str, props: dict) -> None:
    """Of tables that are gone already nothing is left to do."""
    for table in props["RouteTableIds"]:
        withhold({"RouteTableId": table, "GatewayId": props["VpnGatewayId"]})


needs(provisioners, "_RESOURCE_HANDLERS")["AWS::EC2::VPNGatewayRoutePropagation"] = {
    "create": _create_propagation,
    "update": _update_propagation,
    "delete": _delete_propagation,
}
