"""When analyses are made: after whatever changes a board, one round at a time, whatever is lost meanwhile."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as of_the_platform
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from campaign.celery import AFTER, app, n_messages
from campaign.models import Analysis, AnalysisRound, RunSet, Task, Team
from campaign.models.results import Part
from campaign.reads.analyses import KINDS
from campaign.services.analyses.makers import MAKERS
from campaign.services.analyses.rounds import analyse, sweep_analyses
from campaign.services.analyses.run_sets import make_next
from campaign.services.method_tags import merge_tag
from campaign.services.runs import describe_run, withdraw_run
from tests.campaign.boards import (
    analyse_all,
    compare_all,
    forget_messages,
    make_large_test,
    send,
)
from tests.campaign.factories import DEADLINE, NOW, make_team, make_user, sender

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_messages")]

LATER = NOW + timedelta(minutes=1)
MUCH_LATER = LATER + of_the_platform.ANALYSES_LEASE


@pytest.fixture(autouse=True)
def set_clock(settings: Settings) -> Callable[[datetime], None]:
    def set_to(moment: datetime) -> None:
        settings.CLOCK_OFFSET = moment - datetime.now(UTC)

    set_to(NOW)
    return set_to


@pytest.fixture
def task(tmp_path) -> Task:
    task = make_large_test()
    for name, noisy, trusted in (("Alba", 30, 24), ("Betula", 26, 22), ("Carex", 33, 25)):
        team = make_team(name)
        send(task, team, tmp_path, range(noisy), description={"training_data": ["noisy"]})
        send(task, team, tmp_path, range(trusted), description={"training_data": ["trusted"]})
    return task


def round_of(task, part=Part.ALL) -> AnalysisRound:
    return AnalysisRound.objects.get(task=task, part=part)


def kept(task) -> dict[str, Analysis]:
    return {one.kind: one for one in Analysis.objects.filter(task=task)}


def test_each_kind_has_a_maker():
    assert MAKERS.keys() == KINDS.keys()


def test_a_board_is_analysed_once_and_again_when_it_is_another(task, tmp_path):
    assert analyse_all() == 1
    assert kept(task).keys() == KINDS.keys()
    assert round_of(task).made_at is not None
    assert analyse_all(LATER) == 0
    first = kept(task)["correlation"]
    run = send(task, make_team("Dryas"), tmp_path, range(39))
    assert analyse_all(LATER) == 1
    assert kept(task)["correlation"].n_runs == first.n_runs + 1 == 7
    withdraw_run(run=run, by=sender(run), reason="", now=LATER)
    assert analyse_all(LATER) == 1
    assert kept(task)["correlation"].n_runs == 6


def test_each_analysis_counts_the_runs_that_it_is_made_of(task, tmp_path):
    """Six runs of three teams say what they learned from, of which two say what they cost."""
    for run, minutes in zip(task.leaderboard.select_related("run")[:2], (100, 200), strict=True):
        said = run.run.description | {"inference_per_minute": minutes}
        describe_run(run=run.run, by=sender(run.run), description=said, now=NOW)
    send(task, make_team("Dryas"), tmp_path, range(39))
    analyse_all()
    found = {kind: one.n_runs for kind, one in kept(task).items() if one.data}
    of_teams = ("significance", "complementarity", "difficulty", "confusions", "suspected-errors")
    best = dict.fromkeys((*of_teams, "detectable-difference"), 4)
    every = dict.fromkeys(("correlation", "submissions", "description-gaps"), 7)
    assert found == {**every, **best, "training-data": 6, "cost": 2}
    assert kept(task)["organs"].n_runs == 7  # it says nothing


def test_a_description_and_a_merged_tag_change_a_board(task):
    analyse_all()
    run = task.leaderboard.first().run
    describe_run(run=run, by=sender(run), description={"architectures": ["Wonder Net"]}, now=NOW)
    assert analyse_all() == 1
    assert kept(task)["architectures"].nothing == "alike"
    staff = make_user(is_staff=True)
    merge_tag(
        kind="architectures", tag="Wonder Net", into="ResNet", by=staff, reason="Same.", now=NOW
    )
    assert analyse_all() == 1
    assert analyse_all() == 0


def test_an_analysis_says_what_contrasts_of_the_same_runs_say(task):
    analyse_all()
    found: Any = kept(task)["training-data"].data
    [one] = found["contrasts"]
    assert (one["level"], one["reference"], one["over"]) == ("noisy", "trusted", "pairs")
    assert one["value"] == pytest.approx((6 + 4 + 8) / 3 / 40)
    assert one["low"] < one["value"] < one["high"]
    assert (one["n_teams"], one["n_runs"], one["n_reference"]) == (3, 3, 3)
    assert sorted(found["runs"]) == sorted(task.leaderboard.values_list("run", flat=True))


@pytest.mark.parametrize(
    ("metric", "silent", "said"),
    [("mrr", [10], True), ("mrr", [10, 39], False), ("median_position", [10], False)],
)
def test_costs_are_said_of_the_best_run_only_where_it_says_them_and_has_an_interval(
    tmp_path, metric, silent, said
):
    task = make_large_test(metrics=[metric])
    for right in (39, 30, 25, 10):
        description = {} if right in silent else {"preparation_days": right}
        send(task, make_team(), tmp_path, range(right), description=description)
    analyse_all()
    found: Any = kept(task)["cost"].data
    one = found["costs"]["preparation"]
    assert len(one["runs"]) == 4 - len(silent)
    assert one["n_left_out"] == task.leaderboard.filter(section=0).count() - len(one["runs"])
    assert one["of_the_best"] is said


def test_a_board_without_a_run_has_no_analysis(task):
    analyse_all()
    for row in list(task.leaderboard.select_related("run")):
        withdraw_run(run=row.run, by=sender(row.run), reason="", now=NOW)
    assert analyse_all() == 0
    assert not kept(task)
    assert not AnalysisRound.objects.filter(task=task).exists()


def test_late_runs_are_in_no_analysis(tmp_path):
    task = make_large_test(phases={"post_campaign": (DEADLINE, None)})
    team = make_team()
    for right in (20, 30):
        send(task, team, tmp_path, range(right), description={"training_data": ["noisy"]})
    late = send(task, team, tmp_path, range(40), at=DEADLINE)
    analyse_all()
    assert {one.n_runs for one in kept(task).values()} <= {1, 2}
    named = {pk for one in kept(task).values() if one.data for pk in one.data.get("runs", ())}
    assert named == set(task.leaderboard.values_list("run", flat=True)) - {late.pk}
    send(task, team, tmp_path, range(39), at=DEADLINE)
    assert analyse_all() == 0


def test_each_shown_part_of_a_split_test_is_analysed_apart(tmp_path):
    task = make_large_test(split={"column": "Usage", "final": "private"})
    send(task, make_team(), tmp_path, range(30))
    analyse_all()
    assert {one.part for one in Analysis.objects.filter(task=task)} == {"public", "private"}


def public_analyses(teams: list[Team], tmp_path: Path, n_right: int) -> Any:
    """Return what is found on the public half of a test, of runs that differ in the private half only."""
    task = make_large_test(split={"column": "Usage", "final": "private"})
    runs = [
        send(
            task,
            team,
            tmp_path,
            {*range(8 + 3 * i), *range(20, 20 + n_right * (4 - i))},
            description={"training_data": ["noisy" if i % 2 else "trusted"]},
        ).pk
        for i, team in enumerate(teams)
    ]
    compare_all(task)
    analyse_all()
    while RunSet.objects.filter(made_at=None).exists():  # ensembles of more runs want more fusions
        make_next()
        analyse_all(MUCH_LATER)
    made = Analysis.objects.filter(task=task, part=Part.PUBLIC)
    return {one.kind: (_numbered(one.data, runs), one.nothing) for one in made}


def _numbered(data: Any, runs: list[int]) -> Any:
    """Put the places of runs for their ids, which are like no other number."""
    text = json.dumps(data)
    for place, pk in enumerate(runs):
        text = text.replace(str(pk), f'"run {place}"')
    return text


def test_nothing_that_is_found_on_a_part_depends_on_another(tmp_path):
    """How right runs are about what is hidden changes no public number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('campaign_run', 'id'), 77777770)")
    teams = [make_team(name) for name in ("Alba", "Betula", "Carex", "Dryas")]
    one, other = (public_analyses(teams, tmp_path, n_right) for n_right in (1, 5))
    assert one.keys() == KINDS.keys()
    assert sum(not nothing for _data, nothing in one.values()) > 8
    assert one == other


