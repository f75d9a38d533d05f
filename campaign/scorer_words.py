"""What the scorer says of run files, in the language of the page.

The scorer knows one language and keeps of each sentence its template and its values. Here its templates
are messages like all others.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _, gettext_noop

from campaign.numbers import decimals, number

_TEMPLATES = frozenset(
    {
        gettext_noop("a quote that is not closed on its line"),
        gettext_noop("text after a closing quote: double a quote that belongs to the field"),
        gettext_noop("a quote inside a field: put the field in quotes and double the quote"),
        gettext_noop(
            "the score %(score)s for %(query)s, from line %(line)s on: a class left out counts 0 in a mean, so right are scores from 0 to %(most)s; rrf takes any"
        ),
        gettext_noop(" (did you mean %(id)s?)"),
        gettext_noop(
            "queries without an Author: %(n)s; s_score counts them as those of one author, 'unknown'"
        ),
        gettext_noop(
            "images without an Author: %(n)s; s_score counts them as those of one author, 'unknown'"
        ),
        gettext_noop(
            "%(metric)s is %(value)s (%(low)s to %(high)s), and with the classes permuted the same file scores %(chance)s: are the ids of classes and queries right?"
        ),
        gettext_noop("more than %(n)s predictions for the query %(query)s; allowed are %(n)s"),
        gettext_noop(
            "the class %(class)s stands a second time for the query %(query)s; right is once"
        ),
        gettext_noop("the query %(query)s is on line %(line)s already; right is one line for it"),
        gettext_noop("%(n)s column in %(line)s"),
        gettext_noop("%(n)s columns in %(line)s"),
        gettext_noop("the query %(id)s is not one of the %(n)s of this task%(hint)s"),
        gettext_noop("the class %(id)s is not one of the %(n)s of this task%(hint)s"),
        gettext_noop("%(id)s for unknown is not allowed in this task; right is a class"),
        gettext_noop(
            "the probability is %(number)s; right is a decimal number from 0 to 1, e.g. 0.25"
        ),
        gettext_noop("the probability is %(number)s; right is a finite decimal number, e.g. 0.25"),
        gettext_noop("the rank is %(number)s; right is a whole number from 1"),
        gettext_noop("%(line)s, separated by one semicolon"),
        gettext_noop("%(line)s, separated by one comma"),
        gettext_noop("%(line)s, separated by one tab"),
        gettext_noop(
            "%(read)s, where the header or the lines before have %(n)s; right is %(right)s"
        ),
        gettext_noop("%(read)s; right is %(right)s"),
        gettext_noop("%(fault)s: %(list)s; right is %(right)s, and [] for no class"),
        gettext_noop("%(fault)s: %(line)s"),
        gettext_noop("the time %(time)s is not written hh:mm:ss-hh:mm:ss"),
        gettext_noop("longer than 1 MB; right is %(right)s"),
        gettext_noop("the byte %(byte)s is not UTF-8; save the file as UTF-8"),
        gettext_noop("the class is empty; right is an id"),
        gettext_noop("text after a closing quote: double a quote that belongs to the id"),
        gettext_noop("an id is missing before or after a comma"),
        gettext_noop("a bracket or a quote inside an id: put the id in quotes"),
        gettext_noop("a quote in the list that is not closed"),
        gettext_noop("no [ where the list should begin"),
        gettext_noop("no ] where the list should end"),
        gettext_noop("the header has %(n)s column; right is %(right)s"),
        gettext_noop("the header has %(n)s columns; right is %(right)s"),
        gettext_noop("a blank line; right is none but at the end"),
        gettext_noop("no ';', ',' or tab in the first line %(line)s; right is %(right)s"),
        gettext_noop("the header has %(name)s in another column's place; right is %(right)s"),
        gettext_noop("the file has %(n)s bytes; allowed are %(limit)s bytes"),
        gettext_noop(
            "the file is larger than that when it is unpacked; allowed are %(limit)s bytes"
        ),
        gettext_noop("a PDF"),
        gettext_noop("a Parquet file"),
        gettext_noop("an old Excel or Word document"),
        gettext_noop("an image"),
        gettext_noop("packed with bzip2"),
        gettext_noop("packed with xz"),
        gettext_noop("a 7z archive"),
        gettext_noop("a RAR archive"),
        gettext_noop("text in UTF-16"),
        gettext_noop("packed twice: %(packing)s within"),
        gettext_noop("the zip holds %(n)s files (%(names)s); right is exactly one"),
        gettext_noop("the packed file ends too early, it was cut off; send it again"),
        gettext_noop("the zip holds 0 files; right is exactly one"),
        gettext_noop(
            "the file is %(what)s; right is text in UTF-8, plain or packed as gz, zst or zip"
        ),
        gettext_noop("the gzip file is damaged (%(why)s); pack it again"),
        gettext_noop("the zstd file is damaged (%(why)s); pack it again"),
        gettext_noop("the zip is damaged; pack it again"),
        gettext_noop("the zip is damaged (%(why)s); pack it again"),
        gettext_noop("the zip is damaged, the name in it is no text; pack it again"),
        gettext_noop("the zip's directory is too large; right is a zip of exactly one file"),
        gettext_noop("the zip has a password; right is one without"),
        gettext_noop("the zip is packed in a rare way; right is 'deflate'"),
        gettext_noop("the file is empty; right are lines such as %(line)s"),
        gettext_noop("the file holds a header and no prediction; right are lines such as %(line)s"),
        gettext_noop("%(n)s of %(all)s images have no prediction, the first is %(first)s"),
        gettext_noop("%(n)s of %(all)s queries have no prediction, the first is %(first)s"),
        gettext_noop("%(unanswered)s; each counts 0 where it has a right class"),
        gettext_noop("%(unanswered)s; each is an empty answer"),
        gettext_noop("reading stopped at line %(line)s, after ten million problems"),
        gettext_noop("this task has no images (media.csv), so no image runs either"),
        gettext_noop("%(unanswered)s; this task takes only runs that answer every one"),
        gettext_noop(
            "Rank contradicts Probability, first for %(query)s: Probability wins, Rank only parts equal ones"
        ),
        gettext_noop(
            "one prediction a query: a class that is not first counts as not found, so more of them can only help"
        ),
        gettext_noop(
            "all probabilities are equal: equal ones are ordered against the run, wrong classes first"
        ),
        gettext_noop(
            "answered queries that the task does not ask any more: %(n)s; they are ignored"
        ),
        gettext_noop(
            "predictions of classes that the task does not have any more: %(n)s; they are ignored"
        ),
        gettext_noop(
            "queries that the task asks only since the run was sent: %(n)s; they are unanswered"
        ),
    }
)


def in_words(sentence: Mapping[str, Any]) -> str | None:
    """Say a sentence of the scorer; None where another version of it made the sentence, or none did."""
    template = sentence.get("template")
    if template not in _TEMPLATES:
        return None
    return _(template) % {name: _written(value) for name, value in sentence["values"].items()}


def _written(value: Any) -> str:
    match value:
        case dict():
            return in_words(value) or ""
        case float():
            return decimals(value, 4)
        case int():
            return number(value)
    return str(value)
