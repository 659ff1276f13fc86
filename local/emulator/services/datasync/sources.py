"""Where the files of a location lie on this machine.

A file server, HDFS cluster, object store, Azure container or EFS file system is the folder of its host's name below
the folder of sources, `.decant/sources` beside decant.yaml unless set otherwise; the location's path leads on from
there. `nfs://nas.example.com/export/lab/` is `.decant/sources/nas.example.com/export/lab`. A link is followed there, so
`ln -s /mnt/nas .decant/sources/nas.example.com` lets a transfer read what lies elsewhere.
"""

import os
from typing import Any
from urllib.parse import urlsplit

from emulator import settings

ROOT = settings.SOURCES


def host_of(kind: str, request: dict[str, Any]) -> str:
    """The authority of a location's URI, from the request that made it."""
    if kind == "S3":
        return request["S3BucketArn"].rsplit(":", 1)[-1].removeprefix("accesspoint/")
    if kind == "Hdfs":
        node = request["NameNodes"][0]
        return f"{node['Hostname']}:{node['Port']}"
    if kind == "Efs":
        parts = request["EfsFilesystemArn"].split(":")
        return f"{parts[3]}.{parts[-1].removeprefix('file-system/')}"
    if kind == "ObjectStorage":
        return f"{request['ServerHostname']}/{request['BucketName']}"
    if kind == "AzureBlob":
        url = urlsplit(request["ContainerUrl"])
        return url.netloc + url.path.rstrip("/")
    return request["ServerHostname"]


SCHEMES = {
    "Nfs": "nfs",
    "Smb": "smb",
    "Hdfs": "hdfs",
    "ObjectStorage": "object-storage",
    "AzureBlob": "azure-blob",
    "S3": "s3",
    "Efs": "efs",
}


def uri(kind: str, request: dict[str, Any]) -> str:
    path = request.get("Subdirectory", "").strip("/")
    return f"{SCHEMES[kind]}://{host_of(kind, request)}/{path}{'/' if path else ''}"


def folder(location_uri: str) -> str:
    """The folder of a location that is not in S3. Raises ValueError when its path leads out of the sources."""
    place = urlsplit(location_uri)
    host = place.hostname or place.netloc
    if place.scheme == "efs":
        host = host.split(".", 1)[1]
    parts = [host, *(p for p in place.path.split("/") if p not in ("", "."))]
    if ".." in parts:
        raise ValueError(f"{location_uri} leads out of the folder of sources")
    return os.path.join(ROOT, *parts)
