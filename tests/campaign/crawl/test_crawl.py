"""No hidden number, label or place in any answer, mail, log or history, whoever asks and whenever.

The crawl begins at every line of the access matrix, follows every link and sends every form broken: as
everybody, just before and at every border of the phases. `canaries.TABLE` says who may read what.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.campaign.crawl.boards import is_sorted, shown
from tests.campaign.crawl.borders import BY_NAME, MOMENTS, Crawled, Moment, crawl_all
from tests.campaign.crawl.canaries import PRIVATE, READERS, Secret, roundings
from tests.campaign.crawl.crawler import Answer
from tests.campaign.crawl.levels import label
from tests.campaign.crawl.world import new_world

pytestmark = [
    pytest.mark.django_db,  # the fixture uses one, the tests none
    pytest.mark.timeout(3600),  # the first test waits for the whole crawl
]

everybody_always = pytest.mark.parametrize(
    ("moment", "role"),
    [
        pytest.param(moment, role, id=f"{role} {moment.name}")
        for moment in MOMENTS
        for role in moment.roles
    ],
)


@pytest.fixture(scope="module")
def crawled(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Crawled:
    place = tmp_path_factory.mktemp("folders")
    private = tmp_path_factory.mktemp(PRIVATE)
    (private / "incoming").mkdir()
    default = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": private, "base_url": None},
    }
    storages = {"STORAGES": settings.STORAGES | {"default": default}}
    with (
        django_db_blocker.unblock(),
        override_settings(**storages, FILE_UPLOAD_TEMP_DIR=private / "incoming"),
        translation.override("en"),
        pytest.MonkeyPatch.context() as patch,
        _test_transaction(),
    ):
        found = crawl_all(new_world(place, patch))
        transaction.set_rollback(True)
    return found


def _test_transaction() -> Any:
    """Return a transaction that no part of the platform takes for one, as those of Django's tests."""
    atomic: Any = transaction.atomic()
    atomic._from_testcase = True
    return atomic


def hidden_numbers(secrets: list[Secret], role: str, moment: Moment) -> dict[str, str]:
    """Return numbers that must not show, as they are written; one that also may is no sign of anything."""
    shown = roundings(
        number for one in secrets if one.shows(role, moment.reached) for number in one.numbers
    )
    return {
        digits: secret.what
        for secret in secrets
        if not secret.shows(role, moment.reached)
        for digits in secret.digits - shown
    }


def leaks(answers: Iterable[Answer], secrets: list[Secret], role: str, moment: Moment) -> list[str]:
    """Return what the answers say that they must not."""
    words = {
        word: secret.what
        for secret in secrets
        if not secret.shows(role, moment.reached)
        for word in secret.words
    }
    numbers = hidden_numbers(secrets, role, moment)
    labels = Secret("labels").shows(role, moment.reached)
    return [line for one in answers for line in _said(one, words, numbers, labels=labels)]


def _said(
    answer: Answer, words: dict[str, str], numbers: dict[str, str], *, labels: bool
) -> Iterable[str]:
    where = f"{answer.asked} ({answer.status}) as {answer.who}"
    for known, said in ((words, answer.words), (numbers, answer.numbers)):
        yield from (f"{where}: {known[one]}: {one}" for one in sorted(said & known.keys()))
    # A run file has right classes in it, and a sample may by chance.
    if not labels and not answer.asked.partition("?")[0].endswith(("/file/", "/sample-run/")):
        for query, name in sorted(answer.labelled):
            if name in {label(query, 1), label(query, 2)}:
                yield f"{where}: the label of query {query}"


@everybody_always
def test_nothing_hidden_shows(crawled: Crawled, moment: Moment, role: str) -> None:
    answers = crawled.answers[moment.name, role]
    assert leaks(answers, crawled.secrets[moment.name], role, moment) == []
    assert [one.asked for one in answers if one.status == 500] == []


@everybody_always
def test_no_hidden_score_is_written_like_one_that_shows(
    crawled: Crawled, moment: Moment, role: str
) -> None:
    """Otherwise a leak would be taken for what may show."""
    scores = [one for one in crawled.secrets[moment.name] if not one.finer]
    may = roundings(
        number for one in scores if one.shows(role, moment.reached) for number in one.numbers
    )
    for secret in scores:
        if not secret.shows(role, moment.reached):
            assert roundings(secret.numbers) & may == set(), secret.what


def found_in(answers: Iterable[Answer], secret: Secret) -> bool:
    return any(one.words & secret.words or one.numbers & secret.digits for one in answers)


@pytest.mark.parametrize("what", READERS)
def test_what_may_show_is_found(crawled: Crawled, what: str) -> None:
    """The crawl finds what there is to find, from its time on: otherwise it would prove nothing."""
    last = MOMENTS[-1].name
    for role in ("staff", "organiser", "reed", "rush", "anonymous"):
        for secret in (one for one in crawled.secrets[last] if one.what == what and not one.finer):
            moments = [one for one in MOMENTS if secret.shows(role, one.reached)]
            answers = [
                answer for one in moments for answer in crawled.answers.get((one.name, role), ())
            ]
            assert not answers or found_in(answers, secret), (role, what)


@everybody_always
def test_runs_are_ranked_by_the_part_that_shows(
    crawled: Crawled, moment: Moment, role: str
) -> None:
    """The best of each team, too: by the part that shows, not by the one that will."""
    for board in crawled.boards[moment.name, role]:
        assert board.answer["part"] == board.part
        assert shown(board.answer) == board.right
        assert is_sorted(board.answer)


def test_no_score_shows_in_the_admin(crawled: Crawled) -> None:
    """Staff organises every task; visibility is decided in reads, and the admin has none of them."""
    (moment,) = (one for one in MOMENTS if one.deep)
    answers = [
        one
        for one in crawled.answers[moment.name, "staff"]
        if one.asked.partition(" ")[2].startswith("/admin/")
    ]
    assert len(answers) > 50
    for secret in crawled.secrets[moment.name]:
        if secret.numbers or secret.what == "labels":
            assert not found_in(answers, secret), secret.what


def test_no_mail_says_what_is_hidden_from_who_gets_it(crawled: Crawled) -> None:
    assert len({answer.asked for _moment, _address, answer in crawled.mails}) > 8
    for moment, address, answer in crawled.mails:
        own = address.partition("@")[0]
        # What opens a door is mailed to the one person it is for.
        secrets = [
            one
            for one in crawled.secrets[moment.name]
            if one.what != "link" or answer.who not in one.team
        ]
        found = leaks([answer], secrets, answer.who, moment)
        assert [one for one in found if own not in one] == []


def test_the_log_and_the_history_hold_nothing_hidden(crawled: Crawled) -> None:
    """Neither do they hold where files lie, nor what opens a door."""
    assert crawled.log
    first = BY_NAME["a tick before submission opens"]
    secrets = crawled.secrets[MOMENTS[-1].name]
    assert leaks([crawled.log], secrets, "anonymous", first) == []
    kept = [
        one for one in secrets if one.numbers or one.what in {"labels", "link", "private place"}
    ]
    assert leaks(crawled.history, kept, "anonymous", first) == []
