"""Fails unless two Parquet files hold the same records in the same order.

Usage: same_parquet.py ONE.parquet OTHER.parquet
"""

import sys

import polars as pl

one, other = (pl.read_parquet(path) for path in sys.argv[1:3])
if not one.equals(other):
    raise SystemExit(f"{sys.argv[1]} and {sys.argv[2]} hold different records")
