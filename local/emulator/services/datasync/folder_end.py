"""An end of a transfer that is a folder of this machine: a file server, or an object store that it stands for."""

import os
import shutil
import stat
from typing import Any, Iterable

from emulator.services.datasync.items import Broken, Item, Problem

CHUNK = 256 << 10
DEFAULT_OWNER = 65534
"""User and group of what comes from a source without POSIX owners (DataSync user guide, metadata-copied)."""


class FolderEnd:
    def __init__(self, root: str, uri: str, objects: bool, posix: bool) -> None:
        self.root, self.uri, self.objects, self.posix = root, uri, objects, posix

    def require(self) -> None:
        if not os.path.isdir(self.root):
            raise Broken("MountFailed", f"{self.uri} is the folder {self.root} here, which does not exist.")

    def items(self) -> Iterable[Item | tuple[str, bool, Problem]]:
        self.require()
        waiting = [""]
        while waiting:
            below = waiting.pop()
            try:
                with os.scandir(os.path.join(self.root, below)) as found:
                    entries = sorted(found, key=lambda e: e.name)
            except OSError as error:
                yield below, True, problem(error)
                continue
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                yield from self._entry(path, entry)

    def _entry(self, path: str, entry: os.DirEntry) -> Iterable[Item | tuple[str, bool, Problem]]:
        folder = entry.is_dir(follow_symlinks=False)
        try:
            path.encode()
            info = entry.stat(follow_symlinks=False)
        except UnicodeEncodeError:
            shown = path.encode(errors="surrogateescape").decode(errors="replace")
            yield shown, folder, Problem("InvalidName", 40970, "The name is not UTF-8.")
            return
        except OSError as error:
            yield path, folder, problem(error)
            return
        if folder and not self.objects:
            yield self._item(path, info)
        elif stat.S_ISREG(info.st_mode):
            yield self._item(path, info)
        elif not folder:
            yield path, False, Problem("UnsupportedFileType", 40971, "Links and special files are not transferred.")

    def _item(self, path: str, info: os.stat_result) -> Item:
        folder = stat.S_ISDIR(info.st_mode)
        return Item(
            path=path,
            folder=folder,
            size=0 if folder else info.st_size,
            mtime_ns=info.st_mtime_ns,
            atime_ns=info.st_atime_ns,
            uid=info.st_uid if self.posix else DEFAULT_OWNER,
            gid=info.st_gid if self.posix else DEFAULT_OWNER,
            mode=stat.S_IMODE(info.st_mode) if self.posix else (0o755 if folder else 0o644),
            is_object=self.objects,
        )

    def look(self, path: str) -> Item | None:
        try:
            return self._item(path, os.lstat(os.path.join(self.root, path)))
        except FileNotFoundError:
            return None

    def read(self, path: str) -> Iterable[bytes]:
        with open(os.path.join(self.root, path), "rb", buffering=0) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def write(self, item: Item, content: Iterable[bytes], keep: dict[str, Any]) -> None:
        target = os.path.join(self.root, item.path)
        if item.folder:
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            partial = f"{target}.datasync-partial"
            try:
                with open(partial, "wb") as file:
                    file.writelines(content)
                if keep["PosixPermissions"] == "PRESERVE":
                    os.chmod(partial, item.mode)
                os.replace(partial, target)
            finally:
                if os.path.exists(partial):
                    os.remove(partial)
        if keep["Mtime"] == "PRESERVE":
            os.utime(target, ns=(item.atime_ns or item.mtime_ns, item.mtime_ns))

    def remove(self, item: Item) -> None:
        target = os.path.join(self.root, item.path)
        if item.folder:
            shutil.rmtree(target, ignore_errors=True)
        else:
            os.remove(target)


def problem(error: OSError) -> Problem:
    """What a file system's error is in a task report."""
    path = error.filename or ""
    if isinstance(error, FileNotFoundError):
        return Problem("FileNotFound", 40973, f"The file was removed while it was to be transferred: {path}")
    if isinstance(error, PermissionError):
        return Problem("AccessDenied", 40974, f"Permission denied: {path}")
    return Problem("InputOutputError", 40975, f"{error.strerror}: {path}")
