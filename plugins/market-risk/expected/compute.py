"""The numbers that the market-risk process should come to, computed without Leat.

Reads the same files as the process and writes var.csv, exceedances.csv, kupiec.csv and kupiec_by_year.csv beside itself.
Written for clearness, from the same definitions as the nodes but without their code: every window is sorted anew, and the
expected shortfall is summed quantile by quantile. Needs Python 3 and nothing else:

    python3 expected/compute.py
"""

import csv
import functools
import math
from datetime import datetime
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
INPUT = HERE.parent / "in"

POSITION = 1_000_000.0
SP500_WEIGHT = 0.5
CONFIDENCE = Fraction(99, 100)
WINDOW = 500


def prices(name):
    """Date -> adjusted close."""
    with open(INPUT / name, newline="") as file:
        rows = list(csv.DictReader(file))
    return {datetime.strptime(row["Date"], "%m/%d/%Y").date(): float(row["Adj Close"]) for row in rows}


def simple_returns(series):
    """Date -> price / price of the day before - 1. The process takes logarithms and undoes them; this does neither."""
    days = sorted(series)
    return {day: series[day] / series[before] - 1.0 for before, day in zip(days, days[1:])}


def quantile(losses, probability):
    """Smallest loss that at least this share of the losses do not exceed."""
    ordered = sorted(losses)
    return ordered[max(math.ceil(len(ordered) * probability), 1) - 1]


def expected_shortfall(losses, confidence):
    """Mean of the quantiles above the confidence: each loss's share of the probability there, times the loss."""
    shares = shares_above(len(losses), confidence)
    return math.fsum(share * loss for share, loss in zip(shares, sorted(losses))) / float(1 - confidence)


@functools.cache
def shares_above(n, confidence):
    """Of each of n equal parts of the probability, what lies above the confidence."""
    shares = [max(Fraction(i + 1, n) - max(Fraction(i, n), confidence), Fraction(0)) for i in range(n)]
    assert sum(shares) == 1 - confidence
    return [float(share) for share in shares]


def kupiec(days, exceedances):
    """Expected number, likelihood ratio and p-value."""
    p = float(1 - CONFIDENCE)

    def log_likelihood(rate):
        hits = exceedances * math.log(rate) if exceedances else 0.0
        misses = (days - exceedances) * math.log1p(-rate) if days > exceedances else 0.0
        return hits + misses

    ratio = max(-2.0 * (log_likelihood(p) - log_likelihood(exceedances / days)), 0.0)
    return days * p, ratio, math.erfc(math.sqrt(ratio / 2.0))


def write(name, header, rows):
    with open(HERE / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    sp500, nasdaq = simple_returns(prices("sp500.csv")), simple_returns(prices("nasdaq.csv"))
    days = sorted(sp500.keys() & nasdaq.keys())
    losses = [-POSITION * (SP500_WEIGHT * sp500[day] + (1.0 - SP500_WEIGHT) * nasdaq[day]) for day in days]

    risk = []
    for i in range(WINDOW, len(days)):
        window = losses[i - WINDOW : i]
        var = quantile(window, CONFIDENCE)
        risk.append((days[i], losses[i], var, expected_shortfall(window, CONFIDENCE), losses[i] > var))
    beyond = [(day, loss, var, loss - var) for day, loss, var, _, exceeded in risk if exceeded]

    years = []
    for year in sorted({day.year for day, *_ in risk}):
        count = sum(day.year == year for day, *_ in risk)
        hits = sum(day.year == year for day, *_ in beyond)
        years.append((year, count, hits, *kupiec(count, hits)))

    flag = {True: "true", False: "false"}
    columns = ["days", "exceedances", "expected", "likelihood_ratio", "p_value"]
    write("var.csv", ["day", "loss", "var", "expected_shortfall", "exceeded"], [(*r[:4], flag[r[4]]) for r in risk])
    write("exceedances.csv", ["day", "loss", "var", "excess"], beyond)
    write("kupiec.csv", columns, [(len(risk), len(beyond), *kupiec(len(risk), len(beyond)))])
    write("kupiec_by_year.csv", ["year", *columns], years)


if __name__ == "__main__":
    main()
