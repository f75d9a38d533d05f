"""A table is made once by whoever has the slot, and is kept before the next one gets it."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from campaign.models import Breakdown
from campaign.reads.breakdowns import Question, kept_answers, subset_questions
from campaign.reads.results import run_report
from campaign.refusals import LimitReached
from campaign.services import breakdowns
from tests.campaign.factories import NOW, make_registration, make_run, make_task, score_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(tmp_path, settings) -> Question:
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)
    task = make_task(subsets=["Domain"], phases={"results": (None, None)})
    run = score_run(make_run(make_registration(task), tmp_path))
    report = run_report(run=run, viewer=AnonymousUser(), now=NOW)
    assert report
    (only,) = subset_questions(report, AnonymousUser(), NOW)
    return only


def test_whoever_gets_the_slot_looks_again_before_making(question, monkeypatch):
    """Another thread kept it between the first look and the slot."""
    made = breakdowns.answer(question)
    looks = []

    def look(questions):
        looks.append(questions)
        return kept_answers(questions) if len(looks) > 1 else {}

    monkeypatch.setattr(breakdowns, "kept_answers", look)
    monkeypatch.setattr(breakdowns, "_MAKERS", {})
    assert breakdowns.answer(question) == made
    assert len(looks) == 2


def test_a_table_is_kept_before_the_slot_is_free(question):
    was_free = []

    def watch(execute, sql, params, many, context):
        if sql.startswith("INSERT") and Breakdown._meta.db_table in sql:
            was_free.append(breakdowns._slots.acquire(blocking=False))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        breakdowns.answer(question)
    assert was_free == [False]
    assert breakdowns._slots.acquire(blocking=False)
    breakdowns._slots.release()


def test_to_ask_whether_it_is_there_makes_nothing(question):
    with pytest.raises(LimitReached, match="not made yet"):
        breakdowns.answer_if_kept(question)
    assert not Breakdown.objects.exists()
    made = breakdowns.answer(question)
    assert breakdowns.answer_if_kept(question) == made
