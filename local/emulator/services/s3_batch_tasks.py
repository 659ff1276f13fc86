"""What a batch job does to one object, and how S3 would have refused it."""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from emulator.services.s3_batch_base import client, service

COPY_LIMIT = 5 * 2**30
ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")


@dataclass
class Task:
    bucket: str
    key: str
    version: str = ""


@dataclass
class Done:
    task: Task
    ok: bool
    http: int
    code: str
    message: str


class Refused(Exception):
    def __init__(self, http: int, code: str, message: str) -> None:
        super().__init__(message)
        self.http, self.code, self.message = http, code, message


def run(job: dict[str, Any], task: Task) -> Done:
    """One task of a job. Never raises."""
    try:
        _faults(job, task)
        if "S3PutObjectCopy" in job["Operation"]:
            message = _copy(job, job["Operation"]["S3PutObjectCopy"], task)
        else:
            message = _checksum(job["Operation"]["S3ComputeObjectChecksum"], task)
        return Done(task, True, 200, "", message)
    except Refused as error:
        return Done(task, False, error.http, error.code, error.message)
    except ClientError as error:
        http = error.response["ResponseMetadata"]["HTTPStatusCode"]
        code = error.response["Error"]["Code"]
        # A HEAD has no body, so no code.
        code = {"404": "NoSuchKey", "403": "AccessDenied"}.get(code, code)
        return Done(task, False, http, code, error.response["Error"]["Message"])
    except Exception as error:
        return Done(task, False, 500, "InternalError", f"{type(error).__name__}: {error}")


def _faults(job: dict[str, Any], task: Task) -> None:
    if service.fault("access-denied", job["JobId"], path=task.key):
        raise Refused(403, "AccessDenied", "Access Denied")
    if service.fault("internal-error", job["JobId"], path=task.key):
        raise Refused(500, "InternalError", "We encountered an internal error. Please try again.")


def _source(task: Task) -> dict[str, str]:
    named = {"Bucket": task.bucket, "Key": task.key}
    return {**named, "VersionId": task.version} if task.version else named


def target_key(copy: dict[str, Any], key: str) -> str:
    """The prefix is a folder: S3 puts the slash between."""
    prefix = copy.get("TargetKeyPrefix")
    return key if prefix is None else f"{prefix}/{key}"


def _copy(job: dict[str, Any], copy: dict[str, Any], task: Task) -> str:
    s3 = client("s3")
    head = s3.head_object(**_source(task))
    limited = service.fault("copy-limit", job["JobId"], path=task.key)
    limit = limited["bytes"] if limited else COPY_LIMIT
    if head["ContentLength"] > limit:
        text = f"The specified copy source is larger than the maximum allowable size for a copy source: {limit}"
        raise Refused(400, "InvalidRequest", text)
    if head.get("StorageClass") in ARCHIVED:
        raise Refused(403, "InvalidObjectState", "The operation is not valid for the object's storage class")
    s3.copy_object(
        Bucket=copy["TargetResource"].rpartition(":")[2],
        Key=target_key(copy, task.key),
        CopySource=_source(task),
        MetadataDirective=copy.get("MetadataDirective", "COPY"),
    )
    return "Successful"


def _crc32(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")


HASHES = {
    "CRC32": _crc32,
    "MD5": lambda data: hashlib.md5(data).digest(),
    "SHA1": lambda data: hashlib.sha1(data).digest(),
    "SHA256": lambda data: hashlib.sha256(data).digest(),
    "SHA512": lambda data: hashlib.sha512(data).digest(),
}


def _checksum(compute: dict[str, Any], task: Task) -> str:
    algorithm, kind = compute.get("ChecksumAlgorithm", "CRC64NVME"), compute.get("ChecksumType", "FULL_OBJECT")
    if algorithm not in HASHES or kind != "FULL_OBJECT":
        raise Refused(400, "InvalidRequest", f"the local AWS computes no {kind} {algorithm}")
    found = client("s3").get_object(**_source(task))
    digest = HASHES[algorithm](found["Body"].read())
    text = {
        "checksum_base64": base64.b64encode(digest).decode(),
        "etag": found["ETag"].strip('"'),
        "checksumAlgorithm": algorithm,
        "checksumType": kind,
        "checksum_hex": digest.hex().upper(),
    }
    return json.dumps(text)
