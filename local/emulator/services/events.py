"""Events of embedded services on the emulator's default bus."""

import json
from typing import Any

from ministack.services import eventbridge

from emulator.hooks import needs

_put = needs(eventbridge, "_put_events", "data allow_aws_source")


def emit(source: str, detail_type: str, resources: list[str], detail: dict[str, Any]) -> None:
    """An event as an AWS service sends it; `source` is like `aws.datasync`."""
    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Resources": resources,
        "Detail": json.dumps(detail),
        "EventBusName": "default",
    }
    _put({"Entries": [entry]}, allow_aws_source=True)
