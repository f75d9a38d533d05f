"""The scorer's sentences in the language of the page: every one, and none that it does not say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import scoring
from campaign import scorer_words
from campaign.scorer_words import in_words
from campaign.templatetags.figures import said
from scoring.problems import Problem, Sentence, said as says

SCORER = Path(scoring.__file__).parent


def templates_of(path: Path) -> Iterator[str]:
    """Yield the texts of a module that `scoring.problems.said` is given, or that name values."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name("said"), args=[ast.Constant(str(text)), *_]):
                yield text
            case ast.Constant(str(text)) if "%(" in text:
                yield text


def test_all_sentences_of_the_scorer_are_messages_and_no_others():
    modules = (path for path in SCORER.rglob("*.py") if path.name != "problems.py")
    templates = {text for path in modules for text in templates_of(path)}

    assert len(templates) > 70
    assert templates == scorer_words._TEMPLATES


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sentence_keeps_its_values_in_every_language(language):
    hint = says(" (did you mean %(id)s?)", id="'elm'")
    sentence = says(
        "the class %(id)s is not one of the %(n)s of this task%(hint)s",
        id="'<b>elms'",
        n=10_000,
        hint=hint,
    )
    with override(language):
        shown = said(Problem("unknown_class", sentence).to_json())

    expected = {
        "en": "the class <code>&lt;b&gt;elms</code> is not one of the 10\u202f000 of this task "
        "(did you mean <code>elm</code>?)",
        "fr": "la classe <code>&lt;b&gt;elms</code> n\u2019est pas l\u2019une des 10\u202f000 de cette tâche "
        "(vouliez-vous dire <code>elm</code>\u202f?)",
    }
    assert shown == expected[language]


def test_scores_are_written_as_the_language_writes_them():
    sentence = says(
        "%(metric)s is %(value)s (%(low)s to %(high)s), and with the classes permuted the same file "
        "scores %(chance)s: are the ids of classes and queries right?",
        metric="mrr",
        value=0.5,
        low=0.25,
        high=0.75,
        chance=0.5,
    )

    assert str(sentence).startswith("mrr is 0.5000 (0.2500 to 0.7500)")
    with override("fr"):
        words = in_words(sentence.to_json())
    assert words is not None
    assert words.startswith("mrr vaut 0,5000 (de 0,2500 à 0,7500)")


@pytest.mark.parametrize(
    "finding",
    [
        {"message": "the file is a 'b'"},  # stored before sentences were
        Problem("new", Sentence("the file is a %(x)s", {"x": "'b'"})).to_json(),
    ],
)
def test_what_no_language_has_is_english_and_says_so(finding):
    with override("fr"):
        assert said(finding) == '<span lang="en">the file is a <code>b</code></span>'
