"""An end of a transfer that is a bucket of the emulator, reached through its S3 API so that bucket events fire."""

import functools
from typing import Any, Iterable

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from ministack.core.responses import get_account_id, get_region

from emulator import settings
from emulator.services.datasync.folder_end import CHUNK
from emulator.services.datasync.items import Broken, Item, Problem

PART = 16 << 20
"""Content up to this size is put at once; above, in parts of it."""
MAX_KEY = 1024


@functools.cache
def client(account: str, region: str) -> Any:
    config = Config(
        s3={"addressing_style": "path"},
        max_pool_connections=64,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return botocore.session.get_session().create_client(
        "s3",
        region_name=region,
        endpoint_url=settings.endpoint(),
        aws_access_key_id=account,
        aws_secret_access_key="embedded",
        config=config,
    )


def s3() -> Any:
    return client(get_account_id(), get_region())


def problem(error: ClientError) -> Problem:
    code = error.response["Error"]["Code"]
    gone = code in ("NoSuchKey", "404", "NotFound")
    return Problem("FileNotFound" if gone else code, 40973 if gone else 40974, str(error))


class BucketEnd:
    objects = True

    def __init__(self, bucket: str, prefix: str, storage_class: str) -> None:
        self.bucket, self.prefix, self.storage_class = bucket, prefix, storage_class

    def require(self) -> None:
        try:
            s3().head_bucket(Bucket=self.bucket)
        except ClientError as error:
            raise Broken("S3BucketNotAccessible", f"Bucket {self.bucket} cannot be accessed: {error}") from error

    def items(self) -> Iterable[Item | tuple[str, bool, Problem]]:
        self.require()
        pages = s3().get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        for found in (o for page in pages for o in page.get("Contents", [])):
            path = found["Key"].removeprefix(self.prefix)
            if path in ("", "/"):
                continue
            if path.startswith("/") or any(p in ("", ".", "..") for p in path.rstrip("/").split("/")):
                yield path, False, Problem("InvalidKey", 40972, "Keys with //, /./, /../ or a slash at the start are not transferred.")
                continue
            yield Item(
                path=path.rstrip("/") if path.endswith("/") else path,
                folder=path.endswith("/"),
                size=found["Size"],
                mtime_ns=int(found["LastModified"].timestamp() * 1e9),
                is_object=True,
                etag=found["ETag"],
            )

    def key(self, item_path: str, folder: bool = False) -> str:
        return f"{self.prefix}{item_path}{'/' if folder else ''}"

    def look(self, path: str, folder: bool = False) -> Item | None:
        try:
            head = s3().head_object(Bucket=self.bucket, Key=self.key(path, folder))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                return None
            raise problem(error) from error
        metadata = head.get("Metadata", {})
        kept = metadata.get("file-mtime", "").removesuffix("ns")
        modified = int(head["LastModified"].timestamp() * 1e9)
        return Item(
            path=path,
            folder=folder,
            size=head["ContentLength"],
            mtime_ns=int(kept) if kept.isdigit() else modified,
            mode=int(metadata.get("file-permissions", "0644")[-4:], 8),
            is_object=True,
            etag=head["ETag"],
            metadata={**metadata, "content-type": head.get("ContentType", "")},
        )

    def read(self, path: str) -> Iterable[bytes]:
        try:
            body = s3().get_object(Bucket=self.bucket, Key=self.key(path))["Body"]
        except ClientError as error:
            raise problem(error) from error
        while chunk := body.read(CHUNK):
            yield chunk

    def write(self, item: Item, content: Iterable[bytes], keep: dict[str, Any]) -> str | None:
        key = self.key(item.path, item.folder)
        if len(key.encode()) > MAX_KEY:
            raise Problem("KeyTooLong", 40976, f"The key has {len(key.encode())} bytes; S3 takes {MAX_KEY}.")
        place = {"Bucket": self.bucket, "Key": key}
        kind = item.metadata.get("content-type") or "application/octet-stream"
        about = {"Metadata": metadata(item, keep), "StorageClass": self.storage_class, "ContentType": kind}
        try:
            if item.size > PART:
                return self._in_parts(place, about, content)
            return s3().put_object(**place, **about, Body=b"".join(content)).get("VersionId")
        except ClientError as error:
            raise problem(error) from error

    def _in_parts(self, place: dict[str, str], about: dict[str, Any], content: Iterable[bytes]) -> str | None:
        upload = {**place, "UploadId": s3().create_multipart_upload(**place, **about)["UploadId"]}
        parts: list[dict[str, Any]] = []

        def put(body: bytes) -> None:
            number = len(parts) + 1
            parts.append({"PartNumber": number, "ETag": s3().upload_part(**upload, PartNumber=number, Body=body)["ETag"]})

        try:
            held = bytearray()
            for chunk in content:
                held += chunk
                if len(held) >= PART:
                    put(bytes(held))
                    held.clear()
            if held or not parts:
                put(bytes(held))
            return s3().complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}).get("VersionId")
        except BaseException:
            s3().abort_multipart_upload(**upload)
            raise

    def remove(self, item: Item) -> None:
        s3().delete_object(Bucket=self.bucket, Key=self.key(item.path, item.folder))


def metadata(item: Item, keep: dict[str, Any]) -> dict[str, str]:
    """User metadata of an object, as file gateways and FSx for Lustre read it (DataSync user guide, metadata-copied)."""
    if item.is_object:
        return {k: v for k, v in item.metadata.items() if k != "content-type"}
    out = {"user-agent": "aws-datasync"}
    if keep["PosixPermissions"] == "PRESERVE":
        out["file-permissions"] = f"{item.mode:04o}"
    if keep["Uid"] != "NONE":
        out["file-owner"] = str(item.uid)
    if keep["Gid"] != "NONE":
        out["file-group"] = str(item.gid)
    if keep["Mtime"] == "PRESERVE":
        out["file-mtime"] = f"{item.mtime_ns}ns"
        out["file-atime"] = f"{item.atime_ns}ns"
    return out
