"""Locations: where data is read and written. What AWS keeps secret is not kept here at all."""

import base64
from typing import Any

from emulator.services.datasync import agents
from emulator.services.datasync.base import invalid, keep_tags, locations, new_arn, now, page, service, tags, tasks
from emulator.services.datasync.sources import SCHEMES, uri

SECRET = {"Password", "SecretKey", "SasConfiguration", "KerberosKeytab", "KerberosKrb5Conf", "Tags", "LocationArn"}
NEEDS_AGENT = {"Nfs", "Smb", "Hdfs"}


def find(arn: str, kind: str | None = None) -> dict[str, Any]:
    location = locations.get(arn)
    if location is None or kind not in (None, location["Kind"]):
        raise invalid(f"Request parameter LocationArn: {arn} does not exist.", "LocationNotFound")
    return location


def agents_of(location: dict[str, Any]) -> list[str]:
    request = location["Request"]
    return request.get("OnPremConfig", {}).get("AgentArns") or request.get("AgentArns") or []


def _kept(request: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in request.items() if k not in SECRET}
    return {k: {"blob": base64.b64encode(v).decode()} if isinstance(v, bytes) else v for k, v in kept.items()}


def _shown(value: Any) -> Any:
    return base64.b64decode(value["blob"]) if isinstance(value, dict) and set(value) == {"blob"} else value


def _check(kind: str, request: dict[str, Any]) -> None:
    named = agents_of({"Request": request})
    if kind in NEEDS_AGENT and not named:
        raise invalid("A location of this type needs at least one agent.")
    for arn in named:
        agents.find(arn)
    if request.get("CmkSecretConfig") and request.get("CustomSecretConfig"):
        raise invalid("CmkSecretConfig and CustomSecretConfig cannot be given together.")
    if ".." in request.get("Subdirectory", "").split("/"):
        raise invalid("Subdirectory must not contain '..'.")


def create(kind: str, request: dict[str, Any], arn: str | None = None) -> dict[str, Any]:
    """Makes a location, or makes one that is there anew under its ARN."""
    _check(kind, request)
    arn = arn or new_arn("location", "loc")
    kept = _kept(request)
    made = (locations.get(arn) or {}).get("CreationTime", now())
    record = {"LocationArn": arn, "Kind": kind, "CreationTime": made, "Request": kept}
    locations.put(arn, {**record, "AgentArns": agents_of(record)})
    keep_tags(arn, request.get("Tags"))
    return {"LocationArn": arn}


def describe(kind: str, request: dict[str, Any]) -> dict[str, Any]:
    location = find(request["LocationArn"], kind)
    shape = service.model.operation_model(f"DescribeLocation{kind}").output_shape
    shown = {k: _shown(v) for k, v in location["Request"].items() if k in shape.members}
    if kind == "S3":
        shown.setdefault("S3StorageClass", "STANDARD")
    return {
        **shown,
        "LocationArn": location["LocationArn"],
        "LocationUri": uri(kind, location["Request"]),
        "CreationTime": location["CreationTime"],
    }


def update(kind: str, request: dict[str, Any]) -> None:
    location = find(request["LocationArn"], kind)
    changed = {**location["Request"], **_kept(request)}
    _check(kind, changed)
    locations.put(location["LocationArn"], {**location, "Request": changed, "AgentArns": agents_of({"Request": changed})})


def _install(kind: str) -> None:
    service.operation(f"CreateLocation{kind}")(lambda request: create(kind, request))
    service.operation(f"DescribeLocation{kind}")(lambda request: describe(kind, request))
    service.operation(f"UpdateLocation{kind}")(lambda request: update(kind, request))


for _kind in SCHEMES:
    _install(_kind)


def _wanted(entry: dict[str, Any], location: dict[str, Any], rule: dict[str, Any]) -> bool:
    value = {
        "LocationUri": entry["LocationUri"],
        "LocationType": location["Kind"].upper(),
        "CreationTime": str(location["CreationTime"]),
    }[rule["Name"]]
    return compares(rule["Operator"], value, rule["Values"])


def compares(operator: str, value: str, wanted: list[str]) -> bool:
    """A list filter of the API."""
    return {
        "Equals": value in wanted,
        "In": value in wanted,
        "NotEquals": value not in wanted,
        "Contains": any(w in value for w in wanted),
        "NotContains": not any(w in value for w in wanted),
        "BeginsWith": any(value.startswith(w) for w in wanted),
        "LessThan": any(value < w for w in wanted),
        "LessThanOrEqual": any(value <= w for w in wanted),
        "GreaterThan": any(value > w for w in wanted),
        "GreaterThanOrEqual": any(value >= w for w in wanted),
    }[operator]


@service.operation("ListLocations")
def list_locations(request: dict) -> dict:
    found = []
    for location in locations.all():
        entry = {"LocationArn": location["LocationArn"], "LocationUri": uri(location["Kind"], location["Request"])}
        if all(_wanted(entry, location, rule) for rule in request.get("Filters", [])):
            found.append(entry)
    return page(found, request, "Locations")


@service.operation("DeleteLocation")
def delete(request: dict) -> None:
    arn = find(request["LocationArn"])["LocationArn"]
    used = next((t for t in tasks.all() if arn in (t["SourceLocationArn"], t["DestinationLocationArn"])), None)
    if used:
        raise invalid(f"Location {arn} is in use by task {used['TaskArn']}.", "LocationInUse")
    locations.remove(arn)
    tags.remove(arn)
