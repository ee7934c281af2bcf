"""Three columns of a Parquet file into another one, in Polars as a user would write it: lazy, streaming to the file.

Usage: polars_parquet.py OPTIONS.parquet COPY.parquet RATE
"""

import sys

import polars as pl

source, target = sys.argv[1], sys.argv[2]

pl.scan_parquet(source).select("id", "cpty", "notional").sink_parquet(target, compression="zstd", compression_level=1)
