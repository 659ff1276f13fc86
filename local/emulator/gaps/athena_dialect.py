"""Athena's SQL is translated for DuckDB, which runs it here: other function names, other literals."""

import sqlglot
from ministack.services import athena

from emulator.hooks import needs_text, replaces

needs_text(athena, "_run_duckdb", "conn.execute(rewritten)")


@replaces(athena, "_run_duckdb", "query database catalog")
async def run(original, query, database, catalog=None):
    try:
        query = sqlglot.transpile(query, read="athena", write="duckdb")[0]
    except sqlglot.errors.SqlglotError:
        pass  # DuckDB's own message says more about the statement
    return await original(query, database, catalog)
