"""Many at once, in real transactions: limits hold, nothing waits for ever, nothing is left over."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from campaign.models import (
    Evaluation,
    LeaderboardRow,
    RankSnapshot,
    Registration,
    Run,
    Task,
    Team,
    TruthVersion,
    User,
)
from campaign.models.results import Part
from campaign.reads.runs import quota_left
from campaign.refusals import Refusal
from campaign.services import results
from campaign.services.history import load_history
from campaign.services.mergers import accept_merge, merge_teams, propose_merge
from campaign.services.runs import withdraw_run
from campaign.services.scores import PartScore, Result
from campaign.services.teams import create_team, invite, join_team, register_team
from campaign.services.truths import load_truth
from clefboard.task_folder import read_task_folder
from scoring import Score
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    sender,
)
from tests.clefboard.task_folder.folders import make_folder

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Make calls at the same moment, each on a connection of its own; return answers or refusals."""
    calls = list(calls)
    together = Barrier(len(calls), timeout=30)

    def answer(call: Callable[[], Any]) -> Any:
        try:
            together.wait()
            return call()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(answer, calls))


def stored_files(private: Path) -> set[str]:
    return {
        str(path.relative_to(private))
        for folder in ("runs", "incoming")
        for path in (private / folder).glob("**/*")
        if path.is_file()
    }


def submissions(
    registrations: Iterable[Registration], tmp_path: Path, contents: Iterable[str]
) -> list[Callable[[], Run]]:
    return [
        partial(make_run, registration, tmp_path, content)
        for registration, content in zip(registrations, contents, strict=True)
    ]


def test_one_of_two_who_want_a_name_gets_it(monkeypatch):
    """Both find it free; the other is told as if it had been taken long ago."""
    at_the_name = Barrier(2, timeout=30)
    save = Team.save

    def save_together(self: Team, *args: Any, **options: Any) -> None:
        at_the_name.wait()
        save(self, *args, **options)

    people = [make_user(), make_user()]
    monkeypatch.setattr(Team, "save", save_together)

    def create(captain: User) -> str:
        try:
            return create_team(name="Flora", captain=captain, now=NOW).name
        except ValidationError as taken:
            return " ".join(taken.messages)

    answers = at_once([partial(create, captain) for captain in people])
    assert sorted(answers) == ["Another team already has this name.", "Flora"]
    assert Team.objects.count() == 1


def test_fifty_uploads_at_once_with_four_places_are_four_runs(tmp_path, private_files):
    registration = make_registration(make_task(runs_per_team=4))
    contents = [ranked_lines(salt="+" * number) for number in range(50)]

    answers = at_once(submissions([registration] * 50, tmp_path, contents))

    accepted = [answer for answer in answers if isinstance(answer, Run)]
    assert Counter(answer for answer in answers if isinstance(answer, str)) == {"runs_per_team": 46}
    assert sorted(run.number for run in accepted) == [1, 2, 3, 4]
    assert Evaluation.objects.filter(state="queued").count() == 4
    assert stored_files(private_files) == {run.file_key for run in accepted}


def test_the_same_file_sent_twenty_times_at_once_is_one_run(tmp_path, private_files):
    registration = make_registration(make_task())

    answers = at_once(submissions([registration] * 20, tmp_path, [ranked_lines()] * 20))

    assert Counter(type(answer) for answer in answers) == {Run: 1, str: 19}
    assert {answer for answer in answers if isinstance(answer, str)} == {"duplicate"}
    assert len(stored_files(private_files)) == 1


def test_the_uploads_a_day_are_a_team_s_over_all_its_tasks(tmp_path, settings):
    settings.UPLOADS_PER_TEAM_PER_DAY = 5
    team = make_team()
    registrations = [make_registration(make_task(), team) for _ in range(4)] * 4
    contents = [ranked_lines(salt="+" * number) for number in range(16)]

    answers = at_once(submissions(registrations, tmp_path, contents))

    assert sum(isinstance(answer, Run) for answer in answers) == 5
    assert set(answers) - {answer for answer in answers if isinstance(answer, Run)} == {
        "uploads_per_day"
    }


