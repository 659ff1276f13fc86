"""A crawler looks at the files and makes tables; the emulator's waits five seconds and makes none.

One table for each folder at the level that the crawler's configuration names (the first below the bucket if none), as
Glue's own grouping does. Columns come from all Parquet footers of a folder; a column whose files disagree is a string.
"""

import contextvars
import json
import os
import re
import shutil
import threading
import time
from typing import Any, Iterator

import duckdb
from ministack.services import athena, eventbridge, glue

from emulator.hooks import needs, needs_text, replaces

crawlers = needs(glue, "_crawlers")
tables = needs(glue, "_tables")
create_table = needs(glue, "_create_table", "data")
create_partitions = needs(glue, "_batch_create_partition", "data")
files_below = needs(athena, "_materialize_table_files", "location workdirs")
put_events = needs(eventbridge, "_put_events", "data allow_aws_source")
answer = needs(glue, "json_response")
error = needs(glue, "error_response_json")
needs_text(glue, "_start_crawler", '"CrawlerRunningException"')

TYPES = {
    "VARCHAR": "string", "BLOB": "binary", "BOOLEAN": "boolean", "TINYINT": "tinyint", "SMALLINT": "smallint",
    "INTEGER": "int", "BIGINT": "bigint", "FLOAT": "float", "DOUBLE": "double", "DATE": "date",
    "TIMESTAMP": "timestamp", "TIMESTAMP WITH TIME ZONE": "timestamp",
}
READERS = {"parquet": "read_parquet", "csv": "read_csv_auto", "json": "read_json_auto"}
SERDES = {
    "parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    "csv": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "json": "org.openx.data.jsonserde.JsonSerDe",
}
PARTITIONS_AT_ONCE = 100


def _excluded(path: str, globs: list[str]) -> bool:
    """Glue's exclude patterns: relative to the target, `*` within a folder, `**` across folders."""
    for glob in globs:
        text = re.escape(glob).replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        if re.fullmatch(text, path):
            return True
    return False


def _glue_type(name: str) -> str:
    if name.endswith("[]"):
        return f"array<{_glue_type(name[:-2])}>"
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", name)
    return f"decimal({decimal[1]},{decimal[2]})" if decimal else TYPES.get(name, "string")


def _kind(path: str) -> str | None:
    with open(path, "rb") as file:
        if file.read(4) == b"PAR1":
            return "parquet"
    ending = path.rsplit(".", 1)[-1].lower()
    return ending if ending in READERS else None


def _columns(kind: str, paths: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in paths:
        described = duckdb.execute(f"DESCRIBE SELECT * FROM {READERS[kind]}(?)", [path]).fetchall()
        for name, type_name, *_ in described:
            known = found.setdefault(name.lower(), _glue_type(type_name))
            if known != _glue_type(type_name):
                found[name.lower()] = "string"
    return found


def _partition_keys(folders: set[tuple[str, ...]]) -> list[str]:
    """Names of the folders between a table's and its files; none when they lie at different depths."""
    if len({len(f) for f in folders}) != 1:
        return []
    levels = zip(*folders)
    return [
        names.pop() if len(names := {p.split("=", 1)[0] for p in level if "=" in p}) == 1 else f"partition_{i}"
        for i, level in enumerate(levels)
    ]


def _descriptor(kind: str, location: str, columns: dict[str, str]) -> dict[str, Any]:
    return {
        "Columns": [{"Name": n, "Type": t} for n, t in columns.items()],
        "Location": location,
        "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat" if kind == "parquet" else "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat" if kind == "parquet" else "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {"SerializationLibrary": SERDES[kind], "Parameters": {}},
    }


def _tables_of(target: dict[str, Any], root: str) -> Iterator[tuple[str, list[str]]]:
    """Folder of each table, relative to the target, and its files relative to that folder."""
    grouped: dict[str, list[str]] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root)
            if "/" not in path or _excluded(path, target.get("Exclusions") or []):
                continue
            grouped.setdefault(path.split("/", 1)[0], []).append(path.split("/", 1)[1])
    yield from sorted(grouped.items())


