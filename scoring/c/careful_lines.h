/* A line, by the rules. */
#ifndef CLEFBOARD_CAREFUL_LINES_H
#define CLEFBOARD_CAREFUL_LINES_H

#include "gathering.h"
#include "numbers.h"

static int is_utf8(const unsigned char *p, const unsigned char *end)
{
    while (p < end) {
        unsigned char lead = *p++;
        if (lead < 0x80)
            continue;
        int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (lead < 0xC2 || lead > 0xF4 || end - p < more)
            return 0;
        unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (*p < low || *p > high)
            return 0;
        for (p++; --more; p++)
            if (*p < 0x80 || *p > 0xBF)
                return 0;
    }
    return 1;
}

static int is_blank(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p == end;
}

typedef struct {
    const char *text; /* without quotes; a NUL, or what parted it from the next one, follows */
    size_t length;
} Field;

typedef struct {
    Field fields[MAX_FIELDS]; /* the first ones */
    size_t n;                 /* how many there are */
    size_t starts[MAX_FIELDS];
} Fields;

/* Reads one field in quotes from its first quote on, and returns where it ends; NULL where it does
 * not end. What is in it goes to `out`, with a NUL. */
static const char *read_quoted(const char *p, const char *end, char **out, Field *field)
{
    field->text = *out;
    for (p++; p < end; p++) {
        if (*p == '"' && (p + 1 == end || p[1] != '"')) {
            field->length = (size_t)(*out - field->text);
            *(*out)++ = 0;
            return p + 1;
        }
        p += *p == '"';
        *(*out)++ = *p;
    }
    return NULL;
}

/* Cuts a line into its fields; is 0 where quotes do not open and close around a whole field. */
static int split(const Reading *r, const char *line, const char *end, Fields *fields)
{
    char *out = r->scratch;
    const char *p = line;
    for (fields->n = 0;; p++) {
        Field field;
        size_t start = (size_t)(p - line);
        if (p < end && *p == '"') {
            p = read_quoted(p, end, &out, &field);
            if (!p || (p < end && *p != r->separator))
                return 0;
        } else {
            const char *stop = p < end ? memchr(p, r->separator, (size_t)(end - p)) : NULL;
            field.text = p;
            p = stop ? stop : end;
            field.length = (size_t)(p - field.text);
            if (field.length && memchr(field.text, '"', field.length))
                return 0;
        }
        if (fields->n < MAX_FIELDS) {
            fields->fields[fields->n] = field;
            fields->starts[fields->n] = start;
        }
        fields->n++;
        if (p == end)
            return 1;
    }
}

static int is_time(const char *text)
{
    static const char shape[] = "00:00:00-00:00:00";
    for (size_t at = 0; at < TIME_LENGTH; at++)
        if (shape[at] == '0' ? !is_digit(text[at]) : text[at] != shape[at])
            return 0;
    return 1;
}

/* The number of the query of a medium's segment. */
static uint32_t find_segment(Reading *r, Field medium, Field time)
{
    if (time.length != TIME_LENGTH || !is_time(time.text))
        return NOTHING;
    size_t length = medium.length + 1 + TIME_LENGTH;
    char small[256], *name = length <= sizeof small ? small : malloc(length);
    if (!name) {
        r->status = NO_MEMORY;
        return NOTHING;
    }
    memcpy(name, medium.text, medium.length);
    name[medium.length] = '/';
    memcpy(name + medium.length + 1, time.text, TIME_LENGTH);
    uint32_t query = find_id(r->queries, name, length);
    if (name != small)
        free(name);
    return query;
}

static uint32_t find_query(Reading *r, const Field *fields)
{
    if (r->n_query == 2)
        return find_segment(r, fields[0], fields[1]);
    return find_id(r->queries, fields[0].text, fields[0].length);
}

/* Keeps how a query is written: most lines begin as the one before. */
static void keep_prefix(Reading *r, const char *line, size_t length, uint32_t query)
{
    if (!HAS_ROOM(r->prefix, r->prefix_room, length + 8)) {
        r->status = NO_MEMORY;
        return;
    }
    memcpy(r->prefix, line, length);
    memset(r->prefix + length, 0, 8);
    r->prefix_length = length;
    r->prefix_word = load(r->prefix);
    r->prefix_mask = first_bytes(UINT64_MAX, length < 8 ? length : 8); /* of a separator at least */
    r->prefix_query = query;
}

