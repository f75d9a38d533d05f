/* Lines into answers. */
#ifndef CLEFBOARD_GATHERING_H
#define CLEFBOARD_GATHERING_H

#include "answers.h"

static void say_duplicate(Reading *r, const Row *row, uint32_t query)
{
    say(r, DUPLICATE, row->line, NULL, 0, query, row->name);
}

static int add_row(Reading *r, Answer *answer, const Row *row)
{
    if (!HAS_ROOM(answer->rows, answer->room, answer->n_rows + 1)) {
        r->status = NO_MEMORY;
        return 0;
    }
    size_t n = answer->n_rows++;
    answer->descends =
        !n || (answer->descends && answer->rows[n - 1].probability > row->probability);
    answer->rows[n] = *row;
    return 1;
}

/* Sees the rows of an answer anew, and removes those of a class that stands in it twice. */
static void see_rows(Reading *r, Answer *answer)
{
    size_t kept = 0;
    r->stamp++;
    for (size_t at = 0; at < answer->n_rows; at++) {
        Row row = answer->rows[at];
        if (r->seen[row.name].stamp == r->stamp) {
            say_duplicate(r, &row, answer->query);
            continue;
        }
        Seen seen = {r->stamp, (uint32_t)kept};
        r->seen[row.name] = seen;
        answer->rows[kept++] = row;
    }
    answer->n_rows = kept;
}

/* Has fetched what an answer will be judged by, so that it is there when all its lines are. */
static void fetch_judged(const Judge *judge, uint32_t query)
{
    int32_t place = INTS(judge->places)[query];
    if (place < 0)
        return;
    PREFETCH(&INTS(judge->starts)[place]);
    PREFETCH(&INTS(judge->n_foreground)[place]);
    PREFETCH(&INTS(judge->n_predictions)[place]);
    PREFETCH(&INTS(judge->first_classes)[place]);
}

static void begin_answer(Reading *r, uint32_t query, uint64_t line)
{
    if (r->answer.query != NOTHING)
        take_answer(r, &r->answer);
    if (r->status == FINE && r->is_begun[query])
        r->status = SCATTERED;
    if (r->status != FINE)
        return;
    r->is_begun[query] = 1;
    r->stamp++;
    r->answer.query = query;
    r->answer.first_line = line;
    r->answer.n_rows = 0;
    r->answer.n_lines = 0;
    if (r->judge)
        fetch_judged(r->judge, query);
}

static inline void count_line_of(Reading *r, Answer *answer, uint64_t line)
{
    if (++answer->n_lines > r->limit)
        say(r, TOO_MANY, line, NULL, 0, answer->query, NOTHING);
}

/* Adds a line to the answer at hand: lines of a query stand together. */
static inline void add_grouped(Reading *r, uint32_t query, const Row *row)
{
    if (query != r->answer.query) {
        begin_answer(r, query, row->line);
        if (r->status != FINE)
            return;
    }
    Answer *answer = &r->answer;
    count_line_of(r, answer, row->line);
    if (row->name == NOTHING)
        return;
    Seen *seen = &r->seen[row->name];
    if (seen->stamp == r->stamp) {
        say_duplicate(r, row, query);
        return;
    }
    seen->stamp = r->stamp;
    seen->row = (uint32_t)answer->n_rows;
    add_row(r, answer, row);
}

/* Adds a line to the answer of its query: lines stand in any order. */
static void add_scattered(Reading *r, uint32_t query, const Row *row)
{
    Answer *answer = &r->answers[query];
    if (!answer->n_lines) {
        answer->query = query;
        answer->first_line = row->line;
        r->order[r->n_order++] = query;
    }
    count_line_of(r, answer, row->line);
    if (row->name == NOTHING || !add_row(r, answer, row))
        return;
    r->n_met += !r->is_met[row->name];
    r->is_met[row->name] = 1;
    if (answer->n_rows > 2 * r->n_met) /* many classes stand in it twice */
        see_rows(r, answer);
}

static inline void add_line(Reading *r, uint32_t query, const Row *row)
{
    if (r->is_scattered)
        add_scattered(r, query, row);
    else
        add_grouped(r, query, row);
}

static void finish(Reading *r)
{
    if (!r->is_scattered && r->answer.query != NOTHING)
        take_answer(r, &r->answer);
    for (size_t at = 0; at < r->n_order && r->status == FINE; at++) {
        Answer *answer = &r->answers[r->order[at]];
        see_rows(r, answer);
        take_answer(r, answer);
    }
}

#endif
