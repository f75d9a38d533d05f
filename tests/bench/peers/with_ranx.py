"""ranx, on files of TREC's format. No checks."""

import json
import sys

from ranx import Qrels, Run, evaluate

MEASURES = {"mrr": "mrr", "top_1": "hit_rate@1", "top_5": "hit_rate@5"}

run = Run.from_file(sys.argv[1], kind="trec")
qrels = Qrels.from_file(sys.argv[2], kind="trec")
found = evaluate(qrels, run, [*MEASURES.values()])
print(json.dumps({ours: float(found[theirs]) for ours, theirs in MEASURES.items()}))
