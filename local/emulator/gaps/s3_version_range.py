"""GetObject gives a byte range of a named version; the emulator gives the whole version."""

from ministack.services import s3

from emulator.hooks import needs, replaces

parse_range = needs(s3, "_parse_range", "range_header total")
query_value = needs(s3, "_qp")
error = needs(s3, "_error")


@replaces(s3, "_get_object", "bucket_name key headers query_params")
def get_object(original, bucket_name, key, headers, query_params=None):
    status, answer, body = original(bucket_name, key, headers, query_params)
    asked = headers.get("range")
    if status != 200 or not asked or not query_value(query_params or {}, "versionId", ""):
        return status, answer, body
    found = parse_range(asked, len(body))
    if found is None:
        return error("InvalidRange", "The requested range is not satisfiable", 416, f"/{bucket_name}/{key}")
    start, end = found
    part = body[start : end + 1]
    content = {"Content-Length": str(len(part)), "Content-Range": f"bytes {start}-{end}/{len(body)}"}
    # A checksum is of the whole object, and S3 leaves it away here.
    kept = {k: v for k, v in answer.items() if not k.lower().startswith("x-amz-checksum-")}
    return 206, {**kept, **content}, part
