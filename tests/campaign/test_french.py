"""French is whole: every message of the code has a translation that fits it, compiled as it stands."""

import io
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

import campaign

ROOT = Path(campaign.__file__).parent
FRENCH = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}
RENEW = "make messages renews the catalogue; then translate what is empty"


def messages_in(path: Path) -> Iterator[str]:
    """Yield what a module or a template asks to be translated; of plurals the singular."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template are words and calls: its indentation means nothing.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    for found in extract_python(io.BytesIO(text.encode()), KEYWORDS, [], {}):
        message: Any = found[2]  # of plurals both
        first = message[0] if isinstance(message, tuple) else message
        if first:
            yield first


def messages_of_the_code() -> set[str]:
    files = (path for kind in ("*.py", "*.html", "*.txt") for path in ROOT.rglob(kind))
    return {
        message for path in files if "static" not in path.parts for message in messages_in(path)
    }


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr", domain="django")


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> list[str]:
    translated: Any = message.string
    return [translated] if isinstance(message.id, str) else list(translated)


def test_every_message_of_the_code_is_in_the_catalogue_and_no_other(catalog):
    known = {singular(message) for message in catalog if message.id}
    asked = messages_of_the_code()

    assert len(asked) > 1_000
    assert sorted(asked - known) == [], RENEW
    assert sorted(known - asked) == [], RENEW


def test_every_message_is_translated(catalog):
    empty = [singular(message) for message in catalog if message.id and not all(forms(message))]
    fuzzy = [singular(message) for message in catalog if message.id and message.fuzzy]

    assert empty == []
    assert fuzzy == []


def test_translations_take_what_the_messages_take(catalog):
    wrong = {str(message.id): errors for message, errors in catalog.check()}

    assert wrong == {}


def test_the_compiled_catalogue_is_the_one_people_edit(catalog):
    with FRENCH.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)

    for message in catalog:
        if not message.id:
            continue
        if message.context:
            shown = [compiled.pgettext(message.context, str(message.id))]
        elif isinstance(message.id, str):
            shown = [compiled.gettext(message.id)]
        else:
            shown = [compiled.ngettext(message.id[0], message.id[1], n) for n in (1, 2)]
        assert shown == forms(message), RENEW


def test_a_message_of_a_template_and_of_a_module_is_found():
    assert {"Everyone's", "Menu"} & messages_of_the_code()
    assert "French" in set(messages_in(ROOT / "settings" / "base.py"))
    assert "fr" in dict(settings.LANGUAGES)
