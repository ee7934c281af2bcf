"""Trades joined to their parties and added up by region, in DuckDB as a user would write it: one COPY from file to file.

Usage: duckdb_join.py TRADES.csv BY_REGION.csv UNUSED
"""

import sys

import duckdb

source, target = sys.argv[1], sys.argv[2]

duckdb.execute(
    f"""
    COPY (
        SELECT p.region, count(*) AS trades, sum(t.notional) AS notional
        FROM read_csv('{source}') t JOIN read_csv('parties.csv') p ON t.party = p.party
        WHERE t.notional > 50000 GROUP BY p.region ORDER BY p.region
    ) TO '{target}' (HEADER)
    """
)
