"""What each counterparty's options are worth together, in DuckDB as a user would write it: one COPY from file to file.

DuckDB has no error function, so the normal distribution is Abramowitz and Stegun's 26.2.17 (error below 7.5e-8),
which is less work than an exact one. Its literals are cast to DOUBLE: as DECIMAL they would make it slower.

Usage: duckdb_exposure.py OPTIONS.csv EXPOSURE.csv RATE
"""

import sys

import duckdb

source, target, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])

duckdb.execute(
    """
    CREATE MACRO tail(x, k) AS 0.3989422804014327::DOUBLE * exp(-0.5::DOUBLE * x * x) * k * (0.31938153::DOUBLE
        + k * (-0.356563782::DOUBLE + k * (1.781477937::DOUBLE
        + k * (-1.821255978::DOUBLE + k * 1.330274429::DOUBLE))));
    CREATE MACRO weight(x) AS 1.0::DOUBLE / (1.0::DOUBLE + 0.2316419::DOUBLE * abs(x));
    CREATE MACRO normal_cdf(x) AS CASE WHEN x < 0 THEN tail(x, weight(x)) ELSE 1.0::DOUBLE - tail(x, weight(x)) END;
    """
)

# Names and numbers are quoted by Python's own literals, which SQL reads the same way.
duckdb.execute(
    f"""
    COPY (
        WITH deviations AS (
            SELECT *, {rate!r}::DOUBLE AS rate, vol * sqrt(expiry) AS deviation FROM read_csv('{source}')
        ), arguments AS (
            SELECT *, (ln(spot / strike) + (rate + 0.5::DOUBLE * vol * vol) * expiry) / deviation AS d1 FROM deviations
        )
        SELECT cpty, count(*) AS options,
            sum((spot * normal_cdf(d1) - strike * exp(-rate * expiry) * normal_cdf(d1 - deviation))
                * notional / 100.0::DOUBLE) AS pv
        FROM arguments GROUP BY cpty
    ) TO '{target}' (HEADER)
    """
)
