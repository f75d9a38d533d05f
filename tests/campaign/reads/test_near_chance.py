"""The warning that a score is near chance: kept with the score, shown with the score, to nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from campaign import storage
from campaign.models import Run, Score
from campaign.reads.results import run_report
from campaign.reads.visibility import Viewer
from scoring import Trace, near_chance, parse_metric, read_ground_truth, score_all
from scoring.traces.chance import swap_of
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_user,
    score_run,
    sender,
)

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()
RESULTS = DEADLINE + timedelta(days=4)
N = 60
TABLES = {
    "queries.csv": "QueryId\n" + "".join(f"q{i}\n" for i in range(N)),
    "media.csv": "",
    "ground_truth.csv": "QueryId;ClassId;Usage\n"
    + "".join(f"q{i};c{i % 6};{'public' if i < N // 2 else 'private'}\n" for i in range(N)),
}


def answers(first: Callable[[int], int]) -> str:
    """Return a run that ranks all six classes for each query, beginning with one."""
    return "".join(
        f"q{i};c{(first(i) + step) % 6};{0.9 - step / 10}\n" for i in range(N) for step in range(6)
    )


RIGHT = answers(lambda i: i % 6)
WILD = answers(lambda i: i // 6 % 6)  # each class stands at each place equally often
WILD_IN_PUBLIC = answers(lambda i: i // 6 % 6 if i < N // 2 else i % 6)
WILD_IN_PRIVATE = answers(lambda i: i % 6 if i < N // 2 else i // 6 % 6)


def warned(run: Run, viewer: Viewer, now=NOW) -> bool:
    report = run_report(run=run, viewer=viewer, now=now)
    return report is not None and "near_chance" in [w["kind"] for w in report.warnings]


def scored(tmp_path, content: str, **task) -> tuple[Run, Viewer, Viewer]:
    """Return a scored run, one of its team and an organiser."""
    organiser = make_user()
    made = make_task(
        campaign=make_campaign(organiser=organiser),
        files=TABLES,
        phases={"results": (RESULTS, None)},
        **task,
    )
    run = score_run(make_run(make_registration(made), tmp_path, content))
    return run, sender(run), organiser


def test_class_ids_given_at_random_are_told_from_right_ones(tmp_path):
    wild, member, _organiser = scored(tmp_path, WILD)
    assert warned(wild, member)
    right, member, _organiser = scored(tmp_path, RIGHT)
    assert not warned(right, member)


def test_it_is_kept_with_the_metric_that_ranks_in_the_scorers_words(tmp_path):
    run, member, _organiser = scored(tmp_path, WILD, metrics=["mrr", "top_1"])
    evaluation = run.evaluations.get()
    truth = read_ground_truth(storage.local_folder(evaluation.truth_version.folder))
    trace, metric = Trace.from_bytes(bytes(evaluation.trace.data)), parse_metric("mrr")
    expected = near_chance(trace, truth, metric, *score_all(trace, truth, [metric]))
    assert expected
    kept = dict(Score.objects.values_list("metric", "warnings"))
    assert kept == {"mrr": [expected.to_json()], "top_1": []}
    report = run_report(run=run, viewer=member, now=NOW)
    assert report
    assert report.warnings[-1]["message"] == expected.message


def test_it_shows_with_the_score_to_organisers_at_once(tmp_path):
    run, member, organiser = scored(tmp_path, WILD, visibility="never")
    assert warned(run, organiser)
    assert not warned(run, member)
    for viewer in (member, make_user(), ANYBODY):
        assert warned(run, viewer, RESULTS)


@pytest.mark.parametrize(
    ("content", "while_public", "of_all"),
    [(WILD_IN_PUBLIC, True, False), (WILD_IN_PRIVATE, False, True)],
)
def test_of_a_split_test_it_is_of_the_part_a_viewer_sees(tmp_path, content, while_public, of_all):
    """That a run is at chance on the hidden part is a hidden score."""
    split = {"column": "Usage", "final": "private"}
    run, member, organiser = scored(tmp_path, content, split=split)
    for viewer in (member, make_user(), ANYBODY):
        assert warned(run, viewer) is while_public
        assert warned(run, viewer, RESULTS) is of_all
    assert warned(run, organiser) is of_all


def test_chance_is_that_of_the_part(tmp_path):
    """A run that is at chance on the public part, and by chance would be right on the private one."""
    task = make_task(
        files=TABLES,
        split={"column": "Usage", "final": "private"},
        phases={"results": (RESULTS, None)},
    )
    assert task.current_truth
    swap = swap_of(read_ground_truth(storage.local_folder(task.current_truth.folder)))
    assert swap
    right_by_chance = [int(swap.read[f"c{i}"][1:]) for i in range(6)]
    content = answers(lambda i: i // 6 % 6 if i < N // 2 else right_by_chance[i % 6])
    run = score_run(make_run(make_registration(task), tmp_path, content))
    assert warned(run, ANYBODY)
    assert not warned(run, ANYBODY, RESULTS)


def test_without_an_interval_there_is_no_warning(tmp_path):
    task = make_task()  # eight queries are too few
    wrong = "".join(f"q{i};c{(i + 1) % 6};0.9\n" for i in range(8))
    run = score_run(make_run(make_registration(task), tmp_path, wrong))
    assert not warned(run, sender(run))
