"""Computes the expected losses of the sample without Leat and without the nodes' code: plain Python, probabilities of the
normal distribution from the standard library's `statistics.NormalDist`. Writes totals.csv, weighted.csv and loans/losses.csv
beside itself.
"""

import csv
import datetime
import math
import tomllib
from pathlib import Path
from statistics import NormalDist

HERE = Path(__file__).parent
RISK = HERE.parent / "risk"
NORMAL = NormalDist()
YEARS = 30


def sheet(name):
    """Settings and rows of a file of risk/."""
    lines = (RISK / name).read_text().splitlines()
    head = tomllib.loads("\n".join(line[1:] for line in lines if line.startswith("#")))
    return head, list(csv.reader(line for line in lines if not line.startswith("#")))


def scenarios():
    head, rows = sheet("macro.scenarios.csv")
    paths = {}
    for scenario, _, unemployment, bill in rows[1:]:
        path = paths.setdefault(scenario, ([], []))
        path[0].append(float(unemployment))
        path[1].append(float(bill))
    return head["start"], head["weights"], paths


def transitions():
    _, rows = sheet("transitions.matrix.csv")
    ratings = rows[0][1:]
    numbers = [[float(cell) for cell in row[1:]] for row in rows[1:]]
    return ratings, [[number / math.fsum(row) for number in row] for row in numbers]


def losses_given_default(on):
    """The row of each segment with the last first day that is not after `on`."""
    _, rows = sheet("lgd.table.csv")
    lgd = {}
    for segment, valid_from, share, _ in sorted(rows[1:], key=lambda row: row[1]):
        if datetime.date.fromisoformat(valid_from) <= on:
            lgd[segment] = float(share)
    return lgd


def conditional(row, rho, z):
    """One row of the matrix in a year of that Z: Belkin, Suchower and Forest (1998)."""
    result = []
    worse = 0.0
    before = 0.0
    for rating in reversed(range(len(row))):
        worse += row[rating]
        if rating == 0 or worse >= 1.0:
            now = 1.0
        elif worse <= 0.0:
            now = 0.0
        else:
            now = NORMAL.cdf((NORMAL.inv_cdf(worse) - math.sqrt(rho) * z) / math.sqrt(1.0 - rho))
        result.append(now - before)
        before = now
    return result[::-1]


def default_curves(matrix, rho, factors):
    """For each rating the probability of defaulting in each quarter."""
    size = len(matrix)
    reached = [[1.0 if a == b else 0.0 for b in range(size)] for a in range(size)]
    curves = [[] for _ in range(size)]
    for year in range(YEARS):
        step = [conditional(row, rho, factors[year]) for row in matrix] if year < len(factors) else matrix
        for rating in range(size):
            then = [math.fsum(reached[rating][k] * step[k][j] for k in range(size)) for j in range(size)]
            curves[rating] += [(then[-1] - reached[rating][-1]) / 4.0] * 4
            reached[rating] = then
    return curves


def balance_after(balance, rate, months, paid):
    """Of equal monthly instalments, after so many of them."""
    i = rate / 12.0
    if i == 0.0:
        return balance * (1.0 - paid / months)
    return balance * ((1 + i) ** months - (1 + i) ** paid) / ((1 + i) ** months - 1)


def main():
    study = tomllib.loads((RISK / "ifrs9.study.toml").read_text())
    options = study["options"]
    start, weights, paths = scenarios()
    ratings, matrix = transitions()
    lgd = losses_given_default(start)
    curves = {}
    for framework in study["framework"]:
        for model in framework["model"]:
            for name, (unemployment, _) in paths.items():
                ends = unemployment[::4]
                factors = [
                    -(b - a - options["unemployment_change_mean"]) / options["unemployment_change_sd"]
                    for a, b in zip(ends, ends[1:])
                ]
                curve = default_curves(matrix, model["options"]["asset_correlation"], factors)
                for segment in model["filter"]["segment"]:
                    curves[segment, name] = curve

    with open(HERE.parent / "in" / "sample.csv") as file:
        loans = list(csv.DictReader(file))
    losses, totals = [], {}
    for loan in loans:
        balance, rate = float(loan["balance"]), float(loan["rate"])
        months, days = int(loan["months_left"]), int(loan["days_past_due"])
        rating, origin = ratings.index(loan["rating"]), ratings.index(loan["origination_rating"])
        if days >= options["stage3_days"] or loan["rating"] == "D":
            stage = 3
        elif days >= options["stage2_days"] or rating - origin >= options["stage2_notches"]:
            stage = 2
        else:
            stage = 1
        quarters = math.ceil(months / 3)
        if stage == 1:
            quarters = min(quarters, 4)
        for name, (_, bill) in paths.items():
            if stage == 3:
                ecl = balance * lgd[loan["segment"]]
            else:
                parts, factor = [], 1.0
                for quarter in range(quarters):
                    now = rate
                    if loan["floating"] == "true":
                        moved = bill[min(quarter + 1, len(bill) - 1)] - bill[0]
                        now = max(0.0, rate + moved / 100.0)
                    factor /= 1.0 + now / 4.0
                    exposed = balance
                    if loan["bullet"] == "false":
                        exposed = balance_after(balance, rate, months, 3 * quarter)
                    parts.append(curves[loan["segment"], name][rating][quarter] * exposed * factor)
                ecl = math.fsum(parts) * lgd[loan["segment"]]
            losses.append([loan["loan_id"], stage, name, weights[name], ecl])
            total = totals.setdefault((loan["segment"], name), [0, [], []])
            total[0] += 1
            total[1].append(balance)
            total[2].append(ecl)

    (HERE / "loans").mkdir(exist_ok=True)
    with open(HERE / "loans" / "losses.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["loan_id", "stage", "scenario", "weight", "ecl"])
        out.writerows([*row[:4], repr(row[4])] for row in losses)
    with open(HERE / "totals.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["segment", "scenario", "loans", "balance", "ecl", "coverage"])
        for (segment, name), (count, balances, ecls) in sorted(totals.items()):
            balance, ecl = math.fsum(balances), math.fsum(ecls)
            out.writerow([segment, name, count, repr(balance), repr(ecl), repr(ecl / balance)])
    with open(HERE / "weighted.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["segment", "balance", "ecl"])
        for segment in sorted({segment for segment, _ in totals}):
            of = [(weights[name], totals[segment, name]) for name in paths]
            balance = math.fsum(weight * part for weight, total in of for part in total[1])
            ecl = math.fsum(weight * part for weight, total in of for part in total[2])
            out.writerow([segment, repr(balance), repr(ecl)])


if __name__ == "__main__":
    main()