def test_teams_do_not_wait_for_each_other_s_quota(tmp_path):
    task = make_task(runs_per_team=1)
    registrations = [make_registration(task) for _ in range(20)]

    answers = at_once(submissions(registrations, tmp_path, [ranked_lines()] * 20))

    assert all(isinstance(answer, Run) for answer in answers)


def test_one_of_many_workers_takes_an_evaluation(tmp_path):
    evaluation = make_run(make_registration(make_task()), tmp_path).evaluations.get()
    take = partial(results.take, evaluation_id=evaluation.pk, now=NOW)

    leases = [lease for lease in at_once([take] * 12) if lease]

    assert len(leases) == 1
    evaluation.refresh_from_db()
    assert (evaluation.attempts, evaluation.lease_token) == (1, leases[0].token)


def result(value: float) -> Result:
    return Result(
        report={"problems": [], "warnings": []},
        trace=b"trace",
        scores=[PartScore(Part.ALL, Score(name, value, 8)) for name in ("mrr", "top_1")],
        timings={},
    )


def test_a_result_recorded_by_many_is_recorded_once(tmp_path):
    run = make_run(make_registration(make_task()), tmp_path)
    lease = results.take(evaluation_id=run.evaluations.get().pk, now=NOW)
    assert lease

    at_once([partial(results.record, lease=lease, result=result(0.5), now=NOW)] * 8)

    evaluation = run.evaluations.get()
    assert (evaluation.state, evaluation.scores.count()) == ("scored", 2)
    assert RankSnapshot.objects.count() == 1


def test_recordings_and_withdrawals_of_a_task_never_wait_for_each_other_in_a_circle(tmp_path):
    """Each round records some runs and withdraws others; the ranks are those of what is left."""
    task = make_task(runs_per_team=None)
    registrations = [make_registration(task) for _ in range(4)]
    runs = [
        make_run(registrations[number % 4], tmp_path, ranked_lines(salt="+" * number))
        for number in range(16)
    ]
    leases = [results.take(evaluation_id=run.evaluations.get().pk, now=NOW) for run in runs]
    calls: list[Callable[[], Any]] = []
    for number, (run, lease) in enumerate(zip(runs, leases, strict=True)):
        assert lease
        calls.append(
            partial(results.record, lease=lease, result=result((number + 1) / 16), now=NOW)
        )
        if number % 3 == 0:
            calls.append(partial(withdraw_run, run=run, by=sender(run), reason="", now=NOW))
    random.Random(2017).shuffle(calls)

    at_once(calls)

    ranked = LeaderboardRow.objects.filter(section=LeaderboardRow.Section.RANKED)
    left = [run.pk for number, run in enumerate(runs) if number % 3]
    assert list(ranked.order_by("position").values_list("run", flat=True)) == left[::-1]
    assert list(ranked.order_by("position").values_list("rank", flat=True)) == list(range(1, 11))
    assert list(LeaderboardRow.objects.values_list("position", flat=True)) == list(
        range(1, 1 + LeaderboardRow.objects.count())
    )
    assert RankSnapshot.objects.latest().run_ids == left[::-1]


def test_a_run_is_never_scored_with_a_truth_that_was_replaced_under_it(tmp_path):
    """Whoever comes first wins: the run keeps the truth in force, or the new one is the run's."""
    folder = read_task_folder(make_folder(tmp_path))
    for round_ in range(8):
        task = make_task()
        registration = make_registration(task)
        (tmp_path / str(round_)).mkdir()

        def replace(task: Task = task) -> list[str]:
            with transaction.atomic():
                return load_truth(task=task, folder=folder, drawn="", now=NOW, stored=[])

        at_once([replace, partial(make_run, registration, tmp_path / str(round_))])

        evaluation = Evaluation.objects.get(run__registration=registration)
        task.refresh_from_db()
        assert TruthVersion.objects.filter(task=task).count() == 2
        assert evaluation.truth_version == task.current_truth


