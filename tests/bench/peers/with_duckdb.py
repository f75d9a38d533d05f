"""One question to duckdb. No checks; ids are read as numbers."""

import json
import sys

import duckdb

QUESTION = """
    with run as materialized (
        from read_csv(
            $run, delim = ';', header = false,
            columns = {query: 'bigint', class: 'bigint', probability: 'double'}
        )
    ),
    truth as (
        from read_csv($truth, delim = ';', header = true, columns = {query: 'bigint', class: 'bigint'})
    ),
    right_class as (select query, probability as its_own from run join truth using (query, class)),
    positions as (
        select count(*) filter (probability >= its_own) as position
        from run join right_class using (query) group by query
    )
    select
        sum(1 / position),
        count(*) filter (position <= 1),
        count(*) filter (position <= 5),
        (select count(*) from truth)
    from positions
"""

ranks, first, fifth, n = duckdb.execute(
    QUESTION, {"run": sys.argv[1], "truth": sys.argv[2]}
).fetchone()
print(json.dumps({"mrr": ranks / n, "top_1": first / n, "top_5": fifth / n}))
