"""Markdown of organisers and participants, made safe."""

from functools import lru_cache

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()

_TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@register.filter
def markdown(text: str, lower: int = 0) -> SafeString:
    """Show Markdown; headings start at the second level, for the page has its own first one.

    Parameters
    ----------
    lower
        By how many levels all of them are lowered: 1 for a text with a title of its own.
    """
    return _rendered(text, lower)


@lru_cache(maxsize=256)
def _rendered(text: str, lower: int) -> SafeString:
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type.startswith("heading_"):
            token.tag = f"h{min(6, max(2, int(token.tag[1]) + lower))}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(html, tags=_TAGS, attributes={"a": {"href", "title"}})
    # A wide table moves by itself, with the keyboard too. No other text holds these tags any more.
    clean = clean.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    clean = clean.replace("</table>", "</table></div>")
    return mark_safe(clean)  # noqa: S308 - nh3 has just sanitised it
