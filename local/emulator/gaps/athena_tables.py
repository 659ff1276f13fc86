"""Athena reads what the catalog says: the registered partitions at their own locations, and the table's columns.

The emulator reads whatever lies under the table's location, registered or not, with the files' columns.
"""

import os
import tempfile
from typing import Any
from urllib.parse import quote

import duckdb
from ministack.services import athena, glue

from emulator.hooks import needs, needs_text, replaces

needs(glue, "_partitions")
empty_relation = needs(athena, "_empty_relation", "table_data")
data_format = needs(athena, "_data_format", "table_data")
duckdb_type = needs(athena, "_duckdb_type", "column")
needs_text(
    athena,
    "_rewrite_data_paths",
    "files = _materialize_table_files(s3_location, workdirs)",
    "_table_relation(table_data, files) if files else _empty_relation(table_data)",
)


class Location(list):
    """In the place of a table's files: not read before the table itself is known."""

    def __init__(self, location: str, workdirs: list[str]) -> None:
        super().__init__([location])
        self.workdirs = workdirs


@replaces(athena, "_materialize_table_files", "location workdirs")
def postpone(original, location, workdirs):
    read_files.original = original
    return Location(location, workdirs)


def read_files(location: str, workdirs: list[str]) -> list[str]:
    return read_files.original(location, workdirs)


def _partition_files(table: dict[str, Any], workdirs: list[str]) -> list[str]:
    """The files of the registered partitions, in folders named for the registered values."""
    root = tempfile.mkdtemp(prefix="athena-partitions-")
    workdirs.append(root)
    keys = [k["Name"] for k in table["PartitionKeys"]]
    out: list[str] = []
    for number, partition in enumerate(partitions_of(table)):
        location = (partition.get("StorageDescriptor") or {}).get("Location")
        folders = [f"{k}={quote(str(v), safe='')}" for k, v in zip(keys, partition.get("Values", []))]
        for index, file in enumerate(read_files(location, workdirs) if location else []):
            path = os.path.join(root, *folders, f"{number}-{index}-{os.path.basename(file)}")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.rename(file, path)
            out.append(path)
    return out


def partitions_of(table: dict[str, Any]) -> list[dict[str, Any]]:
    found = glue._partitions.get(f"{table['DatabaseName']}/{table['Name']}") or []
    return list(found.values()) if isinstance(found, dict) else list(found)


def _projected(table: dict[str, Any], relation: str) -> str:
    """The table's columns in the catalog's order; a column that no file has is null."""
    in_files = {row[0].lower(): row[0] for row in duckdb.sql(f"describe select * from {relation}").fetchall()}
    columns = (table.get("StorageDescriptor") or {}).get("Columns") or []
    names = []
    for column in [*columns, *(table.get("PartitionKeys") or [])]:
        name, found = column["Name"], in_files.get(column["Name"].lower())
        source = f'"{found}"' if found else f"cast(null as {duckdb_type(column)})"
        names.append(f'{source} as "{name}"')
    return f"(select {', '.join(names)} from {relation})" if names else relation


@replaces(athena, "_table_relation", "table_data files")
def relation_of(original, table_data, files):
    location, workdirs = files[0], files.workdirs
    partitioned = bool(table_data.get("PartitionKeys"))
    found = _partition_files(table_data, workdirs) if partitioned else read_files(location, workdirs)
    if not found:
        return empty_relation(table_data)
    relation = original(table_data, found)
    return _projected(table_data, relation) if data_format(table_data) == "parquet" else relation
