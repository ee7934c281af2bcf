"""What each counterparty's options are worth together, in Polars as a user would write it.

Usage: polars_exposure.py OPTIONS.csv EXPOSURE.csv RATE
"""

import math
import sys

import polars as pl

source, target, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])

spot, strike, expiry, vol = (pl.col(name) for name in ("spot", "strike", "expiry", "vol"))


def normal_cdf(x: pl.Expr) -> pl.Expr:
    return 0.5 * (x * -math.sqrt(0.5)).erfc()


deviation = vol * expiry.sqrt()
d1 = ((spot / strike).log() + (rate + 0.5 * vol * vol) * expiry) / deviation
call = spot * normal_cdf(d1) - strike * (-rate * expiry).exp() * normal_cdf(d1 - deviation)

(
    pl.scan_csv(source)
    .select("cpty", pv=call * pl.col("notional") / 100.0)
    .group_by("cpty")
    .agg(pl.len().alias("options"), pl.col("pv").sum())
    .sink_csv(target)
)
