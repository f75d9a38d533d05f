"""The words that a text is found by, made by one function of the database.

It takes accents off, so that what is written "Goëau" is found as "goeau" too; dictionaries and stems it
has none, for names of species and teams are of no language.
"""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorCombinable, SearchVectorField
from django.db.models import Func, TextField
from django.db.models.functions import Cast

_MOST_WORDS = 8
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")


class Words(SearchVectorCombinable, Func):
    """The words of a text, or of a text in each language; what is found in an "A" stands first."""

    function = "campaign_words"
    output_field = SearchVectorField()
    config = None  # the function has its own

    def __init__(self, *expressions: Any, weight: str = "") -> None:
        super().__init__(*expressions)
        if weight:
            self.extra["template"] = f"setweight(%(function)s(%(expressions)s), '{weight}')"


# Each has an index of the same words (0010_search); a test holds the two together.
OF_CAMPAIGNS = (
    Words("titles", weight="A") + Words("slug", weight="A") + Words("description", weight="D")
)
OF_TASKS = (
    Words("titles", weight="A")
    + Words("slug", weight="A")
    + Words("questions", weight="B")
    + Words("overview", weight="D")
)
OF_TEAMS = Words("name", weight="A") + Words("affiliation", weight="B")
# Of printed rows, which need no index: there are a few hundred at most.
OF_PRINTED = Words("series", weight="A") + Words(Cast("year", TextField())) + Words("team")


def begins_with(text: str) -> SearchQuery | None:
    """Return the question for what has words that begin as all those of a text do; None without one."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower()
    words = _WORD.findall(plain)[:_MOST_WORDS]
    if not words:
        return None
    question = " & ".join(f"'{word}':*" for word in words)
    return SearchQuery(question, config="simple", search_type="raw")
