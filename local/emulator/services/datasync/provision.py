"""CloudFormation's DataSync types: what a template declares is there for the API, and the other way round."""

from typing import Any

from emulator.services import cloudformation, wire_json
from emulator.services.datasync import agents, executions, locations, tasks
from emulator.services.datasync.base import executions as execution_table
from emulator.services.datasync.base import locations as location_table
from emulator.services.datasync.base import service, tags
from emulator.services.datasync.base import tasks as task_table
from emulator.services.datasync.sources import uri

TYPES = {
    "LocationNFS": "Nfs",
    "LocationSMB": "Smb",
    "LocationHDFS": "Hdfs",
    "LocationObjectStorage": "ObjectStorage",
    "LocationAzureBlob": "AzureBlob",
    "LocationS3": "S3",
    "LocationEFS": "Efs",
}
RENAMED = {
    "AzureAccessTier": "AccessTier",
    "AzureBlobAuthenticationType": "AuthenticationType",
    "AzureBlobContainerUrl": "ContainerUrl",
    "AzureBlobSasConfiguration": "SasConfiguration",
    "AzureBlobSasToken": "Token",
    "AzureBlobType": "BlobType",
}
"""CloudFormation's names where they are not the API's."""
REPLACES = {
    "Nfs": (),
    "Smb": (),
    "Hdfs": (),
    "ObjectStorage": ("BucketName",),
    "AzureBlob": ("ContainerUrl",),
    "S3": ("S3BucketArn",),
    "Efs": ("EfsFilesystemArn", "Ec2Config"),
    "Task": ("SourceLocationArn", "DestinationLocationArn", "TaskMode"),
}
"""Properties that an update in place cannot change: those that the update operation lacks."""


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {RENAMED.get(k, k): _renamed(v) for k, v in value.items()}
    return [_renamed(v) for v in value] if isinstance(value, list) else value


def _request(operation: str, props: dict[str, Any]) -> dict[str, Any]:
    return wire_json.decode(service.model.operation_model(operation).input_shape, cloudformation.plain(_renamed(props)))


def _location(name: str, kind: str) -> None:
    operation = f"CreateLocation{kind}"

    def attributes(arn: str) -> tuple[str, dict[str, Any]]:
        return arn, {"LocationArn": arn, "LocationUri": uri(kind, locations.find(arn)["Request"])}

    def create(props: dict, _stack: str, _logical_id: str) -> tuple[str, dict]:
        return attributes(service.call(operation, _request(operation, props))["LocationArn"])

    def update(arn: str, old: dict, new: dict) -> tuple[str, dict]:
        before, request = _request(operation, old), _request(operation, new)
        if any(before.get(k) != request.get(k) for k in REPLACES[kind]):
            return create(new, "", "")
        service.check(operation, request)
        locations.create(kind, request, arn)
        return attributes(arn)

    def delete(arn: str) -> None:
        location_table.remove(arn)
        tags.remove(arn)

    cloudformation.register(f"AWS::DataSync::{name}", create, update, delete)


for _name, _kind in TYPES.items():
    _location(_name, _kind)


def _task_attributes(arn: str) -> tuple[str, dict[str, Any]]:
    return arn, {"TaskArn": arn, "Status": "AVAILABLE"}


def _create_task(props: dict, _stack: str, _logical_id: str) -> tuple[str, dict]:
    return _task_attributes(service.call("CreateTask", _request("CreateTask", props))["TaskArn"])


def _update_task(arn: str, old: dict, new: dict) -> tuple[str, dict]:
    before, request = _request("CreateTask", old), _request("CreateTask", new)
    if any(before.get(k) != request.get(k) for k in REPLACES["Task"]):
        return _create_task(new, "", "")
    service.check("CreateTask", request)
    tasks.create(request, arn)
    return _task_attributes(arn)


def _delete_task(arn: str) -> None:
    for execution in [e for e in execution_table.all() if e["TaskArn"] == arn]:
        if execution["Status"] not in executions.ENDED:
            executions.stop(execution["TaskExecutionArn"])
    if task_table.get(arn):
        tasks.forget(arn)


cloudformation.register("AWS::DataSync::Task", _create_task, _update_task, _delete_task)


def _create_agent(props: dict, _stack: str, _logical_id: str) -> tuple[str, dict]:
    arn = service.call("CreateAgent", _request("CreateAgent", props))["AgentArn"]
    return arn, {"AgentArn": arn, "EndpointType": agents.find(arn)["EndpointType"]}


def _update_agent(arn: str, old: dict, new: dict) -> tuple[str, dict]:
    if {**old, "AgentName": "", "Tags": []} != {**new, "AgentName": "", "Tags": []}:
        return _create_agent(new, "", "")
    service.call("UpdateAgent", {"AgentArn": arn, **({"Name": new["AgentName"]} if new.get("AgentName") else {})})
    return arn, {"AgentArn": arn, "EndpointType": agents.find(arn)["EndpointType"]}


cloudformation.register("AWS::DataSync::Agent", _create_agent, _update_agent, agents.forget)
