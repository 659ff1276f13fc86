"""Moves the content of an execution, file by file, and verifies it."""

import contextvars
import hashlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterable, Iterator

from emulator.services import faults
from emulator.services.datasync.base import service
from emulator.services.datasync.folder_end import FolderEnd, problem
from emulator.services.datasync.items import Broken, End, Item, Problem
from emulator.services.datasync.outcome import Outcome

WORKERS = 4
"""More would only take turns: the emulator's S3 answers in one process."""


class Cancelled(Exception):
    pass


class Mover:
    """Shared by the workers of one execution. `limit` is bytes per second, -1 for none; it may change meanwhile."""

    def __init__(self, arns: tuple[str, ...], source: End, destination: End, options: dict[str, Any]) -> None:
        self.arns, self.source, self.destination, self.options = arns, source, destination, options
        self.limit: int = options["BytesPerSecond"]
        self.stop = threading.Event()
        self.broken: Broken | None = None
        self.sent = 0
        self._free_at = 0.0
        self._lock = threading.Lock()

    def each(self, work: Callable[[Any], None], things: Iterable[Any]) -> None:
        """Does the work for each thing, several at once. Raises Broken or Cancelled; what is begun is ended first."""

        def guarded(thing: Any) -> None:
            if self.stop.is_set():
                return
            try:
                work(thing)
            except Broken as broken:
                self.broken = broken
                self.stop.set()
            except Cancelled:
                pass

        with ThreadPoolExecutor(WORKERS) as pool:
            running = [pool.submit(contextvars.copy_context().run, guarded, thing) for thing in things]
        for one in running:
            one.result()
        self.check()

    def check(self) -> None:
        if self.broken:
            raise self.broken
        if self.stop.is_set():
            raise Cancelled()

    def transfer(self, item: Item, old: Item | None) -> Outcome:
        """Copies one. A file that fails is an outcome; Broken ends the execution."""
        out = Outcome(item, overwrite=old is not None and not item.folder)
        digest = hashlib.sha256()
        try:
            self._strike(item)
            if isinstance(self.destination, FolderEnd) or item.is_object:
                out.item = item = item if item.folder else self.source.look(item.path) or item
            content = iter(()) if item.folder else self._content(item, digest)
            out.version = self.destination.write(item, content, self.options)
            out.source_sha256 = digest.hexdigest()
        except Problem as failed:
            out.problem = failed
        except OSError as error:
            out.problem = problem(error)
        out.at_ns = time.time_ns()
        return out

    def _fault(self, name: str, item: Item) -> dict[str, Any] | None:
        return faults.take(service.name, name, *self.arns, path=item.path)

    def _strike(self, item: Item) -> None:
        for arn in self.arns:
            if faults.take(service.name, "agent-offline", arn):
                raise Broken("AgentOffline", f"Agent {arn} does not answer.")
        if item.folder:
            return
        if self._fault("file-vanishes", item):
            raise FileNotFoundError(2, "No such file", item.path)
        if self._fault("permission-denied", item):
            raise PermissionError(13, "Permission denied", item.path)

    def _content(self, item: Item, digest: Any) -> Iterator[bytes]:
        cut, changed = self._fault("network-cut", item), self._fault("changed-during-transfer", item)
        left = item.size // 2 if cut else -1
        for chunk in self.source.read(item.path):
            if cut and len(chunk) >= left:
                yield chunk[:left]
                break
            left -= len(chunk)
            self._wait_for(len(chunk))
            digest.update(chunk)
            yield chunk
        if cut:
            raise Broken("NetworkCut", f"The connection broke while {item.path} was transferred.")
        if changed:
            self._touch(item, changed)

    def _touch(self, item: Item, fault: dict[str, Any]) -> None:
        """The file is written to at the source: with the fault's `append`, or else in its time alone."""
        if isinstance(self.source, FolderEnd):
            path = os.path.join(self.source.root, item.path)
            with open(path, "a") as file:
                file.write(fault.get("append", ""))
            os.utime(path)

    def _wait_for(self, size: int) -> None:
        """Counts what is sent, and holds it back so that the limit is kept."""
        with self._lock:
            self.sent += size
            start = max(time.monotonic(), self._free_at)
            self._free_at = start if self.limit < 0 else start + size / self.limit
            pause = self._free_at - time.monotonic()
        if self.stop.wait(max(0.0, pause)) if pause > 0 else self.stop.is_set():
            raise Cancelled()

    def verify(self, done: Outcome) -> Outcome:
        """Reads the destination again and compares SHA-256; the source must be as it was."""
        out = Outcome(done.item, source_sha256=done.source_sha256)
        item = done.item
        try:
            if item.folder:
                return out
            now = self.source.look(item.path)
            if now is None:
                raise Problem("FileNotFound", 40973, "The file was removed after it was transferred.")
            seen = (now.size, now.mtime_ns, now.etag) == (item.size, item.mtime_ns, item.etag)
            changed = bool(done.source_sha256) and not seen
            out.destination_sha256 = self._sha256(self.destination, item.path)
            if changed or not done.source_sha256:
                out.source_sha256 = self._sha256(self.source, item.path)
            if changed:
                raise Problem("SourceChanged", 40977, "The file was changed while it was transferred.")
            if out.source_sha256 != out.destination_sha256:
                raise Problem("ChecksumMismatch", 40978, "The checksums of source and destination differ.")
        except Problem as failed:
            out.problem = failed
        except OSError as error:
            out.problem = problem(error)
        out.at_ns = time.time_ns()
        return out

    def _sha256(self, end: End, path: str) -> str:
        digest = hashlib.sha256()
        for chunk in end.read(path):
            if self.stop.is_set():
                raise Cancelled()
            digest.update(chunk)
        return digest.hexdigest()