def test_one_round_runs_at_a_time_and_what_came_meanwhile_is_seen_after_it(
    task, tmp_path, django_capture_on_commit_callbacks
):
    waiting = n_messages("scoring", priority=AFTER)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_analyses(now=NOW) == 1
    assert n_messages("scoring", priority=AFTER) == waiting + 1
    send(task, make_team("Dryas"), tmp_path, range(39))
    assert sweep_analyses(now=LATER) == 0
    analyse(round_id=round_of(task).pk)
    assert sweep_analyses(now=LATER) == 1


def test_a_lost_round_is_sent_again_and_makes_what_is_missing(task, monkeypatch, set_clock):
    sweep_analyses(now=NOW)
    with monkeypatch.context() as patch:
        patch.setitem(MAKERS, "cost", _die)
        with pytest.raises(SystemExit):
            analyse(round_id=round_of(task).pk)
    before = kept(task)
    assert "cost" not in before
    assert sweep_analyses(now=LATER) == 0
    analyse(round_id=round_of(task).pk)  # as of a message that comes twice: somebody is at it
    assert kept(task).keys() == before.keys()
    set_clock(MUCH_LATER)
    assert analyse_all(MUCH_LATER) == 1
    after = kept(task)
    assert after.keys() == MAKERS.keys()
    assert all(after[kind].pk == one.pk for kind, one in before.items())


