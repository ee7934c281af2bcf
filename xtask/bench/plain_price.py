"""The option-pricing job in plain Python, one row at a time: the yardstick of correctness.

Usage: plain_price.py OPTIONS.csv VALUES.csv RATE
"""

import csv
import math
import sys

source, target, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x * math.sqrt(0.5))


def call(spot: float, strike: float, expiry: float, vol: float) -> float:
    deviation = vol * math.sqrt(expiry)
    d1 = (math.log(spot / strike) + (rate + 0.5 * vol * vol) * expiry) / deviation
    d2 = d1 - deviation
    return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)


with open(source, newline="") as lines, open(target, "w", newline="") as out:
    rows = csv.reader(lines)
    if next(rows) != ["id", "cpty", "spot", "strike", "expiry", "vol", "notional"]:
        raise SystemExit(f"{source}: this is not a file of options")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "cpty", "pv"])
    for id_, cpty, spot, strike, expiry, vol, notional in rows:
        price = call(float(spot), float(strike), float(expiry), float(vol))
        writer.writerow([id_, cpty, repr(price * float(notional) / 100.0)])
