"""State of the embedded services: JSON values in one SQLite file, on disk when a call returns.

The emulator saves its own state at intervals; a service that has answered `CreateTask` must not forget the task when
the process is killed. Values are kept per account and Region, as AWS keeps them.
"""

import json
import os
import sqlite3
import threading
from typing import Any, Callable, Iterator

from ministack.core.responses import get_account_id, get_region

from emulator import settings

FILE = os.path.join(settings.DATA_DIR, "state", "services.sqlite")
_SCHEMA = """create table if not exists item (
  account text, region text, service text, kind text, id text, value text not null, number integer,
  primary key (account, region, service, kind, id))"""
_lock = threading.RLock()
_db: sqlite3.Connection


def open_file(path: str = FILE) -> None:
    global _db
    if path != ":memory:":
        os.makedirs(os.path.dirname(path), exist_ok=True)
    _db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    # What is written survives a kill of the process; only a power cut may take the last moments.
    _db.execute("pragma journal_mode = wal")
    _db.execute("pragma synchronous = normal")
    _db.execute(_SCHEMA)


def clear() -> None:
    """Forgets everything of every service."""
    with _lock:
        _db.execute("delete from item")


class Table:
    """The things of one kind of one service, by id, in the order in which they were first put."""

    def __init__(self, service: str, kind: str) -> None:
        self.name = (service, kind)

    def _key(self, id: str) -> tuple[str, ...]:
        return (get_account_id(), get_region(), *self.name, id)

    def put(self, id: str, value: dict[str, Any]) -> dict[str, Any]:
        with _lock:
            _db.execute(
                "insert into item values (?, ?, ?, ?, ?, ?, (select coalesce(max(number), 0) + 1 from item))"
                " on conflict do update set value = excluded.value",
                (*self._key(id), json.dumps(value)),
            )
        return value

    def get(self, id: str) -> dict[str, Any] | None:
        with _lock:
            row = _db.execute(
                "select value from item where account = ? and region = ? and service = ? and kind = ? and id = ?",
                self._key(id),
            ).fetchone()
        return json.loads(row[0]) if row else None

    def change(self, id: str, how: Callable[[dict[str, Any]], None]) -> dict[str, Any] | None:
        """Changes a value in place while nobody else does. None when there is none."""
        with _lock:
            value = self.get(id)
            if value is not None:
                how(value)
                self.put(id, value)
            return value

    def remove(self, id: str) -> bool:
        with _lock:
            return (
                _db.execute(
                    "delete from item where account = ? and region = ? and service = ? and kind = ? and id = ?",
                    self._key(id),
                ).rowcount
                > 0
            )

    def all(self) -> list[dict[str, Any]]:
        with _lock:
            rows = _db.execute(
                "select value from item where account = ? and region = ? and service = ? and kind = ? order by number",
                self._key("")[:4],
            ).fetchall()
        return [json.loads(value) for (value,) in rows]

    def everywhere(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """(account, Region, id, value) of every account and Region."""
        with _lock:
            rows = _db.execute(
                "select account, region, id, value from item where service = ? and kind = ? order by number", self.name
            ).fetchall()
        for account, region, id, value in rows:
            yield account, region, id, json.loads(value)
