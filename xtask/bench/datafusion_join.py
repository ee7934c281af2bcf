"""Trades joined to their parties and added up by region, in DataFusion alone, with its defaults: every core, its own files.

Usage: datafusion_join.py TRADES.csv BY_REGION.csv UNUSED
"""

import csv
import sys

from datafusion import SessionContext

source, target = sys.argv[1], sys.argv[2]

context = SessionContext()
context.register_csv("trades", source)
context.register_csv("parties", "parties.csv")
result = context.sql(
    """
    SELECT p.region, count(*) AS trades, sum(t.notional) AS notional
    FROM trades t JOIN parties p ON t.party = p.party
    WHERE t.notional > 50000 GROUP BY p.region ORDER BY p.region
    """
).to_pydict()

with open(target, "w", newline="") as file:
    out = csv.writer(file)
    out.writerow(result)
    out.writerows(zip(*result.values()))
