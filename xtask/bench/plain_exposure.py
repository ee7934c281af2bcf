"""What each counterparty's options are worth together, in plain Python, one row at a time.

Usage: plain_exposure.py OPTIONS.csv EXPOSURE.csv RATE
"""

import csv
import math
import sys

source, target, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x * math.sqrt(0.5))


totals: dict[str, list[float]] = {}
with open(source, newline="") as lines:
    rows = csv.reader(lines)
    next(rows)
    for _, cpty, spot, strike, expiry, vol, notional in rows:
        s, k, t, v = float(spot), float(strike), float(expiry), float(vol)
        deviation = v * math.sqrt(t)
        d1 = (math.log(s / k) + (rate + 0.5 * v * v) * t) / deviation
        price = s * normal_cdf(d1) - k * math.exp(-rate * t) * normal_cdf(d1 - deviation)
        total = totals.setdefault(cpty, [0, 0.0])
        total[0] += 1
        total[1] += price * float(notional) / 100.0

with open(target, "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["cpty", "options", "pv"])
    for cpty, (options, pv) in totals.items():
        writer.writerow([cpty, options, repr(pv)])
