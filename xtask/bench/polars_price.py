"""The option-pricing job in Polars, as a user would write it: lazy, streaming to the file, `erfc` as an expression.

Usage: polars_price.py OPTIONS.csv VALUES.csv RATE
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
d2 = d1 - deviation
call = spot * normal_cdf(d1) - strike * (-rate * expiry).exp() * normal_cdf(d2)

(
    pl.scan_csv(source)
    .select("id", "cpty", pv=call * pl.col("notional") / 100.0)
    .sink_csv(target)
)
