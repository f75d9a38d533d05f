"""A rank per group, then a merge with the truth. No checks; ids are read as numbers."""

import json
import sys

import pandas as pd

run = pd.read_csv(sys.argv[1], sep=";", names=["QueryId", "ClassId", "Probability"])
truth = pd.read_csv(sys.argv[2], sep=";")

run["Position"] = run.groupby("QueryId")["Probability"].rank(ascending=False)
positions = truth.merge(run, how="left", on=["QueryId", "ClassId"])["Position"]

scores = {
    "mrr": float((1 / positions).fillna(0).mean()),
    "top_1": float((positions <= 1).mean()),
    "top_5": float((positions <= 5).mean()),
}
print(json.dumps(scores))
