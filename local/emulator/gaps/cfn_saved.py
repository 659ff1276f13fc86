"""Templates reach saved queries, Glue's encryption, budgets and trails, which the emulator keeps for their own API alone."""

import json
import uuid
from typing import Any, Callable

from ministack.services import athena, budgets, cloudtrail, glue

from emulator.hooks import needs
from emulator.services import cloudformation


def _call(function: Callable, request: dict[str, Any]) -> dict[str, Any]:
    status, _, body = function(request)
    if status >= 400:
        raise ValueError(body.decode())
    return json.loads(body)


def _call_of(module: Any, name: str, parameter: str = "data") -> Callable[[dict], dict]:
    function = needs(module, name, parameter)
    return lambda request: _call(function, request)


make_query = _call_of(athena, "_create_named_query")
remove_query = _call_of(athena, "_delete_named_query")
make_encryption = _call_of(glue, "_create_security_configuration")
remove_encryption = _call_of(glue, "_delete_security_configuration")
make_budget = _call_of(budgets, "_create_budget")
update_budget = _call_of(budgets, "_update_budget")
remove_budget = _call_of(budgets, "_delete_budget")
make_trail = _call_of(cloudtrail, "_create_trail", "body")
update_trail = _call_of(cloudtrail, "_update_trail", "body")
select_events = _call_of(cloudtrail, "_put_event_selectors", "body")
start_trail = _call_of(cloudtrail, "_start_logging", "body")
stop_trail = _call_of(cloudtrail, "_stop_logging", "body")
remove_trail = _call_of(cloudtrail, "_delete_trail", "body")


def _create_query(props: dict, _stack: str, _logical_id: str) -> cloudformation.Created:
    id = make_query(props)["NamedQueryId"]
    return id, {"NamedQueryId": id}


def _create_encryption(props: dict, _stack: str, _logical_id: str) -> cloudformation.Created:
    wanted = dict(props["EncryptionConfiguration"])
    if "S3Encryptions" in wanted:  # The API's name is in the singular.
        wanted["S3Encryption"] = wanted.pop("S3Encryptions")
    return make_encryption({"Name": props["Name"], "EncryptionConfiguration": wanted})["Name"], {}


def _budget(props: dict, name: str) -> dict:
    """A template writes the limit as a number, the API as a text."""
    budget, limit = {"BudgetName": name, **props["Budget"]}, props["Budget"].get("BudgetLimit")
    return {**budget, **({"BudgetLimit": {**limit, "Amount": str(limit["Amount"])}} if limit else {})}


def _create_budget(props: dict, stack: str, logical_id: str) -> cloudformation.Created:
    budget = _budget(props, f"{stack}-{logical_id}-{uuid.uuid4().hex[:12]}"[-100:])
    told = {k: props[k] for k in ("NotificationsWithSubscribers", "ResourceTags") if k in props}
    make_budget({"Budget": budget, **cloudformation.plain(told)})
    return budget["BudgetName"], {}


def _update_budget(name: str, old: dict, new: dict) -> cloudformation.Created:
    """Who is told is fixed with the budget: AWS makes another one, and fails where both would have one name."""
    if old.get("NotificationsWithSubscribers") != new.get("NotificationsWithSubscribers"):
        return _create_budget(new, *name.rsplit("-", 2)[:2])
    update_budget({"NewBudget": _budget(new, name)})
    return name, {}


def _trail(props: dict) -> dict:
    renamed = {"TrailName": "Name", "KMSKeyId": "KmsKeyId"}
    return {renamed.get(k, k): v for k, v in cloudformation.plain(props).items()}


def _set_trail(request: dict) -> cloudformation.Created:
    name = request["Name"]
    arn = update_trail(request)["TrailARN"]
    if request.get("AdvancedEventSelectors"):
        select_events({"TrailName": name, "AdvancedEventSelectors": request["AdvancedEventSelectors"]})
    (start_trail if request["IsLogging"] else stop_trail)({"Name": name})
    return name, {"Arn": arn}


def _create_trail(props: dict, _stack: str, _logical_id: str) -> cloudformation.Created:
    request = _trail(props)
    make_trail(request)
    return _set_trail(request)


def _update_trail(name: str, _old: dict, new: dict) -> cloudformation.Created:
    return _set_trail(_trail(new)) if new["TrailName"] == name else _create_trail(new, "", "")


def _removal(remove: Callable[[dict], dict], parameter: str) -> Callable[[str], None]:
    def delete(id: str) -> None:
        remove({parameter: id})

    return delete


for _type, _create, _update, _delete in (
    ("Athena::NamedQuery", _create_query, None, _removal(remove_query, "NamedQueryId")),
    ("Glue::SecurityConfiguration", _create_encryption, None, _removal(remove_encryption, "Name")),
    ("Budgets::Budget", _create_budget, _update_budget, _removal(remove_budget, "BudgetName")),
    ("CloudTrail::Trail", _create_trail, _update_trail, _removal(remove_trail, "Name")),
):
    cloudformation.register(f"AWS::{_type}", _create, _update, _delete)
