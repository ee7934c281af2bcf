"""Makes risk/macro.scenarios.csv from in/macrodata.csv, and prints the two numbers that risk/ifrs9.study.toml holds.

Each scenario continues the last quarter of the data, 2009 Q3, with what once happened: the changes of unemployment and of the
three-month T-bill rate in the twenty quarters after a quarter of the past. Rates stay at or above zero.
"""

import csv
import math
from pathlib import Path

HERE = Path(__file__).parent
STEPS = 20
# Scenario, its weight, and the quarter that its changes follow.
SCENARIOS = [
    ("base", 0.5, (1992, 2), "the slow recovery after 1992 Q2"),
    ("adverse", 0.3, (1981, 1), "the second dip after 1981 Q1"),
    ("severe", 0.2, (1973, 4), "the oil crisis after 1973 Q4"),
]


def main():
    with open(HERE.parent / "in" / "macrodata.csv") as file:
        rows = list(csv.DictReader(file))
    unemployment = [float(row["unemp"]) for row in rows]
    bill = [float(row["tbilrate"]) for row in rows]
    quarters = [(int(float(row["year"])), int(float(row["quarter"]))) for row in rows]

    lines = [
        "# description = 'US unemployment and T-bill rate after 2009 Q3, as after quarters of the past'",
        "# step = 'quarter'",
        "# start = 2009-09-30",
        "# weights = { " + ", ".join(f"{name} = {weight}" for name, weight, _, _ in SCENARIOS) + " }",
        "scenario,step,unemployment,tbill",
    ]
    for name, _, quarter, _ in SCENARIOS:
        start = quarters.index(quarter)
        for step in range(STEPS + 1):
            then = start + step
            u = unemployment[-1] + unemployment[then] - unemployment[start]
            r = max(0.0, bill[-1] + bill[then] - bill[start])
            lines.append(f"{name},{step},{u:.2f},{r:.2f}")
    (HERE / "macro.scenarios.csv").write_text("\n".join(lines) + "\n")

    changes = [unemployment[i] - unemployment[i - 4] for i in range(4, len(unemployment))]
    mean = math.fsum(changes) / len(changes)
    sd = math.sqrt(math.fsum((change - mean) ** 2 for change in changes) / len(changes))
    print(f"unemployment_change_mean = {mean:.4f}\nunemployment_change_sd = {sd:.4f}")


if __name__ == "__main__":
    main()
