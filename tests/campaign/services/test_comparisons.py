"""Ranked runs are tested against the leader: once each, by a worker, whatever is lost or changes meanwhile."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from campaign.celery import AFTER, n_messages
from campaign.jobs import comparisons as jobs
from campaign.models import Comparison, ComparisonFamily, Task
from campaign.models.results import Part
from campaign.reads.comparisons import leader_group
from campaign.reads.leaderboards import leaderboard
from campaign.services import leaderboards
from campaign.services.comparisons import (
    compare_runs,
    record,
    sweep_comparisons,
    take,
)
from campaign.services.leaderboards import rank_task
from campaign.services.leases import Overtaken
from campaign.services.runs import withdraw_run
from campaign.services.scores import parts_of, truth_in
from scoring import Trace, against_first, average, parse_metric
from tests.campaign.boards import compare_all, make_large_test, send
from tests.campaign.factories import NOW, make_team, sender
from tests.load.boards import make_board

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> Task:
    return make_large_test(phases={"post_campaign": (None, None)})


def family_of(task, part=Part.ALL) -> ComparisonFamily:
    return ComparisonFamily.objects.get(task=task, part=part)


def group_of(task, part=Part.ALL):
    run_ids = task.leaderboard.values_list("run", flat=True)
    return leader_group(task, part, run_ids)


def expected(runs, part=Part.ALL):
    """Return what scoring says of runs, the first of which leads."""
    evaluations = [run.evaluations.get(is_current=True) for run in runs]
    version = evaluations[0].truth_version
    truth = truth_in(version.folder)
    averages = [
        average(
            Trace.from_bytes(bytes(evaluation.trace.data)),
            truth,
            parse_metric("mrr"),
            within=parts_of(version)[part],
        )
        for evaluation in evaluations
    ]
    differences = against_first(averages, truth.seed)
    found = {run.pk: one.to_json() for run, one in zip(runs[1:], differences, strict=True) if one}
    return {run: {"difference": one.pop("value"), **one} for run, one in found.items()}


def test_each_run_is_tested_against_the_best_official_one_and_told_as_scoring_does(task, tmp_path):
    baseline = send(task, make_team(organisers=True), tmp_path, range(38))
    alba, betula = make_team("Alba"), make_team("Betula")
    weak = send(task, alba, tmp_path, range(8))
    near = send(task, alba, tmp_path, range(33))
    leader = send(task, betula, tmp_path, range(1, 36))
    assert group_of(task).state == "waiting"

    compare_all(task)

    group = group_of(task)
    assert (group.state, group.leader, group.n_others) == ("tested", leader.pk, 3)
    assert {run: vars(test) for run, test in group.by_run.items()} == expected(
        [leader, baseline, near, weak]
    )
    assert [group.holds(run.pk) for run in (leader, baseline, near, weak)] == [
        True,
        True,
        True,
        False,
    ]
    assert group.n_alike == 2


def test_a_test_is_made_once_and_corrected_anew_with_each_run_that_comes(task, tmp_path):
    team = make_team()
    leader, other = send(task, team, tmp_path, range(30)), send(task, team, tmp_path, range(18))
    compare_all(task)
    first = Comparison.objects.get()
    third = send(task, team, tmp_path, range(4, 29))
    compare_all(task)
    kept, new = Comparison.objects.order_by("pk")
    assert (kept.pk, kept.p) == (first.pk, first.p)
    assert kept.adjusted != first.adjusted
    assert {run: vars(test) for run, test in group_of(task).by_run.items()} == expected(
        [leader, third, other]
    )
    assert new.other.run == third


def test_a_new_leader_begins_anew_and_nothing_is_left_of_the_old_one(task, tmp_path):
    team = make_team()
    old, other = send(task, team, tmp_path, range(30)), send(task, team, tmp_path, range(18))
    compare_all(task)
    new = send(task, team, tmp_path, range(36))
    assert group_of(task).state == "waiting"
    compare_all(task)
    assert {one.leader.run for one in Comparison.objects.all()} == {new}
    withdraw_run(run=new, by=sender(new), reason="", now=NOW)
    compare_all(task)
    assert group_of(task).leader == old.pk
    assert list(group_of(task).by_run) == [other.pk]


def test_late_and_withdrawn_runs_are_not_tested(task, tmp_path):
    team = make_team()
    leader = send(task, team, tmp_path, range(30))
    withdrawn = send(task, team, tmp_path, range(28))
    withdraw_run(run=withdrawn, by=sender(withdrawn), reason="", now=NOW)
    assert (group_of(task).state, group_of(task).leader) == ("alone", leader.pk)
    assert not group_of(task).holds(leader.pk)
    withdraw_run(run=leader, by=sender(leader), reason="", now=NOW)
    assert not ComparisonFamily.objects.exists()
    assert group_of(task).leader is None


def test_baselines_alone_are_led_by_the_best_of_them(task, tmp_path):
    lab = make_team(organisers=True)
    send(task, lab, tmp_path, range(20))
    best = send(task, lab, tmp_path, range(30))
    assert family_of(task).leader.run == best


def test_each_part_of_a_split_test_has_its_own_leader(tmp_path):
    task = make_large_test(split={"column": "Usage", "final": "private"})
    team = make_team()
    early = send(task, team, tmp_path, range(20))
    late = send(task, team, tmp_path, range(15, 40))
    compare_all(task)
    found = {family.part: family.leader.run for family in ComparisonFamily.objects.all()}
    assert found == {"all": late, "public": early, "private": late}
    for part, runs in ((Part.PUBLIC, [early, late]), (Part.PRIVATE, [late, early])):
        assert {run: vars(test) for run, test in group_of(task, part).by_run.items()} == expected(
            runs, part
        )
    board = leaderboard(task=task, viewer=AnonymousUser(), now=NOW)
    assert (board.part, board.group.leader) == ("public", early.pk)
    assert [entry.against is not None for entry in board.entries] == [False, True]


def test_nothing_of_it_shows_while_scores_are_hidden(tmp_path):
    task = make_large_test(visibility="never")
    team = make_team()
    for n in (20, 30):
        send(task, team, tmp_path, range(n))
    compare_all(task)
    group = leaderboard(task=task, viewer=AnonymousUser(), now=NOW).group
    assert (group.leader, group.n_others, group.by_run) == (None, 0, {})


def test_a_metric_without_a_test_says_so(tmp_path):
    task = make_large_test(metrics=["macro_mrr"])  # six classes: fewer units than ten
    for n in (20, 30):
        send(task, make_team(), tmp_path, range(n))
    compare_all(task)
    assert group_of(task).state == "no_test"
    assert sweep_comparisons(now=NOW + timedelta(days=1)) == 0


def test_of_too_many_runs_none_is_tested():
    task = make_board(504)
    assert (family_of(task).others, family_of(task).n_others) == ([], 503)
    assert group_of(task).state == "too_many"


# ---------------------------------------------------------------- messages, workers
@pytest.fixture
def committed(django_capture_on_commit_callbacks, no_messages):
    """Send what is to be sent when a transaction ends, and tell how many comparisons wait for a worker."""

    def run(act) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return n_messages("scoring", priority=AFTER)

    return run


def test_while_a_message_waits_no_other_is_sent(task, tmp_path, committed):
    team = make_team()
    assert committed(lambda: send(task, team, tmp_path, range(20))) == 0  # alone
    assert committed(lambda: send(task, team, tmp_path, range(25))) == 1
    assert committed(lambda: send(task, team, tmp_path, range(30))) == 1
    compare_all(task)
    assert committed(lambda: rank_task(task_id=task.pk, now=NOW)) == 1  # nothing has changed
    assert committed(lambda: send(task, team, tmp_path, range(35))) == 2


def test_the_job_tests_once_and_a_second_message_finds_nothing_to_do(task, tmp_path):
    for n in (20, 30):
        send(task, make_team(), tmp_path, range(n))
    jobs.compare_runs(family_of(task).pk)
    made = family_of(task)
    assert made.made_at
    jobs.compare_runs(made.pk)
    assert family_of(task).made_at == made.made_at


def test_what_is_lost_is_sent_again_three_times(task, tmp_path, committed):
    for n in (20, 30):
        send(task, make_team(), tmp_path, range(n))
    at = family_of(task).sent_at
    assert committed(lambda: sweep_comparisons(now=at)) == 0
    for attempt in range(1, 4):
        at += settings.COMPARISONS_RESEND_AFTER + timedelta(seconds=1)
        assert committed(lambda at=at: sweep_comparisons(now=at)) == attempt
        assert committed(lambda at=at: sweep_comparisons(now=at)) == attempt
        assert take(family_id=family_of(task).pk, now=at)
        assert take(family_id=family_of(task).pk, now=at) is None  # its worker has a lease
        at += settings.COMPARISONS_LEASE + timedelta(seconds=1)
    assert committed(lambda: sweep_comparisons(now=at + timedelta(days=1))) == 3
    assert group_of(task).state == "failed"
    send(task, make_team(), tmp_path, range(10))
    compare_all(task)
    assert group_of(task).state == "tested"


def test_boards_that_are_older_than_the_test_are_found(task, tmp_path, committed):
    for n in (20, 30):
        send(task, make_team(), tmp_path, range(n))
    ComparisonFamily.objects.all().delete()
    assert committed(lambda: leaderboards.sweep_comparisons(now=NOW)) == 1
    assert family_of(task).n_others == 1


def test_a_worker_that_was_overtaken_changes_nothing(task, tmp_path):
    for n in (20, 30):
        send(task, make_team(), tmp_path, range(n))
    family = family_of(task)
    slow = take(family_id=family.pk, now=NOW)
    later = NOW + settings.COMPARISONS_LEASE + timedelta(seconds=1)
    assert slow
    assert take(family_id=family.pk, now=later)
    with pytest.raises(Overtaken):
        record(lease=slow, family=family, now=later)
    assert family_of(task).made_at is None


def test_a_board_that_changes_under_a_worker_is_tested_as_it_is_then(task, tmp_path):
    for n in (20, 30):
        send(task, make_team(), tmp_path, range(n))
    family = family_of(task)
    lease = take(family_id=family.pk, now=NOW)
    assert lease
    send(task, make_team(), tmp_path, range(10))
    assert record(lease=lease, family=family, now=NOW) is False
    assert family_of(task).made_at is None


def test_what_fails_is_left_to_the_sweeper(task, tmp_path, caplog):
    runs = [send(task, make_team(), tmp_path, range(n)) for n in (20, 30)]
    runs[0].evaluations.get().trace.delete()
    compare_runs(family_id=family_of(task).pk)
    assert "failed" in caplog.text
    family = family_of(task)
    assert (family.made_at, family.lease_token, family.attempts) == (None, None, 1)
