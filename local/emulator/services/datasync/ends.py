"""The two ends of a task, from its locations."""

from typing import Any

from emulator.services.datasync.bucket_end import BucketEnd
from emulator.services.datasync.folder_end import FolderEnd
from emulator.services.datasync.items import End
from emulator.services.datasync.sources import folder, host_of, uri


def end_of(location: dict[str, Any]) -> End:
    kind, request = location["Kind"], location["Request"]
    if kind == "S3":
        below = request.get("Subdirectory", "").strip("/")
        return BucketEnd(host_of(kind, request), f"{below}/" if below else "", request.get("S3StorageClass", "STANDARD"))
    where = uri(kind, request)
    return FolderEnd(folder(where), where, objects=kind in ("ObjectStorage", "AzureBlob"), posix=kind in ("Nfs", "Hdfs", "Efs"))
