"""What the database refuses, whoever asks: a service, a shell, a mistake in a migration."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, models, transaction

from campaign.models import (
    Campaign,
    CampaignRole,
    DataFile,
    DataSet,
    Evaluation,
    LeaderboardRow,
    Membership,
    Phase,
    PublishedResult,
    RankSnapshot,
    Registration,
    RulesVersion,
    Run,
    Score,
    Task,
    Team,
    Trace,
    TruthVersion,
    User,
)
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a scored run, with one row of all that hangs on it."""
    task = make_task("tiny", campaign=make_campaign("lab", organiser=make_user("ada")))
    run = make_run(make_registration(task, make_team("Sedges")), tmp_path)
    evaluation = run.evaluations.get()
    state(evaluation, "scoring", lease_token=uuid.uuid4(), lease_until=NOW)
    Trace.objects.create(evaluation=evaluation, data=b"trace")
    Score.objects.create(evaluation=evaluation, metric="mrr", value=0.5, n=8)
    state(evaluation, "scored", lease_token=None, lease_until=None, finished_at=NOW)
    LeaderboardRow.objects.create(task=task, run=run, section=0, rank=1, position=1)
    return run


def state(evaluation: Evaluation, name: str, **fields: object) -> None:
    Evaluation.objects.filter(pk=evaluation.pk).update(state=name, **fields)


def refused(by: str) -> pytest.RaisesExc[Exception]:
    return pytest.raises(DatabaseError, match=by)


def fresh_run(run: Run, **fields: object) -> Run:
    """Return an unsaved run like another, with a file of its own."""
    new = Run.objects.get(pk=run.pk)
    new.pk = None
    new._state.adding = True
    for name, value in {"file_key": uuid.uuid4().hex, "number": 99, **fields}.items():
        setattr(new, name, value)
    return new


# ---------------------------------------------------------------- values
# Each line: the rows, what to write into them, and what refuses it.
CHANGES: list[tuple[type[models.Model], dict[str, object], str]] = [
    (Run, {"standing": "gone"}, "run_standing_known"),
    (Run, {"standing": "disqualified"}, "disqualified_with_a_reason"),
    (Run, {"withdrawn_unseen": True}, "only_a_withdrawn_run_gives_its_place_back"),
    (Task, {"shape": "round"}, "task_shape_known"),
    (Task, {"visibility": "sometimes"}, "task_visibility_known"),
    (Phase, {"kind": "holidays"}, "phase_kind_known"),
    (Phase, {"closes_at": NOW - timedelta(days=99)}, "phase_opens_before_it_closes"),
    (Registration, {"state": "lost"}, "registration_state_known"),
    (Membership, {"role": "mascot"}, "membership_role_known"),
    (CampaignRole, {"name": "king"}, "campaign_role_known"),
    (LeaderboardRow, {"section": 1}, "only_ranked_runs_have_a_rank"),
    (
        LeaderboardRow,
        {"section": 2, "rank": None, "best_of_team": True},
        "only_ranked_runs_are_best",
    ),
    (LeaderboardRow, {"part": "half"}, "leaderboard_part_known"),
]
NEVER_CHANGED: list[tuple[type[models.Model], dict[str, object]]] = [
    (Run, {"number": 7}),
    (Run, {"late": True}),
    (Run, {"began_at": NOW + timedelta(days=1)}),
    (Run, {"content_sha256": "0" * 64}),
    (Run, {"file_key": "runs/another"}),
    (Evaluation, {"problems": [{"kind": "invented"}]}),
    (Evaluation, {"finished_at": NOW + timedelta(days=1)}),
    (Evaluation, {"scorer_version": "0"}),
    (Trace, {"data": b"another"}),
    (Score, {"value": 1.0}),
    (TruthVersion, {"metrics": ["top_1"]}),
    (TruthVersion, {"folder": "truths/another"}),
    (RulesVersion, {"text": "Play foul."}),
]


@pytest.mark.parametrize(("model", "fields", "constraint"), CHANGES)
def test_a_value_that_cannot_be(run, model, fields, constraint):
    with refused(constraint), transaction.atomic():
        model.objects.update(**fields)


