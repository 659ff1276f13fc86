"""The embedded Snowball calls other services over the wire, so that what it does is what a client's call does."""

import functools
from typing import Any

import botocore.session
from botocore.config import Config
from ministack.core.responses import get_account_id, get_region

from emulator import settings

SERVICE_ACCOUNT = "999999999999"
"""Reports and device manifests lie in a bucket of AWS's own, not in one of the customer's account."""


@functools.cache
def _client(service: str, account: str, region: str) -> Any:
    return botocore.session.get_session().create_client(
        service,
        endpoint_url=settings.endpoint(),
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=Config(signature_version="s3v4" if service == "s3" else None, s3={"addressing_style": "path"}, retries={"mode": "standard"}),
    )


def of_customer(service: str) -> Any:
    """A client in the account and Region of the call or walk."""
    return _client(service, get_account_id(), get_region())


def of_service() -> Any:
    """S3 in AWS's own account, always in one Region: a bucket's name says whose jobs it is for."""
    return _client("s3", SERVICE_ACCOUNT, "us-east-1")


def _bucket() -> str:
    return f"snowball-{get_region()}-{get_account_id()}"


def keep(key: str, content: bytes) -> None:
    """Keeps a file of the service's own."""
    client = of_service()
    if _bucket() not in {b["Name"] for b in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=_bucket())
    client.put_object(Bucket=_bucket(), Key=key, Body=content)


def link(key: str) -> str:
    """A link to a kept file, good for 60 minutes."""
    return of_service().generate_presigned_url("get_object", {"Bucket": _bucket(), "Key": key}, ExpiresIn=3600)