def test_nobody_takes_part_with_two_teams_by_being_quick():
    for _ in range(6):
        task, person = make_task(), make_user()
        own = make_team(captain=person)
        other = make_registration(task).team
        _, secret = invite(team=other, by=other.members.get(), now=NOW)
        rules = task.rules_versions.get()

        at_once(
            [
                partial(register_team, team=own, task=task, rules=rules, by=person, now=NOW),
                partial(join_team, secret=secret, user=person, now=NOW + timedelta(seconds=1)),
            ]
        )

        taking_part = Registration.objects.filter(task=task, team__members=person)
        assert taking_part.count() == 1


def test_a_history_that_two_load_at_once_is_loaded_once():
    load = partial(load_history, folder=Path(settings.FIXTURES_DIR) / "history")
    first, second = sorted(at_once([load, load]), key=lambda loaded: loaded.same)
    assert (first.same, second.same) == (0, first.created)
    assert second.created == second.changed == second.removed == 0


# ---------------------------------------------------------------- merging
def merging(ending: Team, staying: Team) -> Callable[[], Team]:
    staff = make_user(is_staff=True)
    return partial(merge_teams, ending=ending, staying=staying, by=staff, reason="one lab", now=NOW)


@pytest.mark.parametrize("_again", range(3))
def test_a_merger_while_both_teams_send_lets_nobody_past_the_limit(tmp_path, _again):
    task = make_task(runs_per_team=3)
    ours, theirs = (make_registration(task, make_team(name)) for name in ("Fern", "Moss"))
    contents = [ranked_lines(salt="a" * n) for n in range(6)]
    calls = submissions([ours, theirs] * 3, tmp_path, contents)
    answers = at_once([*calls, merging(theirs.team, ours.team)])
    merged = isinstance(answers[-1], Team)
    together = quota_left(ours, NOW).used
    assert together == Run.objects.count() if merged else answers[-1] == "runs_per_team"
    assert together <= 3
    refused = [answer for answer in answers[:-1] if not isinstance(answer, Run)]
    assert set(refused) <= {"merged", "runs_per_team"}


def test_two_mergers_of_the_same_teams_end_in_one():
    fern, moss = make_team("Fern"), make_team("Moss")
    answers = at_once([merging(fern, moss), merging(moss, fern)])
    assert sorted(map(str, answers)) in (["Fern", "merged"], ["Moss", "merged"])
    assert Team.objects.exclude(merged_into=None).count() == 1


@pytest.mark.parametrize("_again", range(6))
def test_mergers_in_a_row_never_wait_for_each_other_in_a_circle(_again):
    teams = fern, moss, elm = [make_team(name) for name in ("Fern", "Moss", "Elm")]
    captains = {team: team.members.get() for team in teams}
    proposals = [
        propose_merge(ending=ending, staying=staying, by=captains[ending], now=NOW)
        for ending, staying in ((fern, moss), (moss, elm))
    ]
    accept = [
        partial(accept_merge, proposal=one, by=captains[one.staying], now=NOW) for one in proposals
    ]
    first, second = at_once(accept)
    assert (first, second) in {(moss, elm), ("answered", elm)}


def test_whoever_joins_during_a_merger_takes_part_with_one_team():
    task = make_task()
    person = make_user()
    fern, moss = make_registration(task).team, make_team("Moss")
    make_registration(task, make_team("Rival", captain=person))
    _, secret = invite(team=moss, by=moss.members.get(), now=NOW)
    join = partial(join_team, secret=secret, user=person, now=NOW)
    answers = at_once([join, merging(moss, fern)])
    assert "one_team_each" in answers or "invitation_invalid" in answers
    assert Registration.objects.filter(task=task, team__members=person).count() == 1


def test_a_team_that_registers_while_it_is_merged_does_not_outlive_it():
    task = make_task()
    fern, moss = make_team("Fern"), make_team("Moss")
    register = partial(
        register_team,
        team=moss,
        task=task,
        rules=task.rules_versions.get(),
        by=moss.members.get(),
        now=NOW,
    )
    at_once([register, merging(moss, fern)])
    assert not Registration.objects.filter(team=moss).exists()