@pytest.mark.parametrize(("model", "fields"), NEVER_CHANGED)
def test_what_is_once_for_all(run, model, fields):
    with refused("Cannot update rows"), transaction.atomic():
        model.objects.update(**fields)


@pytest.mark.parametrize("model", [Run, Evaluation])
def test_what_is_kept(run, model):
    LeaderboardRow.objects.all().delete()
    Score.objects.all().delete()
    Trace.objects.all().delete()
    with refused("Cannot delete rows"), transaction.atomic():
        # Below Django, which would refuse by itself what others point at.
        model.objects.filter(pk=model.objects.get().pk)._raw_delete("default")


def test_a_scored_evaluation_may_only_stop_being_the_current_one(run):
    Evaluation.objects.update(is_current=False)
    assert not Evaluation.objects.get().is_current


def test_the_note_of_a_truth_version_may_change(run):
    TruthVersion.objects.update(note="with errata")
    assert TruthVersion.objects.get().note == "with errata"


# ---------------------------------------------------------------- rows
OLD: dict[str, object] = {"is_current": False, "scorer_version": "2"}


def task_of(run: Run) -> Task:
    return run.registration.task


def evaluation_of(run: Run, **fields: object) -> Evaluation:
    usual = {
        "run": run,
        "truth_version": task_of(run).current_truth,
        "scorer_version": run.evaluations.get().scorer_version,
        "queued_at": NOW,
        "sent_at": NOW,
    }
    return Evaluation(**usual | fields)


def evaluation_again(run: Run) -> Evaluation:
    return evaluation_of(run)


def score_of(run: Run, **fields: object) -> Score:
    return Score(**{"evaluation": run.evaluations.get(), "metric": "top_1", "n": 8, **fields})


def snapshot_of(run: Run, run_ids: list[int], ranks: list[int | None]) -> RankSnapshot:
    arrays = {"run_ids": run_ids, "ranks": ranks, "evaluation_ids": [1]}
    truth = task_of(run).current_truth
    return RankSnapshot(task=task_of(run), truth_version=truth, taken_at=NOW, **arrays)


def truth_of(run: Run) -> dict[str, object]:
    counts = {"n_queries": 1, "n_classes": 1, "created_at": NOW}
    return {"task": task_of(run), "number": 1, **counts}


def registration_of(run: Run) -> dict[str, object]:
    own = run.registration
    names = ("team", "task", "rules_version", "accepted_at")
    return {name: getattr(own, name) for name in names}


def membership_of(run: Run) -> dict[str, object]:
    own = run.registration.team.memberships.get()
    return {"team": own.team, "user": own.user, "joined_at": NOW}


def role_again(run: Run) -> CampaignRole:
    return CampaignRole(campaign=Campaign.objects.get(), user=User.objects.get(username="ada"))


def data_file_of(run: Run) -> dict[str, object]:
    data_set, _ = DataSet.objects.get_or_create(task=task_of(run), slug="train", role="test")
    return {"data_set": data_set, "name": "a", "size": 1, "sha256": "0" * 64}


