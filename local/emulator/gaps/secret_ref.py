"""`Ref` of a secret is its ARN, as AWS documents it; the emulator gives its name."""

from ministack.services.cloudformation import provisioners

from emulator.hooks import HookError, needs

TYPE = "AWS::SecretsManager::Secret"
handlers = dict(needs(provisioners, "_RESOURCE_HANDLERS")[TYPE])
if not {"create", "update", "delete"} <= handlers.keys():
    raise HookError(f"the handlers of {TYPE} are {sorted(handlers)}")


def _name(physical_id: str) -> str:
    """The emulator's own id: the name, without the six random characters that end an ARN."""
    return physical_id.split(":secret:", 1)[1].rsplit("-", 1)[0] if physical_id.startswith("arn:") else physical_id


def create(logical_id, props, stack_name):
    _, attributes = handlers["create"](logical_id, props, stack_name)
    return attributes["Arn"], attributes


def update(physical_id, old, new, stack_name, logical_id=None):
    more = [logical_id] if handlers.get("update_with_logical_id") else []
    _, attributes = handlers["update"](_name(physical_id), old, new, stack_name, *more)
    return attributes.get("Arn", physical_id), attributes


def delete(physical_id, props):
    return handlers["delete"](_name(physical_id), props)


provisioners._RESOURCE_HANDLERS[TYPE] = {**handlers, "create": create, "update": update, "delete": delete}
