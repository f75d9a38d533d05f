"""pytrec_eval (terrier's), on files of TREC's format. No checks."""

import json
import sys
from pathlib import Path

import pytrec_eval

with Path(sys.argv[1]).open() as file:
    run = pytrec_eval.parse_run(file)
with Path(sys.argv[2]).open() as file:
    qrels = pytrec_eval.parse_qrel(file)

found = pytrec_eval.RelevanceEvaluator(qrels, {"recip_rank", "success"}).evaluate(run)
NAMES = {"mrr": "recip_rank", "top_1": "success_1", "top_5": "success_5"}
scores = {
    ours: sum(own[theirs] for own in found.values()) / len(qrels) for ours, theirs in NAMES.items()
}
print(json.dumps(scores))