def test_a_round_that_kills_its_worker_is_not_tried_for_ever(task, monkeypatch, set_clock):
    monkeypatch.setitem(MAKERS, "cost", _die)
    moment = NOW
    for _ in range(of_the_platform.SCORING_MAX_ATTEMPTS):
        set_clock(moment)
        assert sweep_analyses(now=moment) == 1
        with pytest.raises(SystemExit):
            analyse(round_id=round_of(task).pk)
        moment += 2 * of_the_platform.ANALYSES_LEASE
    assert sweep_analyses(now=moment) == 0


def test_a_round_goes_behind_runs_that_wait_and_goes_on_where_it_was(task):
    sweep_analyses(now=NOW)
    app.send_task("evaluate", args=(0,), queue="scoring")
    for n in range(1, 5):  # more often than a round may fail
        analyse(round_id=round_of(task).pk)
        assert len(kept(task)) == n
    forget_messages()
    analyse(round_id=round_of(task).pk)
    assert kept(task).keys() == MAKERS.keys()
    assert round_of(task).made_at is not None


def _die(_board):
    raise SystemExit


def test_what_goes_wrong_with_one_costs_the_others_nothing_and_logs_no_label(
    task, monkeypatch, caplog
):
    def fail(board):
        raise ValueError(f"{board.truth.test_set.queries.columns['QueryId'][7]} is c1")

    monkeypatch.setitem(MAKERS, "cost", fail)
    analyse_all()
    assert kept(task)["cost"].nothing == "failed"
    assert kept(task)["training-data"].data
    assert "ValueError" in caplog.text
    assert "q7 is" not in caplog.text


def test_what_the_database_cannot_hold_is_a_failure_of_its_maker_alone(task, monkeypatch):
    monkeypatch.setitem(MAKERS, "cost", lambda _board: {"runs": [], "share": float("nan")})
    analyse_all()
    assert (kept(task)["cost"].nothing, kept(task)["cost"].data) == ("failed", None)
    assert kept(task).keys() == KINDS.keys()


def test_an_analysis_says_something_or_why_not(task):
    analyse_all()
    with pytest.raises(IntegrityError, match="it_says_something_or_why_not"), transaction.atomic():
        Analysis.objects.filter(kind="training-data").update(data=None)
    with pytest.raises(IntegrityError, match="it_says_something_or_why_not"), transaction.atomic():
        Analysis.objects.filter(kind="training-data").update(nothing="unsaid")


def test_what_is_of_another_board_meanwhile_is_thrown_away(task, tmp_path, monkeypatch):
    sweep_analyses(now=NOW)
    make = MAKERS["cost"]

    def overtake(board):
        AnalysisRound.objects.filter(task=task).update(inputs="another", lease_token=None)
        return make(board)

    monkeypatch.setitem(MAKERS, "cost", overtake)
    analyse(round_id=round_of(task).pk)
    assert "cost" not in kept(task)
    assert round_of(task).made_at is None


def test_kinds_that_are_no_more_go(task):
    analyse_all()
    Analysis.objects.filter(kind="cost").update(kind="former", inputs="old")
    send_again = AnalysisRound.objects.filter(task=task)
    send_again.update(inputs="old")
    analyse_all()
    assert kept(task).keys() == KINDS.keys()