static uint32_t find_class(Reading *r, Field field)
{
    if (!r->takes_any)
        return find_id(r->classes, field.text, field.length);
    int is_unknown = field.length == 2 && !memcmp(field.text, "-1", 2);
    if (!field.length || (is_unknown && !r->takes_unknown))
        return NOTHING;
    uint32_t name = intern(r->classes, field.text, field.length);
    if (name == NOTHING || !has_class_room(r))
        r->status = NO_MEMORY;
    return name;
}

static inline int is_in_range(const Reading *r, double value)
{
    return value >= r->least_score && value <= r->greatest_score;
}

/* Notes that a line is there, and what that makes of blank ones before it. */
static void count_line(Reading *r, uint64_t line)
{
    r->n_lines = line;
    r->has_lines = 1;
    for (uint64_t at = 0; at < r->n_blank && at < SHOWN_LINES; at++)
        note_line(&r->found[BLANK_LINE], r->first_blank + at);
    r->found[BLANK_LINE].count += r->n_blank;
    r->n_problems += r->n_blank;
    r->n_blank = 0;
}

/* Cuts a line and tells whether it has the right columns; says what is wrong where it has not. */
static int has_fields(Reading *r, const char *line, size_t length, uint64_t number, Fields *fields)
{
    const unsigned char *bytes = (const unsigned char *)line;
    Kind kind;
    if (length > MAX_LINE_BYTES)
        kind = LONG_LINE;
    else if (!is_utf8(bytes, bytes + length))
        kind = NOT_UTF8;
    else if (!split(r, line, line + length, fields))
        kind = QUOTES;
    else {
        if (!r->width && fields->n >= r->least_width && fields->n <= r->most_width) {
            r->width = fields->n;
            r->width_line = number;
        }
        if (fields->n == r->width)
            return 1;
        kind = COLUMNS;
    }
    say(r, kind, number, line, length, NOTHING, NOTHING);
    return 0;
}

/* Judges one line by itself, says everything that is wrong with it, and adds what it says. */
static void read_careful_line(Reading *r, const char *line, const char *end, uint64_t number)
{
    size_t length = (size_t)(end - line) - (end > line && end[-1] == '\r');
    if (length <= MAX_LINE_BYTES && is_blank(line, line + length)) {
        r->first_blank = r->n_blank ? r->first_blank : number;
        r->n_blank++;
        return;
    }
    count_line(r, number);
    if (!HAS_ROOM(r->scratch, r->scratch_room, length + MAX_FIELDS + 1)) {
        r->status = NO_MEMORY;
        return;
    }
    Fields cut;
    if (!has_fields(r, line, length, number, &cut))
        return;
    const Field *fields = cut.fields, *after = fields + r->n_query;
    Row row = {NAN, number, NOTHING, 0};
    uint32_t query = find_query(r, fields);
    row.name = find_class(r, after[0]);
    if (r->status != FINE)
        return;
    const char *stop = read_decimal(after[1].text, after[1].text, &row.probability);
    int is_right = stop == after[1].text + after[1].length && is_in_range(r, row.probability);
    if (query == NOTHING)
        say(r, UNKNOWN_QUERY, number, line, length, NOTHING, NOTHING);
    if (row.name == NOTHING)
        say(r, UNKNOWN_CLASS, number, line, length, NOTHING, NOTHING);
    if (!is_right)
        say(r, PROBABILITY, number, line, length, NOTHING, NOTHING);
    if (cut.n > r->n_query + 2 &&
        read_rank(after[2].text, &row.rank) != after[2].text + after[2].length)
        say(r, RANK, number, line, length, NOTHING, NOTHING);
    if (query == NOTHING || r->status != FINE)
        return;
    keep_prefix(r, line, cut.starts[r->n_query], query);
    add_line(r, query, &row);
}

#endif
