"""CloudFormation types that the emulator lacks become stubs: logged, counted and listed by `decant local status`.

Without it the whole template is refused. Only types that aws-cdk-lib knows are stubbed, so a misspelt type still is.
"""

import hashlib
import json
import logging
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from emulator import report, settings
from emulator.hooks import needs

log = logging.getLogger("decant")
physical_name = needs(provisioners, "_physical_name", "stack_name logical_id lowercase max_len seeded")
needs(provisioners, "_RESOURCE_HANDLERS")

with open(settings.CFN_ATTRIBUTES, encoding="utf-8") as _file:
    ATTRIBUTES: dict[str, dict[str, Any]] = json.load(_file)

# Services check the shape of these ids.
ID_PREFIX = {
    "AWS::EC2::NatGateway": "nat-",
    "AWS::EC2::FlowLog": "fl-",
    "AWS::EC2::NetworkAcl": "acl-",
    "AWS::EC2::SecurityGroupIngress": "sgr-",
    "AWS::EC2::SecurityGroupEgress": "sgr-",
}


def _arn(resource_type: str, name: str) -> str:
    _, service, kind = resource_type.split("::")
    return f"arn:aws:{service.lower()}:{get_region()}:{get_account_id()}:{kind.lower()}/{name}"


def _digits(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:17]


def _attribute(resource_type: str, physical_id: str, name: str) -> str:
    leaf = name.rsplit(".", 1)[-1]
    if leaf.endswith("Arn"):
        return physical_id if physical_id.startswith("arn:") else _arn(resource_type, physical_id)
    if leaf == "AllocationId":
        return f"eipalloc-{_digits(physical_id)}"
    if leaf.endswith("Id"):
        return physical_id.rsplit("/", 1)[-1]
    return f"stub-{leaf.lower()}-{_digits(physical_id, name)[:8]}"


class Stub:
    """The handlers of one type that has no emulation."""

    def __init__(self, resource_type: str) -> None:
        self.type = resource_type
        self.spec = ATTRIBUTES[resource_type]

    def attributes(self, physical_id: str) -> dict[str, str]:
        return {a: _attribute(self.type, physical_id, a) for a in self.spec["attrs"]}

    def create(self, logical_id: str, props: dict, stack_name: str) -> tuple[str, dict[str, str]]:
        kind = self.type.rsplit("::", 1)[1]
        named = next((props[k] for k in ("Name", f"{kind}Name") if isinstance(props.get(k), str)), None)
        if self.type in ID_PREFIX:
            physical_id = ID_PREFIX[self.type] + _digits(stack_name, logical_id)
        else:
            physical_id = named or physical_name(stack_name, logical_id)
        if self.spec.get("ref", "").endswith("Arn"):
            physical_id = _arn(self.type, physical_id)
        log.warning("not emulated, stubbed: %s %s/%s", self.type, stack_name, logical_id)
        report.stubbed(self.type, physical_id)
        return physical_id, self.attributes(physical_id)

    def update(self, physical_id: str, _old: dict, _new: dict, _stack_name: str) -> tuple[str, dict[str, str]]:
        return physical_id, self.attributes(physical_id)

    def delete(self, physical_id: str, _props: dict) -> None:
        report.unstubbed(self.type, physical_id)

    def handlers(self) -> dict[str, Any]:
        return {"create": self.create, "update": self.update, "delete": self.delete}


class Handlers(dict):
    """The emulator's table of types, which answers for the stubbed ones too."""

    def _stub(self, resource_type: Any) -> bool:
        return resource_type in ATTRIBUTES and not resource_type.startswith("AWS::CloudFormation::")

    def __contains__(self, resource_type: object) -> bool:
        return super().__contains__(resource_type) or self._stub(resource_type)

    def get(self, resource_type: Any, default: Any = None) -> Any:
        if super().__contains__(resource_type):
            return super().__getitem__(resource_type)
        return Stub(resource_type).handlers() if self._stub(resource_type) else default

    def __getitem__(self, resource_type: Any) -> Any:
        found = self.get(resource_type)
        if found is None:
            raise KeyError(resource_type)
        return found


provisioners._RESOURCE_HANDLERS = Handlers(provisioners._RESOURCE_HANDLERS)
