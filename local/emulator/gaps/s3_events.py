"""S3's events on EventBridge name the object's version, and a delete marker has neither size nor ETag.

The emulator puts the version id only into the older notifications to queues and functions.
"""

import contextvars
import json

from ministack.services import eventbridge, s3

from emulator.hooks import needs_text, replaces

_version: contextvars.ContextVar[str | None] = contextvars.ContextVar("s3_version", default=None)
needs_text(s3, "_fire_s3_event", "_eb._dispatch_event(eb_event)", '"object": {"key": key')


@replaces(
    s3,
    "_fire_s3_event",
    "bucket_name key event_name size etag deletion_type restore_event_data version_id sequencer object_extra record_extra",
)
def fire(original, *args, **kwargs):
    token = _version.set(kwargs.get("version_id"))
    try:
        return original(*args, **kwargs)
    finally:
        _version.reset(token)


@replaces(eventbridge, "_dispatch_event", "event view")
def dispatch(original, event, *args, **kwargs):
    version = _version.get()
    if event.get("Source") == "aws.s3" and version:
        detail = json.loads(event["Detail"])
        detail["object"]["version-id"] = version
        if event.get("DetailType") == "Object Deleted":
            detail["object"].pop("size", None)
            detail["object"].pop("etag", None)
        event = {**event, "Detail": json.dumps(detail)}
    return original(event, *args, **kwargs)
