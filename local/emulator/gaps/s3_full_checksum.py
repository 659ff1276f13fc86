"""An upload in parts may state the CRC-32 of the whole object (ChecksumType FULL_OBJECT), and it is checked.

The emulator knows only the checksum of the parts' checksums, so it would refuse the right value as wrong.
"""

import base64
import zlib

from ministack.services import s3

from emulator.hooks import needs, replaces

HEADER = "x-amz-checksum-crc32"
needs(s3, "_buckets")
needs(s3, "_multipart_uploads")
needs(s3, "_qp")
needs(s3, "_error")


def whole_crc32(parts: dict) -> str:
    """Base64 of the CRC-32 over the parts' bytes, in the order of their numbers."""
    crc = 0
    for number in sorted(parts):
        crc = zlib.crc32(parts[number]["body"], crc)
    return base64.b64encode(crc.to_bytes(4, "big")).decode()


@replaces(s3, "_complete_multipart_upload", "bucket_name key body query_params headers")
def complete_multipart_upload(original, bucket_name, key, body, query_params, headers=None):
    headers = headers or {}
    upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId"))
    stated = headers.get(HEADER)
    if upload is None or headers.get("x-amz-checksum-type") != "FULL_OBJECT" or not stated:
        return original(bucket_name, key, body, query_params, headers)
    if stated != whole_crc32(upload["parts"]):
        return s3._error("BadDigest", "The CRC32 you specified did not match the calculated checksum.", 400)
    others = {name: value for name, value in headers.items() if name != HEADER}
    answer = original(bucket_name, key, body, query_params, others)
    made = s3._buckets[bucket_name]["objects"].get(key)
    if answer[0] == 200 and made:
        made.update(checksums={"CRC32": stated}, checksum_type="FULL_OBJECT")
    return answer
