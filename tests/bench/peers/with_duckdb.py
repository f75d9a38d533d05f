"""One question to duckdb. No checks; ids are read as numbers."""

import json
import sys

import duckdb

QUESTION = """
    with run as (
        from read_csv(
            $run, delim = ';', header = false,
            columns = {query: 'bigint', class: 'bigint', probability: 'double'}
        )
    ),
    truth as (
        from read_csv($truth, delim = ';', header = true, columns = {query: 'bigint', class: 'bigint'})
    ),
    lists as (
        select
            max(probability) filter (run.class = truth.class) as its_own,
            list(probability) as probabilities
        from run join truth using (query) group by query
    ),
    positions as (
        select len(list_filter(probabilities, lambda p : p >= its_own)) as position
        from lists where its_own is not null
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
