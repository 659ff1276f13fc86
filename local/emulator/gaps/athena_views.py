"""Athena reads views of the catalog: `/* Presto View: <base64 of JSON> */`, whose `originalSql` may name further views."""

import base64
import json
import re

from ministack.services import athena, glue

from emulator.hooks import needs, replaces

references = needs(athena, "_table_references", "query")
needs(glue, "_tables")
ENCODED = re.compile(r"/\* Presto View: ([A-Za-z0-9+/=]+) \*/")
MAX_DEPTH = 16
"""Athena's own limit is lower; this only ends a view that names itself."""


def view_of(database: str, name: str) -> dict | None:
    """The decoded definition of a view; None for anything else."""
    table = glue._tables.get(f"{database}/{name}") or {}
    found = ENCODED.search(table.get("ViewOriginalText") or "") if table.get("TableType") == "VIRTUAL_VIEW" else None
    return json.loads(base64.b64decode(found[1])) if found else None


def expand(query: str, database: str, inside: bool = False, depth: int = 0) -> str:
    """The query with each view replaced by its text. Inside a view, tables are named with the view's own schema."""
    if depth > MAX_DEPTH:
        raise ValueError("a view refers to itself")
    for ref in reversed(references(query)):
        home = ref.database or database
        view = view_of(home, ref.table)
        alias = "" if ref.aliased else f' AS "{ref.table}"'
        if view:
            text = expand(view["originalSql"].rstrip().rstrip(";"), view.get("schema") or home, True, depth + 1)
            query = f"{query[:ref.start]}({text}){alias}{query[ref.end:]}"
        elif inside and not ref.database and f"{home}/{ref.table}" in glue._tables:
            query = f'{query[:ref.start]}"{home}"."{ref.table}"{alias}{query[ref.end:]}'
    return query


@replaces(athena, "_run_duckdb", "query database catalog")
async def run(original, query, database, catalog=None):
    return await original(expand(query, database or "default"), database, catalog)
