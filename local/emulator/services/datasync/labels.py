"""Tags of agents, locations, tasks and executions."""

from emulator.services.datasync.base import agents, executions, invalid, locations, page, service, tags, tasks


def _must_exist(arn: str) -> None:
    if not any(table.get(arn) for table in (agents, locations, tasks, executions)):
        raise invalid(f"Request parameter ResourceArn: {arn} does not exist.", "ResourceNotFound")


@service.operation("TagResource")
def tag(request: dict) -> None:
    _must_exist(request["ResourceArn"])
    added = {t["Key"]: t.get("Value", "") for t in request["Tags"]}
    tags.put(request["ResourceArn"], {**(tags.get(request["ResourceArn"]) or {}), **added})


@service.operation("UntagResource")
def untag(request: dict) -> None:
    _must_exist(request["ResourceArn"])
    left = {k: v for k, v in (tags.get(request["ResourceArn"]) or {}).items() if k not in request["Keys"]}
    tags.put(request["ResourceArn"], left)


@service.operation("ListTagsForResource")
def list_tags(request: dict) -> dict:
    _must_exist(request["ResourceArn"])
    entries = [{"Key": k, "Value": v} for k, v in (tags.get(request["ResourceArn"]) or {}).items()]
    return page(entries, request, "Tags")
