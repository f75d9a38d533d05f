/* Ids: texts with numbers. */
#ifndef CLEFBOARD_IDS_H
#define CLEFBOARD_IDS_H

#include "words.h"

/* A hash table with linear probing. The hash is keyed with a secret, since a stranger chooses the ids
 * that are looked up and, where a run may name any class, those that are added.
 */

typedef struct {
    uint64_t word; /* the id where it has at most 8 bytes, else its hash */
    uint32_t code;
    uint32_t length;
} Slot;

typedef struct {
    PyObject_HEAD
    Slot *slots;
    uint64_t mask;
    uint64_t secret[2];
    char *texts; /* all ids, one after the other */
    size_t texts_room;
    size_t *ends; /* of each in `texts` */
    size_t ends_room;
    uint32_t count;
    int has_marks; /* a quote or the end of a line is in one of them */
    int is_fixed;  /* a reading has arrays by their numbers, so none is added */
    int is_open;   /* a reading adds those it meets, so no other one is at work then */
    int n_at_work; /* readings */
} Ids;

/* A text on its way into the table or to be found in it. */
typedef struct {
    const char *text;
    size_t length;
    uint64_t word;
    uint64_t hash;
} Key;

static inline Key short_key(const Ids *ids, const char *text, size_t length, uint64_t word)
{
    Key key = {text, length, word, fold(word ^ ids->secret[0], ids->secret[1] + length)};
    return key;
}

static Key key_of(const Ids *ids, const char *text, size_t length)
{
    if (length <= 8)
        return short_key(ids, text, length, load_text(text, length));
    uint64_t hash = ids->secret[0] ^ length;
    size_t at = 0;
    for (; at + 8 <= length; at += 8)
        hash = fold(hash ^ load(text + at), ids->secret[1]);
    hash = fold(hash ^ load_text(text + at, length - at), ids->secret[1] + 1);
    Key key = {text, length, hash, hash};
    return key;
}

static inline const char *text_of(const Ids *ids, uint32_t code)
{
    return ids->texts + (code ? ids->ends[code - 1] : 0);
}

static inline size_t length_of(const Ids *ids, uint32_t code)
{
    return ids->ends[code] - (code ? ids->ends[code - 1] : 0);
}

/* Where an id stands unless another one does. */
static inline Slot *first_slot(const Ids *ids, const Key *key)
{
    return &ids->slots[key->hash & ids->mask];
}

/* The slot of an id, or the empty one where it would be. */
static inline Slot *slot_of(const Ids *ids, const Key *key)
{
    for (uint64_t at = key->hash & ids->mask;; at = (at + 1) & ids->mask) {
        Slot *slot = &ids->slots[at];
        if (slot->code == NOTHING)
            return slot;
        if (slot->word == key->word && slot->length == key->length &&
            (key->length <= 8 || !memcmp(text_of(ids, slot->code), key->text, key->length)))
            return slot;
    }
}

/* The number of an id of which most are there: it stands in its first slot or, without a branch that
 * could be guessed wrong, in the one after it; else it is looked for. */
static inline uint32_t find_usual(const Ids *ids, const Key *key)
{
    const Slot *slot = first_slot(ids, key);
    slot += slot->word != key->word;
    if (slot->word == key->word && slot->length == key->length && key->length - 1 < 8)
        return slot->code;
    return slot_of(ids, key)->code;
}

static inline uint32_t find_id(const Ids *ids, const char *text, size_t length)
{
    Key key = key_of(ids, text, length);
    return slot_of(ids, &key)->code;
}

static int has_slots(Ids *ids, uint64_t n)
{
    const Slot empty = {0, NOTHING, 0};
    Slot *slots = new_table(n + 1, sizeof *slots); /* the last one stays empty */
    if (!slots)
        return 0;
    for (uint64_t at = 0; at <= n; at++)
        slots[at] = empty;
    free(ids->slots);
    ids->slots = slots;
    ids->mask = n - 1;
    for (uint32_t code = 0; code < ids->count; code++) {
        Key key = key_of(ids, text_of(ids, code), length_of(ids, code));
        Slot filled = {key.word, code, (uint32_t)key.length};
        *slot_of(ids, &key) = filled;
    }
    return 1;
}

/* The number of an id, a new one where it has none; NOTHING when there is no memory. */
static uint32_t intern_key(Ids *ids, const Key *key)
{
    size_t length = key->length;
    Slot *slot = slot_of(ids, key);
    if (slot->code != NOTHING)
        return slot->code;
    size_t start = ids->count ? ids->ends[ids->count - 1] : 0;
    if (ids->count == NOTHING - 1 || length > UINT32_MAX ||
        !HAS_ROOM(ids->texts, ids->texts_room, start + length + 1) || /* an id may be empty */
        !HAS_ROOM(ids->ends, ids->ends_room, (size_t)ids->count + 1))
        return NOTHING;
    memcpy(ids->texts + start, key->text, length);
    ids->has_marks |= memchr(key->text, '"', length) || memchr(key->text, '\n', length);
    ids->ends[ids->count] = start + length;
    Slot filled = {key->word, ids->count, (uint32_t)length};
    *slot = filled;
    if (2 * (uint64_t)++ids->count > ids->mask && !has_slots(ids, 2 * (ids->mask + 1)))
        return NOTHING;
    return ids->count - 1;
}

static uint32_t intern(Ids *ids, const char *text, size_t length)
{
    Key key = key_of(ids, text, length);
    return intern_key(ids, &key);
}

#endif
