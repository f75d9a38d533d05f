"""What tests read of a page: its main part, and that as a person reads it."""

import re
from html import unescape

from django.http.response import HttpResponseBase


def main_of(answer: HttpResponseBase) -> str:
    """Return the markup between the header and the footer."""
    found = re.search(r"<main.*?</main>", answer.getvalue().decode(), re.DOTALL)
    assert found, "a page without <main>"
    return found[0]


def text_of(markup: str) -> str:
    """Return the words of markup with single spaces between them."""
    words = re.sub(r"<(svg|script|style)\b.*?</\1>|<[^>]*>", " ", markup, flags=re.DOTALL)
    return " ".join(unescape(words).split()).replace(" ,", ",")
