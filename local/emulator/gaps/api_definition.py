"""An OpenAPI definition brings its validators, models and gateway responses along, and a changed one goes into the API that is there.

The emulator knows all three, but its import drops them; and a template that changes the definition
gets another API, with another address, where AWS keeps the one it has (API Gateway, PutRestApi, mode overwrite).
"""

import json
import threading
from typing import Any

from ministack.services import apigateway_v1 as gateway
from ministack.services.cloudformation import provisioners

from emulator.hooks import needs, replaces

VALIDATORS = "x-amazon-apigateway-request-validators"
VALIDATOR = "x-amazon-apigateway-request-validator"
RESPONSES = "x-amazon-apigateway-gateway-responses"
MODEL = "#/components/schemas/"

resources = needs(gateway, "_resources")
create_model = needs(gateway, "_create_model", "api_id data")
put_response = needs(gateway, "_put_gateway_response", "api_id response_type data")
create_validator = needs(gateway, "_create_request_validator", "api_id data")
import_path_item = needs(gateway, "_import_path_item", "api_id path path_item scheme_map default_security")
stores = [needs(gateway, name) for name in ("_authorizers_v1", "_models", "_request_validators", "_gateway_responses")]
attributes = needs(provisioners, "_apigw_rest_api_attrs", "api_id")
_import = threading.local()
"""What the definition that is being imported declares, for its operations."""


def _declare(api_id: str, spec: dict[str, Any]) -> None:
    components = spec.get("components") or {}
    for name, schema in (components.get("schemas") or {}).items():
        create_model(api_id, {"name": name, "schema": json.dumps({**schema, "components": components})})
    for response_type, response in (spec.get(RESPONSES) or {}).items():
        status, _, body = put_response(api_id, response_type, response)
        if status >= 400:
            raise ValueError(body.decode())
    _import.validators = {
        name: json.loads(create_validator(api_id, {"name": name, **of})[2])["id"]
        for name, of in (spec.get(VALIDATORS) or {}).items()
    }
    _import.default = spec.get(VALIDATOR)


@replaces(gateway, "_import_security_schemes", "api_id spec")
def import_security_schemes(original, api_id, spec):
    _declare(api_id, spec)
    return original(api_id, spec)


@replaces(gateway, "_import_operation", "api_id resource_id http_method operation scheme_map default_security")
def import_operation(original, api_id, resource_id, http_method, operation, *args):
    original(api_id, resource_id, http_method, operation, *args)
    operation = operation or {}
    method = resources[api_id][resource_id]["resourceMethods"][http_method]
    method["requestValidatorId"] = _import.validators.get(operation.get(VALIDATOR, _import.default))
    content = (operation.get("requestBody") or {}).get("content") or {}
    method["requestModels"] = {
        kind: body["schema"]["$ref"].removeprefix(MODEL)
        for kind, body in content.items()
        if body.get("schema", {}).get("$ref", "").startswith(MODEL)
    }
    method["requestParameters"] = {
        f"method.request.{'querystring' if p['in'] == 'query' else p['in']}.{p['name']}": bool(p.get("required"))
        for p in operation.get("parameters") or []
        if p.get("in") in ("query", "header", "path")
    }


def _overwrite(api_id: str, spec: dict[str, Any]) -> None:
    """Everything that a definition declares is made anew; stages and deployments stay."""
    for store in stores:
        store[api_id] = {}
    root = next(id for id, resource in resources[api_id].items() if resource["path"] == "/")
    resources[api_id] = {root: {**resources[api_id][root], "resourceMethods": {}}}
    schemes = gateway._import_security_schemes(api_id, spec)
    for path, item in (spec.get("paths") or {}).items():
        import_path_item(api_id, path, item, schemes, spec.get("security"))


@replaces(provisioners, "_apigw_rest_api_update", "physical_id old_props new_props stack_name logical_id")
def update(original, physical_id, old_props, new_props, stack_name, logical_id=None):
    body = new_props.get("Body")
    if not isinstance(body, dict) or body == old_props.get("Body"):
        return original(physical_id, old_props, new_props, stack_name, logical_id)
    original(physical_id, {**old_props, "Body": body}, new_props, stack_name, logical_id)
    _overwrite(physical_id, body)
    return physical_id, attributes(physical_id)


# The table of types holds the original.
_handlers = needs(provisioners, "_RESOURCE_HANDLERS")["AWS::ApiGateway::RestApi"]
_handlers["update"] = provisioners._apigw_rest_api_update
