"""ListObjectVersions honours EncodingType=url; the emulator gives the keys as they are and does not say so."""

import contextvars
from xml.etree.ElementTree import SubElement

from ministack.services import s3

from emulator.hooks import needs, needs_text, replaces

_encode: contextvars.ContextVar[bool] = contextvars.ContextVar("encode_keys", default=False)
url_encode = needs(s3, "_url_encode", "value")
query_value = needs(s3, "_qp")
needs_text(s3, "_list_object_versions", "_xml_body(root)")
ENCODED = {"Key", "Prefix", "Delimiter", "KeyMarker", "NextKeyMarker"}


@replaces(s3, "_list_object_versions", "bucket_name query_params")
def list_versions(original, bucket_name, query_params):
    token = _encode.set(query_value(query_params, "encoding-type", "") == "url")
    try:
        return original(bucket_name, query_params)
    finally:
        _encode.reset(token)


@replaces(s3, "_xml_body", "root")
def xml_body(original, root):
    if _encode.get():
        for element in root.iter():
            if element.tag.rsplit("}", 1)[-1] in ENCODED and element.text:
                element.text = url_encode(element.text)
        SubElement(root, "EncodingType").text = "url"
    return original(root)
