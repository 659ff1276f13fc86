"""Agents: they are activated with a key of the machine that they run on, and may go offline."""

import hashlib
from typing import Any

from emulator.services import faults
from emulator.services.datasync.base import agents, invalid, keep_tags, locations, new_arn, now, page, service, tags


def find(arn: str) -> dict[str, Any]:
    agent = agents.get(arn)
    if agent is None:
        raise invalid(f"Request parameter AgentArn: {arn} does not exist.", "AgentNotFound")
    return agent


def online(arn: str) -> bool:
    """False while the fault `agent-offline` is set for it."""
    return faults.take(service.name, "agent-offline", arn) is None


@service.operation("CreateAgent")
def create(request: dict) -> dict:
    """The id follows from the key, so that an estate file that names the agent is right also after a reset."""
    arn = new_arn("agent", "agent", hashlib.sha256(request["ActivationKey"].encode()).hexdigest()[:17])
    if agents.get(arn):
        raise invalid("The activation key has been used already.", "ActivationKeyUsed")
    endpoint = request.get("VpcEndpointId")
    private = {
        "VpcEndpointId": endpoint,
        "PrivateLinkEndpoint": endpoint and "127.0.0.1",
        "SubnetArns": request.get("SubnetArns"),
        "SecurityGroupArns": request.get("SecurityGroupArns"),
    }
    agents.put(
        arn,
        {
            "AgentArn": arn,
            "Name": request.get("AgentName"),
            "CreationTime": now(),
            "EndpointType": "PRIVATE_LINK" if endpoint else "PUBLIC",
            "PrivateLinkConfig": private if endpoint else None,
        },
    )
    keep_tags(arn, request.get("Tags"))
    return {"AgentArn": arn}


@service.operation("DescribeAgent")
def describe(request: dict) -> dict:
    agent = find(request["AgentArn"])
    up = online(agent["AgentArn"])
    return {
        **agent,
        "Status": "ONLINE" if up else "OFFLINE",
        "LastConnectionTime": now() if up else agent["CreationTime"],
        "Platform": {"Version": "2.0.0.0"},
    }


@service.operation("ListAgents")
def list_agents(request: dict) -> dict:
    entries = [
        {
            "AgentArn": a["AgentArn"],
            "Name": a.get("Name"),
            "Status": "ONLINE" if online(a["AgentArn"]) else "OFFLINE",
            "Platform": {"Version": "2.0.0.0"},
        }
        for a in agents.all()
    ]
    return page(entries, request, "Agents")


@service.operation("UpdateAgent")
def update(request: dict) -> None:
    find(request["AgentArn"])
    agents.change(request["AgentArn"], lambda a: a.update(Name=request.get("Name", a.get("Name"))))


@service.operation("DeleteAgent")
def delete(request: dict) -> None:
    arn = find(request["AgentArn"])["AgentArn"]
    used = next((loc for loc in locations.all() if arn in loc.get("AgentArns", [])), None)
    if used:
        raise invalid(f"Agent {arn} is in use by location {used['LocationArn']}.", "AgentInUse")
    forget(arn)


def forget(arn: str) -> None:
    agents.remove(arn)
    tags.remove(arn)