ROWS: list[tuple[Callable[[Run], models.Model], str]] = [
    (lambda run: fresh_run(run, number=run.number), "run_number_used_once"),
    (lambda run: fresh_run(run, number=0), "run_numbers_begin_at_one"),
    (lambda run: fresh_run(run, file_key=run.file_key), "file_key"),
    (evaluation_again, "evaluated_once"),
    (lambda run: evaluation_of(run, scorer_version="2"), "one_current_evaluation"),
    (lambda run: evaluation_of(run, **OLD, state="scoring"), "a_lease_while_scoring"),
    (lambda run: evaluation_of(run, **OLD, finished_at=NOW), "finished_in_an_end_state"),
    (lambda run: evaluation_of(run, **OLD, state="failed"), "finished_in_an_end_state"),
    (lambda run: evaluation_of(run, **OLD, state="lost"), "finished_in_an_end_state"),
    (lambda run: evaluation_of(run, **OLD, problems=[{"kind": "x"}]), "problems_reject"),
    (lambda run: score_of(run, metric="mrr", value=0.1), "scored_once"),
    (lambda run: score_of(run, value=None), "undefined_with_a_reason"),
    (lambda run: score_of(run, value=0.5, low=0.4), "an_interval_has_two_ends"),
    (lambda run: score_of(run, value=None, reason="x", low=0, high=1), "an_interval_has_two_ends"),
    (lambda run: score_of(run, value=0.5, part="half"), "score_part_known"),
    (
        lambda run: LeaderboardRow(task=task_of(run), run=run, section=2, position=2),
        "one_row_a_run",
    ),
    (lambda run: snapshot_of(run, [1], [1, 2]), "a_rank_for_every_run"),
    (lambda run: snapshot_of(run, [1, 2], [1, 2]), "an_evaluation_for_every_ranked_run"),
    (lambda run: Phase(task=task_of(run), kind="submission"), "one_phase_of_a_kind"),
    (lambda run: TruthVersion(**truth_of(run), folder="x"), "truth_number_used_once"),
    (
        lambda run: RulesVersion(task=task_of(run), number=1, created_at=NOW),
        "rules_number_used_once",
    ),
    (lambda run: Registration(**registration_of(run)), "register_once"),
    (lambda run: Membership(**membership_of(run)), "member_once"),
    (lambda run: Team(name="sEDGES", slug="x", created_at=NOW), "team_name_unique"),
    (lambda run: User(username="x", email="ADA@example.org"), "user_email_unique"),
    (role_again, "one_role_a_campaign"),
    (lambda run: DataSet(task=task_of(run), slug="x", role="toy"), "data_set_role_known"),
    (lambda run: DataSet(task=task_of(run), slug="x", role="test", access="x"), "data_set_access"),
    (lambda run: DataFile(**data_file_of(run)), "data_file_here_or_elsewhere"),
    (lambda run: DataFile(**data_file_of(run), key="k", url="https://x.org/"), "data_file_here_or"),
    (
        lambda run: PublishedResult(task=task_of(run), team="x", metric="mrr"),
        "published_with_a_source",
    ),
]


@pytest.mark.parametrize(
    ("make", "constraint"), ROWS, ids=[f"{c}-{i}" for i, (_, c) in enumerate(ROWS)]
)
def test_a_row_that_cannot_be(run, make, constraint):
    row = make(run)
    with refused(constraint), transaction.atomic():
        row.save()


def test_an_image_run_has_the_number_of_its_run(run):
    fresh_run(run, image_run_of=run, number=run.number).save()
    assert run.image_run.number == run.number


# ---------------------------------------------------------------- states
ALLOWED = {
    ("queued", "scoring"),
    ("queued", "failed"),
    ("scoring", "scored"),
    ("scoring", "rejected"),
    ("scoring", "failed"),
    ("failed", "queued"),
}
STATES = ("queued", "scoring", "scored", "rejected", "failed")
EXTRAS = {"scoring": {"lease_token": uuid.uuid4(), "lease_until": NOW}}
ENDED = {"finished_at": NOW, "lease_token": None, "lease_until": None}
OPEN = {"finished_at": None, "lease_token": None, "lease_until": None}


def fields_in(name: str) -> dict[str, object]:
    usual = ENDED if name in {"scored", "rejected", "failed"} else OPEN
    return {"state": name, **usual, **EXTRAS.get(name, {})}


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_an_evaluation_only_goes_forward(tmp_path, before, after):
    run = make_run(make_registration(make_task()), tmp_path, ranked_lines())
    run.evaluations.get()
    old = evaluation_of(run, **OLD, **fields_in(before))
    old.save()
    change = Evaluation.objects.filter(pk=old.pk)
    if before == after or (before, after) in ALLOWED:
        change.update(**fields_in(after))
    else:
        with refused("Invalid transition|Cannot update"), transaction.atomic():
            change.update(**fields_in(after))
