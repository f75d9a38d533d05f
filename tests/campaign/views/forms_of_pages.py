"""The forms of a page as a browser would send them, one sending for each of their buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Sent = dict[str, list[str]]


@dataclass
class Form:
    """A form that is posted: where to, what its fields hold, what its buttons add."""

    action: str
    fields: Sent = field(default_factory=dict)
    buttons: list[Sent] = field(default_factory=list)

    def sendings(self) -> list[Sent]:
        return [{**self.fields, **button} for button in self.buttons]


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self.links: set[str] = set()
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a" and (link := said.get("href") or "").startswith("/"):
            self.links.add(link)
        if tag == "form" and (said.get("method") or "").lower() == "post":
            self._form = Form(said.get("action") or self.page)
        elif self._form:
            self._field(self._form, tag, said)

    def _field(self, form: Form, tag: str, said: dict[str, str | None]) -> None:
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "button":
            form.buttons.append({name: [value]} if name else {})
        elif tag == "select":
            self._select = name
        elif tag == "option" and value and self._select:
            form.fields.setdefault(self._select, [value])
        elif tag == "input" and said.get("type") == "checkbox":
            form.fields.setdefault(name, []).append(value)
        elif tag == "input" and name and said.get("type") not in {"submit", "file"}:
            form.fields[name] = [value or "Something."]
        elif tag == "textarea":
            form.fields[name] = ["Something."]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form" and self._form:
            self.forms.append(self._form)
            self._form = None


def forms_and_links(html: str, page: str) -> tuple[list[Form], set[str]]:
    """Return what is posted from the main part of a page, and the addresses its links lead to.

    What comes without one is a part of a page itself.
    """
    reader = _Reader(page)
    reader.feed(html.partition("<main")[2].partition("</main>")[0] or html)
    return reader.forms, reader.links
