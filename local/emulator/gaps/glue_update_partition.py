"""UpdatePartition changes a registered partition, its location included; the emulator does not know the action."""

import json

from ministack.services import glue

from emulator.hooks import needs, needs_text, replaces

needs(glue, "_partitions")
answer = needs(glue, "json_response")
error = needs(glue, "error_response_json")
needs_text(glue, "_handle_request_sync", 'f"Unknown Glue action: {action}"')


@replaces(glue, "_handle_request_sync", "method path headers body query_params")
def handle(original, method, path, headers, body, query_params):
    if not headers.get("x-amz-target", "").endswith(".UpdatePartition"):
        return original(method, path, headers, body, query_params)
    asked = json.loads(body)
    values = asked["PartitionValueList"]
    for partition in glue._partitions.get(f"{asked['DatabaseName']}/{asked['TableName']}", []):
        if partition.get("Values") == values:
            partition.update(asked["PartitionInput"])
            return answer({})
    return error("EntityNotFoundException", "Partition not found.", 400)