def _enter(crawler: dict[str, Any], location: str, root: str, files: list[str]) -> str | None:
    """Makes or updates the table of one folder; what was done to it."""
    kinds = {f: k for f in sorted(files) if (k := _kind(os.path.join(root, f)))}
    if not kinds:
        return None
    kind = next(iter(kinds.values()))
    paths = [f for f, k in kinds.items() if k == kind]
    folders = {tuple(f.split("/")[:-1]) for f in paths}
    keys = _partition_keys(folders)
    columns = {n: t for n, t in _columns(kind, [os.path.join(root, f) for f in paths]).items() if n not in keys}
    name = re.sub(r"\W", "_", crawler.get("TablePrefix", "") + location.rstrip("/").rsplit("/", 1)[-1]).lower()
    database = crawler["DatabaseName"]
    table = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": k, "Type": "string"} for k in keys],
        "StorageDescriptor": _descriptor(kind, location, columns),
        "Parameters": {"classification": kind, "UPDATED_BY_CRAWLER": crawler["Name"]},
    }
    known = tables.get(f"{database}/{name}")
    done = None
    if known is None:
        create_table({"DatabaseName": database, "TableInput": table})
        done = "CREATED"
    elif known["StorageDescriptor"].get("Columns") != table["StorageDescriptor"]["Columns"]:
        if (crawler.get("SchemaChangePolicy") or {}).get("UpdateBehavior") != "LOG":
            known.update(table, UpdateTime=int(time.time()))
            done = "UPDATED"
    values = [[p.split("=", 1)[-1] for p in folder] for folder in sorted(folders)] if keys else []
    entries = [
        {"Values": v, "StorageDescriptor": _descriptor(kind, f"{location}{'/'.join(folder)}/", columns)}
        for v, folder in zip(values, sorted(folders))
    ]
    for i in range(0, len(entries), PARTITIONS_AT_ONCE):
        create_partitions({"DatabaseName": database, "TableName": name, "PartitionInputList": entries[i : i + PARTITIONS_AT_ONCE]})
    return done


def _crawl(name: str) -> None:
    crawler = crawlers[name]
    started, status, message = time.time(), "SUCCEEDED", ""
    counts = {"CREATED": 0, "UPDATED": 0}
    workdirs: list[str] = []
    try:
        for target in (crawler.get("Targets") or {}).get("S3Targets", []):
            location = target["Path"].rstrip("/") + "/"
            files = files_below(location, workdirs)
            if not files:
                continue
            for folder, inside in _tables_of(target, workdirs[-1]):
                done = _enter(crawler, f"{location}{folder}/", os.path.join(workdirs[-1], folder), inside)
                if done:
                    counts[done] += 1
    except Exception as failure:
        status, message = "FAILED", str(failure)
    finally:
        for folder in workdirs:
            shutil.rmtree(folder, ignore_errors=True)
    crawler.update(State="READY", CrawlElapsedTime=int((time.time() - started) * 1000))
    crawler["LastCrawl"] = {
        "Status": status, "ErrorMessage": message, "LogGroup": "/aws-glue/crawlers", "LogStream": name,
        "MessagePrefix": "", "StartTime": started,
    }
    detail = {
        "crawlerName": name, "state": status.capitalize(), "tablesCreated": str(counts["CREATED"]),
        "tablesUpdated": str(counts["UPDATED"]), "errorMessage": message,
    }
    entry = {"Source": "aws.glue", "DetailType": "Glue Crawler State Change", "Detail": json.dumps(detail), "EventBusName": "default"}
    put_events({"Entries": [entry]}, allow_aws_source=True)


@replaces(glue, "_start_crawler", "data")
def start_crawler(_original, data):
    name = data.get("Name")
    if name not in crawlers:
        return error("EntityNotFoundException", f"Crawler {name} not found", 400)
    if crawlers[name]["State"] == "RUNNING":
        return error("CrawlerRunningException", f"Crawler {name} is already running", 400)
    crawlers[name].update(State="RUNNING", CrawlElapsedTime=0)
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(_crawl, name), daemon=True).start()
    return answer({})
