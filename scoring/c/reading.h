/* A reading: one file, read once, and what is wrong with it. */
#ifndef CLEFBOARD_READING_H
#define CLEFBOARD_READING_H

#include "arrays.h"
#include "ids.h"

typedef struct {
    double probability;
    uint64_t line;
    uint32_t name; /* its class */
    int32_t rank;  /* 0 in a file without ranks */
} Row;

/* The lines of one query so far. */
typedef struct {
    Row *rows;
    size_t n_rows;
    size_t room;
    uint64_t n_lines; /* with those that name no class of the task */
    uint64_t first_line;
    uint32_t query;
    int descends; /* each of its rows is more probable than the next one */
} Answer;

/* Where a class stands in the answer at hand, if the stamp is that of the answer. */
typedef struct {
    uint32_t stamp;
    uint32_t row;
} Seen;

typedef enum {
    LONG_LINE,
    NOT_UTF8,
    QUOTES,
    COLUMNS,
    UNKNOWN_QUERY,
    UNKNOWN_CLASS,
    PROBABILITY,
    RANK,
    TOO_MANY,
    DUPLICATE,
    BLANK_LINE,
    N_KINDS
} Kind;

static const char *const KIND_NAMES[N_KINDS] = {
    "long_line",   "not_utf8", "quotes",   "columns",   "unknown_query", "unknown_class",
    "probability", "rank",     "too_many", "duplicate", "blank_line"};

/* The problems of one kind. */
typedef struct {
    uint64_t count;
    uint64_t lines[SHOWN_LINES]; /* the first ones, ascending */
    size_t n_lines;
    char *text; /* of the first line, where it tells more than query and class do */
    size_t text_room;
    size_t text_length;
    uint32_t query;
    uint32_t name;
} Found;

typedef enum { FINE, SCATTERED, NO_MEMORY, RAISED } Status;

/* A line that was read quickly and whose class is still to be looked up. */
typedef struct {
    Key key;
    const char *line;
    const char *end;
    double probability;
    int32_t rank;
    uint32_t query;
    uint32_t name;
} Pending;

/* How many digits the decimals of a file have after the point, as most of one file have as many. */
typedef struct {
    uint64_t end; /* the top bit of the byte after them, in a word */
    size_t n;     /* 0 where that is in no word */
    size_t shift; /* what moves them to the end of a word */
    double power; /* of ten, by which their number is divided */
} Digits;

typedef struct {
    Buffer of_class; /* the group of each class; 0 is none */
    Buffer positions;
    uint32_t *marks; /* a stamp for each group */
} Group;

/* Where what is counted of the answers of judged queries goes; the arrays are those of a trace. */
typedef struct {
    Buffer places; /* of each query among the judged ones; -1 is none */
    Buffer starts; /* of the pairs of each judged query */
    Buffer n_foreground;
    Buffer pairs;   /* classes; -1 is one that no run may name */
    Buffer swapped; /* what stands in the file for them, by chance */
    Buffer positions;
    Buffer chance_positions;
    Buffer probabilities;
    Buffer chance_probabilities;
    Buffer n_predictions;
    Buffer first_classes; /* numbers from 1 */
    Group *groups;
    size_t n_groups;
} Judge;

typedef struct {
    Buffer members; /* a byte for each query */
    Buffer counts;
} Part;

/* The lines of some classes, a column each, counted between the probabilities of the relevant pairs. */
typedef struct {
    Buffer columns; /* of each class; -1 is none */
    Buffer starts;  /* of the steps of each column */
    Buffer steps;
    Part *parts;
    size_t n_parts;
} Counting;

typedef struct {
    PyObject_HEAD
    /* what is asked */
    Ids *queries;
    Ids *classes;
    int takes_any; /* class */
    int takes_unknown;
    double least_score, greatest_score;
    char separator;
    size_t n_query; /* columns that name the query */
    size_t width;   /* columns of a line; 0 until a line says it */
    uint64_t next_line;
    size_t least_width, most_width;
    uint64_t limit; /* of predictions for a query */
    int is_scattered;
    PyObject *take; /* gets every answer; or NULL */
    PyObject *class_names;
    Judge *judge;
    Counting *countings;
    size_t n_countings;
    /* what is being read */
    int is_busy;
    Status status;
    char *prefix; /* the columns of the query at hand, as they are written, and its number */
    size_t prefix_length, prefix_room;
    uint64_t prefix_word, prefix_mask; /* its first eight bytes */
    uint32_t prefix_query;
    char *scratch;
    size_t scratch_room;
    Answer answer;   /* of the query at hand, where lines of a query stand together */
    Answer *answers; /* of each query, where they do not */
    uint32_t *order; /* of the queries, by their first lines */
    size_t n_order;
    Seen *seen; /* by class */
    size_t seen_room;
    char *is_met; /* by class, where lines are scattered */
    size_t met_room;
    size_t n_met;
    uint32_t stamp;
    char *is_begun; /* by query */
    Row *sorted;
    size_t sorted_room;
    Digits usual;
    Pending pending[BATCH];
    /* what was found */
    uint64_t n_lines;
    uint64_t width_line;
    int has_lines;
    uint64_t first_blank, n_blank; /* lines that are ignored unless another one follows */
    uint64_t n_predictions;
    char *is_answered; /* by query */
    Found found[N_KINDS];
    uint64_t n_problems;
    uint64_t n_answers;
    size_t most_rows;
    double lowest, highest;
    uint64_t contradicting[SHOWN_LINES];
    uint64_t n_contradicting;
    uint32_t first_contradiction;
} Reading;

static void note_line(Found *found, uint64_t line)
{
    size_t at = found->n_lines;
    if (at == SHOWN_LINES && line > found->lines[at - 1])
        return;
    while (at > 0 && found->lines[at - 1] > line)
        at--;
    size_t last = found->n_lines < SHOWN_LINES ? found->n_lines++ : SHOWN_LINES - 1;
    memmove(found->lines + at + 1, found->lines + at, (last - at) * sizeof *found->lines);
    found->lines[at] = line;
}

static void say(Reading *r, Kind kind, uint64_t line, const char *text, size_t length,
                uint32_t query, uint32_t name)
{
    Found *found = &r->found[kind];
    if (!found->count || line < found->lines[0]) {
        if (!HAS_ROOM(found->text, found->text_room, length)) {
            r->status = NO_MEMORY;
            return;
        }
        if (length)
            memcpy(found->text, text, length);
        found->text_length = length;
        found->query = query;
        found->name = name;
    }
    found->count++;
    r->n_problems++;
    note_line(found, line);
}

/* Makes room by class after some were added. */
static int has_class_room(Reading *r)
{
    size_t before = r->seen_room, met_before = r->met_room;
    size_t n = (size_t)r->classes->count + 1; /* none is empty */
    if (!HAS_ROOM(r->seen, r->seen_room, n) || !HAS_ROOM(r->is_met, r->met_room, n))
        return 0;
    memset(r->seen + before, 0, (r->seen_room - before) * sizeof *r->seen);
    memset(r->is_met + met_before, 0, r->met_room - met_before);
    return 1;
}

#endif
