"""A lazy query of polars, run by its streaming engine. No checks; ids are read as numbers."""

import json
import sys

import polars as pl

COLUMNS = ["QueryId", "ClassId", "Probability"]

run = pl.scan_csv(sys.argv[1], separator=";", has_header=False, new_columns=COLUMNS)
truth = pl.scan_csv(sys.argv[2], separator=";")

right = truth.join(run, on=["QueryId", "ClassId"], how="left")
better = pl.col("Probability") >= pl.col("Probability_right")
positions = (
    run.join(right.drop("ClassId"), on="QueryId")
    .group_by("QueryId")
    .agg(better.sum().alias("Position"))
    .select(pl.when(pl.col("Position") > 0).then(1 / pl.col("Position")).otherwise(0.0))
    .collect(engine="streaming")
    .to_series()
)
n = truth.select(pl.len()).collect().item()

scores = {
    "mrr": positions.sum() / n,
    "top_1": int((positions == 1).sum()) / n,
    "top_5": int((positions >= 1 / 5).sum()) / n,
}
print(json.dumps(scores))
