"""Lists per query by the csv module, sorted, searched. No checks."""

import csv
import json
import sys
from pathlib import Path

lists: dict[str, list[tuple[float, str]]] = {}
with Path(sys.argv[1]).open(newline="") as file:
    for query, name, probability in csv.reader(file, delimiter=";"):
        lists.setdefault(query, []).append((float(probability), name))

with Path(sys.argv[2]).open(newline="") as file:
    truth = {row["QueryId"]: row["ClassId"] for row in csv.DictReader(file, delimiter=";")}

ranks = []
for query, right in truth.items():
    names = [name for _, name in sorted(lists.get(query, ()), reverse=True)]
    ranks.append(1 / (names.index(right) + 1) if right in names else 0.0)

scores = {
    "mrr": sum(ranks) / len(ranks),
    "top_1": sum(rank == 1 for rank in ranks) / len(ranks),
    "top_5": sum(rank >= 1 / 5 for rank in ranks) / len(ranks),
}
print(json.dumps(scores))
