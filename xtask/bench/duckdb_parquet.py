"""Three columns of a Parquet file into another one, in DuckDB as a user would write it: one COPY.

Usage: duckdb_parquet.py OPTIONS.parquet COPY.parquet RATE
"""

import sys

import duckdb

source, target = sys.argv[1], sys.argv[2]

duckdb.execute(
    f"""
    COPY (SELECT id, cpty, notional FROM read_parquet('{source}'))
    TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
    """
)
