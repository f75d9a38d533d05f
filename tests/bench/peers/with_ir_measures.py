"""ir_measures, on files of TREC's format. No checks."""

import json
import sys

import ir_measures
from ir_measures import RR, Success

MEASURES = {"mrr": RR, "top_1": Success @ 1, "top_5": Success @ 5}

run = ir_measures.read_trec_run(sys.argv[1])
qrels = ir_measures.read_trec_qrels(sys.argv[2])
found = ir_measures.calc_aggregate([*MEASURES.values()], qrels, run)
print(json.dumps({name: found[measure] for name, measure in MEASURES.items()}))
