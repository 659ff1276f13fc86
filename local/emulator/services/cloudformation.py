"""CloudFormation types whose resources are records of embedded services."""

from typing import Any, Callable

from ministack.services.cloudformation import provisioners

from emulator.hooks import HookError, needs

Created = tuple[str, dict[str, Any]]


def plain(value: Any) -> Any:
    """Properties as an API's JSON has them: a template may write numbers and truth values as text."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def register(
    resource_type: str,
    create: Callable[[dict, str, str], Created],
    update: Callable[[str, dict, dict], Created] | None,
    delete: Callable[[str], None],
) -> None:
    """Takes a type from the stubs.

    `create(properties, stack name, logical id)` and `update(physical id, old, new)` return the physical id, which is
    what Ref gives, and the attributes. An update that returns another physical id has replaced the resource; the old
    one is deleted when the whole update is through. Without `update` every change replaces.
    """
    handlers = needs(provisioners, "_RESOURCE_HANDLERS")
    if dict.__contains__(handlers, resource_type):
        raise HookError(f"the emulator now has {resource_type} itself")

    def made(logical_id: str, props: dict, stack_name: str) -> Created:
        return create(props, stack_name, logical_id)

    def changed(physical_id: str, old: dict, new: dict, stack_name: str, logical_id: str) -> Created:
        return update(physical_id, old, new) if update else create(new, stack_name, logical_id)

    def deleted(physical_id: str, _props: dict) -> None:
        delete(physical_id)

    handlers[resource_type] = {"create": made, "update": changed, "update_with_logical_id": True, "delete": deleted}
