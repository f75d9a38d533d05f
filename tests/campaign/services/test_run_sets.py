"""Runs looked at together: what they score fused is what the command line says, once each, and nothing waits for it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as of_the_platform
from django.contrib.auth.models import AnonymousUser
from pytest_django import Settings

from campaign import storage
from campaign.celery import AFTER, BEHIND, n_messages
from campaign.jobs import analyses as jobs
from campaign.models import Analysis, Run, RunSet, Task
from campaign.models.results import Part
from campaign.reads.analyses import KINDS
from campaign.reads.run_choices import RunChoice, chosen_runs
from campaign.refusals import Invalid, LimitReached, NotThere
from campaign.services.analyses import run_sets
from campaign.services.analyses.run_sets import (
    ask_for_fusion,
    ask_for_pairs,
    make_next,
    sweep_run_sets,
    take_next,
)
from campaign.services.runs import withdraw_run
from campaign.services.scores import truth_in
from scoring import (
    GroundTruth,
    RunRules,
    Trace,
    all_pairs,
    average,
    evaluate_run,
    fuse_runs,
    parse_metric,
)
from tests.campaign.boards import N_QUERIES, analyse_all, make_large_test
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_team,
    make_user,
    score_run,
    sender,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(settings: Settings) -> None:
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)


@pytest.fixture
def task() -> Task:
    return make_large_test("plants")


def send(task: Task, tmp_path: Path, right: Iterable[int], name: str = "") -> Run:
    """Send a run of a new team that is sure where it is right, and not where it is wrong."""
    lines = "".join(
        f"q{i};c{i % 6};0.9\n" if i in right else f"q{i};c{(i + 1) % 6};0.3\n"
        for i in range(N_QUERIES)
    )
    registration = make_registration(task, make_team(name))
    return score_run(make_run(registration, tmp_path, lines))


def choose(task: Task, kind: str, *runs: Run) -> RunChoice:
    names = [str(run.pk) for run in runs]
    found = chosen_runs(task, KINDS[kind], names, AnonymousUser(), NOW)
    assert found is not None
    return found


def make_all() -> int:
    """Make what waits, as workers do; return how many."""
    n = 0
    while RunSet.objects.idle(NOW).exists():
        make_next()
        n += 1
    return n


def together(task: Task) -> dict[str, Any]:
    data = Analysis.objects.get(task=task, kind="complementarity").data
    assert data is not None
    return dict(data)


def made() -> dict[str, Any]:
    """Return what was made of the only set there is."""
    data = RunSet.objects.get().data
    assert data is not None
    return dict(data)


def truth_of(task: Task) -> GroundTruth:
    assert task.current_truth is not None
    return truth_in(task.current_truth.folder)


# ---------------------------------------------------------------- fusions
def test_a_fusion_scores_what_the_command_line_says(task, tmp_path):
    runs = [send(task, tmp_path, range(24)), send(task, tmp_path, range(16, 40))]
    ask_for_fusion(choice=choose(task, "complementarity", *runs), by=make_user(), now=NOW)
    make_next()
    data = made()

    truth = truth_of(task)
    fused = tmp_path / "fused.csv"
    for run, name in zip(runs, ("one.csv", "other.csv"), strict=True):
        with storage.local_file(run.file_key) as file:
            (tmp_path / f"{name}.gz").write_bytes(file.read_bytes())
    paths = sorted(tmp_path.glob("*.csv.gz"))
    assert fuse_runs(paths, fused, truth.test_set, task.run_rules).valid
    said = evaluate_run(fused, truth, RunRules("ranked"), ["mrr"], intervals=True).to_json()
    wanted = said["metrics"]["mrr"]
    score = data["scores"]["all"]
    assert {name: score[name] for name in ("value", "low", "high")} == {
        name: wanted[name] for name in ("value", "low", "high")
    }
    assert data["method"] == "mean"
    assert score["value"] == 1.0
    assert score["gain"]["value"] == pytest.approx(1 - 24 / 40)


def test_scores_that_are_no_probabilities_are_fused_by_their_ranks(tmp_path):
    task = make_large_test()
    task.run_rules_json |= {"scores": "any"}
    task.save()
    runs = [send(task, tmp_path, range(24)), send(task, tmp_path, range(16, 40))]
    ask_for_fusion(choice=choose(task, "complementarity", *runs), by=make_user(), now=NOW)
    make_next()
    assert made()["method"] == "rrf"


def test_the_analysis_tells_which_runs_are_worth_more_together(task, tmp_path):
    best = send(task, tmp_path, range(24))
    like_it = send(task, tmp_path, range(22))
    unlike_it = send(task, tmp_path, range(20, 40))
    analyse_all()
    first = together(task)
    assert (len(first["waits"]), first["pairs"], first["steps"]) == (3, [], [])
    assert first["right"]["any"] == 1.0
    assert first["right"]["best"] == 24 / 40

    make_next()
    assert analyse_all() == 0  # until half of them are there
    assert make_all() == 2
    assert analyse_all() == 1  # the pairs are there, and ask for all three together
    assert make_all() == 1
    assert analyse_all() == 1
    assert analyse_all() == 0
    data = together(task)
    assert data["waits"] == []
    assert [step["runs"] for step in data["steps"]] == [
        [best.pk, unlike_it.pk],
        [best.pk, unlike_it.pk, like_it.pk],
    ]
    gains = {tuple(pair["runs"]): pair["gain"] for pair in data["pairs"]}
    assert gains[best.pk, unlike_it.pk]["adjusted"] < 0.05
    assert gains[best.pk, like_it.pk]["value"] == 0


def test_one_more_run_costs_its_own_fusions_only(task, tmp_path):
    for right in (range(24), range(20, 40)):
        send(task, tmp_path, right)
    analyse_all()
    assert make_all() == 1
    send(task, tmp_path, range(12, 30))
    analyse_all()
    assert make_all() == 2


def test_runs_of_sets_and_labels_are_not_fused(tmp_path):
    task = make_large_test(shape="label", metrics=["f1_samples"])
    for right in (range(24), range(20, 40)):
        lines = "".join(f"q{i};c{(i if i in right else i + 1) % 6}\n" for i in range(N_QUERIES))
        score_run(make_run(make_registration(task, make_team()), tmp_path, lines))
    analyse_all()
    assert Analysis.objects.get(task=task, kind="complementarity").nothing == "unranked"
    assert not RunSet.objects.exists()


# ---------------------------------------------------------------- chosen pairs
def test_chosen_runs_are_tested_as_scoring_does(tmp_path):
    task = make_large_test(split={"column": "Usage", "final": "private"})
    runs = [send(task, tmp_path, right) for right in (range(30), range(14), range(5, 36))]
    ask_for_pairs(choice=choose(task, "significance", *runs), now=NOW)
    ask_for_pairs(choice=choose(task, "significance", *runs), now=NOW)
    make_next()
    assert RunSet.objects.get().part == Part.PUBLIC
    truth, data = truth_of(task), made()
    ordered = [Run.objects.get(pk=pk) for pk in data["runs"]]
    traces = [Trace.from_bytes(bytes(run.evaluations.get().trace.data)) for run in ordered]
    averages = [
        average(trace, truth, parse_metric("mrr"), within=("Usage", "public")) for trace in traces
    ]
    wanted = all_pairs(averages, truth.seed)
    assert [
        {name: pair[name] for name in ("value", "low", "high", "p", "adjusted")}
        for pair in data["pairs"]
    ] == [found.to_json() for found in wanted.values() if found]
    assert data["scores"] == sorted(data["scores"], reverse=True)


def test_only_runs_of_the_board_can_be_chosen_two_at_least_and_not_too_many(task, tmp_path):
    one, other = (send(task, tmp_path, range(n)) for n in (20, 30))
    with pytest.raises(Invalid):
        choose(task, "significance", one)
    names = list(map(str, range(6)))
    with pytest.raises(Invalid):
        chosen_runs(task, KINDS["complementarity"], names, AnonymousUser(), NOW)
    with pytest.raises(NotThere):
        chosen_runs(task, KINDS["significance"], [str(one.pk), "x"], AnonymousUser(), NOW)
    withdraw_run(run=other, by=sender(other), reason="", now=NOW)
    with pytest.raises(NotThere):
        choose(task, "significance", one, other)


def test_a_late_run_cannot_be_chosen(tmp_path):
    task = make_large_test(phases={"post_campaign": (DEADLINE, None)})
    in_time = send(task, tmp_path, range(20))
    late = score_run(make_run(make_registration(task, make_team()), tmp_path, at=DEADLINE))
    for kind in ("significance", "complementarity"):
        with pytest.raises(NotThere):
            choose(task, kind, in_time, late)


def test_who_sees_no_score_can_choose_nothing(tmp_path):
    opens = NOW + timedelta(days=1)
    task = make_large_test(visibility="never", phases={"results": (opens, None)})
    runs = [send(task, tmp_path, range(n)) for n in (20, 30)]
    names = [str(run.pk) for run in runs]
    assert chosen_runs(task, KINDS["significance"], names, AnonymousUser(), NOW) is None
    assert chosen_runs(task, KINDS["significance"], names, AnonymousUser(), opens) is not None


# ---------------------------------------------------------------- limits
def test_what_people_ask_for_is_bounded(task, tmp_path, monkeypatch):
    runs = [send(task, tmp_path, range(n)) for n in (20, 24, 28)]
    person = make_user()
    monkeypatch.setattr(run_sets, "FUSIONS_A_DAY", 1)
    ask_for_fusion(choice=choose(task, "complementarity", *runs[:2]), by=person, now=NOW)
    ask_for_fusion(choice=choose(task, "complementarity", *runs[:2]), by=person, now=NOW)
    with pytest.raises(LimitReached, match="a day"):
        ask_for_fusion(choice=choose(task, "complementarity", *runs), by=person, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    ask_for_fusion(choice=choose(task, "complementarity", *runs), by=person, now=tomorrow)
    monkeypatch.setattr(run_sets, "MOST_WAITING", 2)
    with pytest.raises(LimitReached, match="waiting"):
        ask_for_pairs(choice=choose(task, "significance", *runs), now=NOW)


def test_of_chosen_pairs_the_newest_are_kept(task, tmp_path, monkeypatch):
    runs = [send(task, tmp_path, range(n)) for n in (20, 24, 28)]
    monkeypatch.setattr(run_sets, "MOST_PAIRS_KEPT", 2)
    for chosen in (runs[:2], runs[1:], runs):
        ask_for_pairs(choice=choose(task, "significance", *chosen), now=NOW)
    kept = [len(row.evaluations) for row in RunSet.objects.order_by("pk")]
    assert kept == [2, 3]


# ---------------------------------------------------------------- whatever is lost
def test_one_is_made_at_a_time_and_people_come_first(task, tmp_path):
    runs = [send(task, tmp_path, right) for right in (range(24), range(20, 40))]
    analyse_all()
    ask_for_pairs(choice=choose(task, "significance", *runs), now=NOW)
    lease = take_next(now=NOW)
    assert lease is not None
    assert lease.held.get().about == RunSet.About.PAIRS
    assert take_next(now=NOW) is None
    assert take_next(now=LATER + of_the_platform.RUN_SETS_LEASE) is not None


@pytest.mark.usefixtures("no_messages")
def test_what_people_wait_for_goes_before_image_runs(
    task, tmp_path, django_capture_on_commit_callbacks
):
    runs = [send(task, tmp_path, right) for right in (range(24), range(20, 40))]
    with django_capture_on_commit_callbacks(execute=True):
        ask_for_pairs(choice=choose(task, "significance", *runs), now=NOW)
    assert n_messages("scoring", priority=AFTER) == 1
    assert n_messages("scoring", priority=BEHIND) == 0


def test_what_fails_is_tried_thrice_and_told(task, tmp_path):
    runs = [send(task, tmp_path, right) for right in (range(24), range(20, 40))]
    analyse_all()
    storage.delete(runs[0].file_key)
    assert make_all() == of_the_platform.SCORING_MAX_ATTEMPTS
    assert RunSet.objects.get().is_given_up(NOW)
    assert analyse_all() == 1
    data = together(task)
    assert (data["waits"], data["n_failed"], data["pairs"]) == ([], 1, [])


@pytest.mark.usefixtures("no_messages")
def test_a_lost_message_is_sent_again_and_no_two_wait(
    task, tmp_path, django_capture_on_commit_callbacks
):
    for right in (range(24), range(20, 40)):
        send(task, tmp_path, right)
    analyse_all()
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            sweep_run_sets(now=NOW)
    assert n_messages("scoring", priority=BEHIND) == 1


@pytest.mark.django_db(transaction=True)
def test_the_jobs_make_and_sweep(task, tmp_path):
    for right in (range(24), range(20, 40)):
        send(task, tmp_path, right)
    analyse_all()
    jobs.make_run_set()
    assert RunSet.objects.get().made_at is not None
    jobs.sweep_run_sets()
