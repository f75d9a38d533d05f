"""Scoring again: nobody sees a new number before the switch, and from then on nobody an old one."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import Client

from campaign import storage
from campaign.celery import BEHIND, n_messages
from campaign.models import (
    CampaignRole,
    Evaluation,
    LeaderboardRow,
    RankSnapshot,
    Rescoring,
    Run,
    Task,
    User,
)
from campaign.models.results import Part
from campaign.reads.health import health
from campaign.reads.rescorings import comparison, progress_of
from campaign.reads.results import leaderboard
from campaign.refusals import Refusal
from campaign.services.rescorings import (
    continue_rescorings,
    discard_rescoring,
    queue_failed_again,
    start_rescoring,
    switch_truth,
)
from campaign.services.results import evaluate, queue_again
from tests.campaign.factories import (
    CLASSES,
    DEADLINE,
    GROUND_TRUTH,
    NOW,
    QUERIES,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    make_user,
    ranked_lines,
    score_run,
    sender,
)

pytestmark = pytest.mark.django_db

# The last three queries are of another class: that of who was wrong there.
OTHER_LABELS = {
    "ground_truth.csv": GROUND_TRUTH.replace("q5;c5", "q5;c0")
    .replace("q6;c0", "q6;c1")
    .replace("q7;c1", "q7;c2")
}


@pytest.fixture
def organiser() -> User:
    return make_user("organiser")


@pytest.fixture
def task(organiser) -> Task:
    return make_task("birds", campaign=make_campaign(organiser=organiser))


@pytest.fixture
def runs(task, tmp_path) -> list[Run]:
    """Return one run that is all right by version 1, and one that is right where version 2 is."""
    return [
        score_run(make_run(make_registration(task), tmp_path, ranked_lines(right), name=name))
        for right, name in ((8, "first"), (5, "second"))
    ]


def start(
    task: Task, by: User, metrics: Sequence[str] = ("mrr", "top_1"), **tables: str
) -> Rescoring:
    files = {f"{name}.csv": text for name, text in tables.items()}
    version = make_truth(task, metrics, files, split_column=task.split_column)
    return start_rescoring(truth=version, by=by, reason="labels were wrong", now=NOW)


def work() -> None:
    """Do what the workers do, until nothing is left."""
    continue_rescorings(now=NOW)
    while waiting := list(Evaluation.objects.unfinished().order_by("pk")):
        for evaluation in waiting:
            evaluate(evaluation_id=evaluation.pk)
    continue_rescorings(now=NOW)


def ranks(task: Task) -> list[tuple[str, int | None]]:
    rows = LeaderboardRow.objects.filter(task=task, part=Part.ALL).order_by("position")
    return [(row.run.name, row.rank) for row in rows]


def shown(task: Task) -> list[tuple[str, float | None]]:
    """Return what everybody sees: the names of the runs with their first score."""
    fresh = Task.objects.select_related("current_truth").get(pk=task.pk)
    board = leaderboard(task=fresh, viewer=AnonymousUser(), now=NOW)
    return [(entry.run.name, next(iter(entry.scores.values())).value) for entry in board.entries]


def state_of(rescoring: Rescoring) -> str:
    return Rescoring.objects.get(pk=rescoring.pk).state


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        call(now=NOW, **arguments)
    return refusal.value.code


# ---------------------------------------------------------------- from start to switch
def test_everything_changes_at_the_switch_and_nothing_before(task, runs, organiser):
    old = [("first", 1.0), ("second", 5 / 8)]
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    assert shown(task) == old
    work()
    assert state_of(rescoring) == "ready"
    assert shown(task) == old

    switch_truth(rescoring=rescoring, by=organiser, now=NOW)

    assert shown(task) == [("second", 1.0), ("first", 5 / 8)]
    assert ranks(task) == [("second", 1), ("first", 2)]
    assert Task.objects.get(pk=task.pk).current_truth == rescoring.truth_version
    assert RankSnapshot.objects.filter(task=task).latest().run_ids == [runs[1].pk, runs[0].pk]
    assert state_of(rescoring) == "switched"
    kept = Evaluation.objects.filter(run=runs[0]).order_by("pk")
    assert [(one.is_current, one.state) for one in kept] == [(False, "scored"), (True, "scored")]


def test_the_way_back_is_a_switch_too_and_scores_nothing_again(
    task, runs, organiser, private_files
):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    first = rescoring.replaces
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    n_evaluations = Evaluation.objects.count()

    back = start_rescoring(truth=first, by=organiser, reason="no, they were right", now=NOW)
    continue_rescorings(now=NOW)
    switch_truth(rescoring=back, by=organiser, now=NOW)

    assert shown(task) == [("first", 1.0), ("second", 5 / 8)]
    assert Evaluation.objects.count() == n_evaluations


def test_what_is_discarded_leaves_no_trace_and_serves_the_next_one(task, runs, organiser):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    continue_rescorings(now=NOW)
    one, other = Evaluation.objects.unfinished().order_by("pk")
    evaluate(evaluation_id=one.pk)
    discard_rescoring(rescoring=rescoring, by=organiser, now=NOW)
    assert shown(task) == [("first", 1.0), ("second", 5 / 8)]
    assert not Evaluation.objects.unfinished().exists()

    again = start_rescoring(
        truth=rescoring.truth_version, by=organiser, reason="after all", now=NOW
    )
    assert [one.pk for one in Evaluation.objects.unfinished()] == [other.pk]
    work()
    assert state_of(again) == "ready"


def test_organisers_see_who_moves_and_by_how_much(
    task, runs, organiser, django_assert_max_num_queries
):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    rescoring = Rescoring.objects.get(pk=rescoring.pk)
    with django_assert_max_num_queries(10):
        found = comparison(rescoring, Part.ALL)
    assert [(one.run.name, one.up) for one in found.runs] == [("second", 1), ("first", -1)]
    assert [one.scores[0].by for one in found.runs] == [3 / 8, -3 / 8]
    assert found.n_moving == 2
    assert found.largest[0] == ("mrr", -3 / 8, 3 / 8)


def test_a_metric_that_changes_nowhere_has_no_largest_change(task, runs, organiser):
    rescoring = start(task, organiser, metrics=("mrr",))
    work()
    assert comparison(Rescoring.objects.get(pk=rescoring.pk), Part.ALL).largest == []


def test_a_comparison_stays_after_the_switch(task, runs, organiser):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    before = comparison(Rescoring.objects.get(pk=rescoring.pk), Part.ALL).runs
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    after = comparison(Rescoring.objects.get(pk=rescoring.pk), Part.ALL).runs
    assert after == before


def test_progress_counts_what_is_finished_and_says_how_long_the_rest_takes(task, runs, organiser):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    assert progress_of(rescoring, NOW).n_runs == 2
    continue_rescorings(now=NOW)
    evaluate(evaluation_id=Evaluation.objects.unfinished()[0].pk)
    now = datetime.now(UTC)
    progress = progress_of(rescoring, now)
    assert (progress.n_finished, progress.n_left) == (1, 1)
    assert progress.left == now - NOW  # as long as the first one


# ---------------------------------------------------------------- what a newer version does not know
def test_queries_and_classes_that_are_gone_reject_no_run(task, organiser, tmp_path):
    registration = make_registration(task)
    run = score_run(make_run(registration, tmp_path, ranked_lines(6)))
    rescoring = start(
        task,
        organiser,
        queries="".join(line for line in QUERIES.splitlines(keepends=True) if "q7" not in line),
        classes="".join(line for line in CLASSES.splitlines(keepends=True) if "c5" not in line),
        media="",
        ground_truth="QueryId;ClassId\n" + "".join(f"q{i};c{i}\n" for i in range(5)),
    )
    work()
    evaluation = rescoring.evaluations.get(run=run)
    assert evaluation.state == "scored"
    assert [warning["kind"] for warning in evaluation.warnings] == [
        "dropped_queries",
        "dropped_classes",
    ]
    assert evaluation.scores.get(metric="mrr").value == 1.0  # q0 to q4
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    assert ranks(Task.objects.get(pk=task.pk)) == [("", 1)]


def test_rules_that_became_stricter_reject_no_run(task, runs, organiser):
    task.run_rules_json |= {"max_predictions_per_query": 1, "missing_queries": "reject"}
    task.save()
    more = QUERIES + "q8;photo\n"
    rescoring = start(task, organiser, queries=more, ground_truth=GROUND_TRUTH + "q8;c1\n")
    work()
    assert set(rescoring.evaluations.values_list("state", flat=True)) == {"scored"}


# ---------------------------------------------------------------- when no file is read
def test_new_metrics_open_no_file(task, runs, organiser):
    for run in runs:
        storage.delete(run.file_key)
    rescoring = start(task, organiser, metrics=["top_5", "macro_mrr", "mrr"])
    work()
    evaluation = rescoring.evaluations.get(run=runs[1])
    scores = {score.metric: score.value for score in evaluation.scores.all()}
    assert scores == {"top_5": 5 / 8, "macro_mrr": 2 / 3, "mrr": 5 / 8}
    assert bytes(evaluation.trace.data) == bytes(
        runs[1].evaluations.get(is_current=True).trace.data
    )
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    assert shown(task) == [("first", 1.0), ("second", 5 / 8)]


@pytest.mark.parametrize(
    ("metrics", "files"),
    [(["cmap"], {}), (["mrr"], {"ground_truth": OTHER_LABELS["ground_truth.csv"]})],
)
def test_class_columns_and_other_labels_want_the_file(task, runs, organiser, metrics, files):
    storage.delete(runs[0].file_key)
    rescoring = start(task, organiser, metrics=metrics, **files)
    work()
    states = dict(rescoring.evaluations.values_list("run__name", "state"))
    assert states == {"first": "failed", "second": "scored"}


def test_class_columns_are_read_and_scored(task, runs, organiser):
    rescoring = start(task, organiser, metrics=["mrr", "cmap"])
    work()
    evaluation = rescoring.evaluations.get(run=runs[0])
    assert evaluation.scores.get(metric="cmap").value == 1.0


# ---------------------------------------------------------------- runs that come meanwhile
def test_a_run_sent_meanwhile_is_scored_by_both(task, runs, organiser, tmp_path):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    assert state_of(rescoring) == "ready"
    run = make_run(make_registration(task), tmp_path, ranked_lines(6), name="third")
    score_run(run)
    assert [row[0] for row in shown(task)] == ["first", "third", "second"]
    assert state_of(rescoring) == "running"
    assert refused(switch_truth, rescoring=rescoring, by=organiser) == ("rescoring_unfinished")
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    assert [row[0] for row in shown(task)] == ["second", "third", "first"]


def test_a_run_on_its_way_at_the_switch_shows_no_old_score(task, runs, organiser, tmp_path):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    run = make_run(make_registration(task), tmp_path, ranked_lines(6), name="third")
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)

    evaluate(evaluation_id=run.evaluations.get().pk)  # by the version it was sent for

    assert [row[0] for row in shown(task)] == ["second", "first"]
    current = run.evaluations.get(is_current=True)
    assert (current.state, current.truth_version) == ("queued", rescoring.truth_version)
    evaluate(evaluation_id=current.pk)
    assert [row[0] for row in shown(task)] == ["second", "third", "first"]


def test_a_wrong_file_on_its_way_at_the_switch_is_rejected_by_its_own_version(
    task, runs, organiser, tmp_path
):
    rescoring = start(task, organiser, queries=QUERIES + "q8;photo\n")
    work()
    run = make_run(make_registration(task), tmp_path, "q8;c1;0.5\n")
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    work()
    evaluation = run.evaluations.get()
    assert (evaluation.state, evaluation.is_current) == ("rejected", True)


@pytest.mark.usefixtures("no_messages")
def test_nobody_waits_behind_a_rescoring(
    task, runs, organiser, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.RESCORING_BATCH = 1
    with django_capture_on_commit_callbacks(execute=True):
        start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
        continue_rescorings(now=NOW)
        make_run(make_registration(task), tmp_path, ranked_lines(6))
    assert (n_messages("scoring"), n_messages("scoring", priority=BEHIND)) == (1, 2)
    assert health(NOW).queued == 1


# ---------------------------------------------------------------- what may not be
def test_runs_that_failed_want_a_reason_or_another_try(task, runs, organiser):
    with storage.open_stored(runs[0].file_key) as file:
        content = file.read()
    storage.delete(runs[0].file_key)
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    assert state_of(rescoring) == "ready"
    assert refused(switch_truth, rescoring=rescoring, by=organiser) == ("rescoring_failed")
    assert shown(task) == [("first", 1.0), ("second", 5 / 8)]

    assert queue_failed_again(rescoring=rescoring, by=organiser, now=NOW) == 1
    assert state_of(rescoring) == "running"
    work()
    switch_truth(
        rescoring=rescoring, by=organiser, now=NOW, despite_failed="the file is lost for now"
    )
    assert shown(task) == [("second", 1.0)]

    (storage._path_here(runs[0].file_key)).write_bytes(content)  # type: ignore[union-attr]
    queue_again(evaluation=runs[0].evaluations.get(is_current=True), now=NOW)
    work()
    assert shown(task) == [("second", 1.0), ("first", 5 / 8)]


def test_one_at_a_time_and_only_another_version(task, runs, organiser):
    rescoring = start(task, organiser)
    code = refused(start_rescoring, truth=rescoring.truth_version, by=organiser, reason="r")
    assert code == "rescoring_open"
    discard_rescoring(rescoring=rescoring, by=organiser, now=NOW)
    code = refused(start_rescoring, truth=task.current_truth, by=organiser, reason="r")
    assert code == "in_force"
    for end in (switch_truth, discard_rescoring):
        assert refused(end, rescoring=rescoring, by=organiser) == "rescoring_ended"


def test_only_who_acts_for_the_campaign_may(task, runs, organiser):
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=task.campaign, user=viewer, name="viewer")
    version = make_truth(task, ["mrr"], {})
    for other in (viewer, sender(runs[0])):
        assert refused(start_rescoring, truth=version, by=other, reason="r") == "not_organiser"
    rescoring = start_rescoring(truth=version, by=organiser, reason="r", now=NOW)
    work()
    for end in (switch_truth, discard_rescoring, queue_failed_again):
        assert refused(end, rescoring=rescoring, by=viewer) == "not_organiser"


def test_no_reason_no_rescoring(task, runs, organiser):
    version = make_truth(task, ["mrr"], {})
    code = refused(start_rescoring, truth=version, by=organiser, reason=" ")
    assert code == "no_reason"
    assert not Rescoring.objects.exists()


def split_truth(public: int) -> str:
    lines = (f"q{i};c{i % 6};{'public' if i < public else 'private'}\n" for i in range(8))
    return "QueryId;ClassId;Usage\n" + "".join(lines)


def test_no_query_changes_sides(organiser, tmp_path):
    task = make_task(
        campaign=make_campaign(organiser=organiser),
        split={"column": "Usage", "final": "private"},
        files={"ground_truth.csv": split_truth(4)},
        phases={"results": (DEADLINE, None)},
    )
    score_run(make_run(make_registration(task), tmp_path))
    moved = make_truth(task, ["mrr"], {"ground_truth.csv": split_truth(5)}, split_column="Usage")
    assert refused(start_rescoring, truth=moved, by=organiser, reason="r") == "split_moved"
    start(task, organiser, ground_truth=split_truth(4).replace("q0;c0", "q0;c1"))


def test_who_did_it_and_why_is_on_record(task, runs, organiser):
    rescoring = start(task, organiser)
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    event = task.events.order_by("-pgh_id").first()
    assert event.current_truth_id == rescoring.truth_version_id
    assert event.pgh_context.metadata["user"] == organiser.pk
    assert event.pgh_context.metadata["reason"] == "labels were wrong"


# ---------------------------------------------------------------- nothing of it shows
PAGES = [
    "/tasks/birds/",
    "/tasks/birds/leaderboard/",
    "/tasks/birds/leaderboard/?sort=top_1",
    "/tasks/birds/runs/",
    "/tasks/birds/data/",
    "/runs/RUN/",
    "/runs/RUN/state/",
    "/runs/RUN/subsets/",
    "/api/v1/tasks/birds/",
    "/api/v1/tasks/birds/leaderboard/",
    "/api/v1/tasks/birds/runs/",
    "/api/v1/tasks/birds/queries/",
    "/api/v1/runs/RUN/",
    "/healthz",
]


def test_no_page_shows_a_new_number_before_the_switch(organiser, tmp_path):
    """Each page answers the same to everybody else, whether a re-scoring is ready or not."""
    task = make_task("birds", campaign=make_campaign(organiser=organiser), subsets=["Domain"])
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(8)))
    clients = [Client(), Client(), Client()]
    clients[1].force_login(sender(run))
    other = make_team()
    make_registration(task, other)
    clients[2].force_login(other.members.get())
    paths = [path.replace("RUN", str(run.pk)) for path in PAGES]

    def answers() -> list[tuple[int, str]]:
        found = [client.get(path) for client in clients for path in paths]
        return [(one.status_code, without_noise(one.getvalue().decode())) for one in found]

    answers()  # tables are made when first asked for
    before = answers()
    rescoring = start(
        task,
        organiser,
        metrics=["mrr", "top_3"],
        queries=QUERIES + "q8;photo\n",
        ground_truth=OTHER_LABELS["ground_truth.csv"] + "q8;c1\n",
    )
    work()
    assert state_of(rescoring) == "ready"
    assert answers() == before
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    assert answers() != before


def without_noise(text: str) -> str:
    """Return an answer without what differs from one request to the next."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return re.sub(r"\d+ (second|minute|hour|day)s?\b", "", text)


def test_pages_of_the_organisers_are_no_one_else_s(task, runs, organiser):
    rescoring = start(task, organiser)
    work()
    for user, status in ((organiser, 200), (sender(runs[0]), 404)):
        client = Client()
        client.force_login(user)
        for path in ("", "progress/"):
            address = f"/tasks/birds/organise/rescorings/{rescoring.pk}/{path}"
            assert client.get(address).status_code == status


# ---------------------------------------------------------------- from the shell
def test_the_shell_shows_starts_and_ends(task, runs, capsys):
    make_truth(task, ["mrr", "top_3"], OTHER_LABELS)
    call_command("rescore", "birds")
    said = capsys.readouterr().out
    assert "labels changed: 3" in said
    assert "q5: c5 -> c0" in said
    assert "metrics added: top_3" in said
    assert not Rescoring.objects.exists()

    call_command("rescore", "birds", "--reason", "wrong labels")
    with pytest.raises(CommandError, match="2 runs are not scored by the new version yet"):
        call_command("rescore", "birds", "--switch")
    work()
    call_command("rescore", "birds", "--wait", "--switch")
    assert "truth version 2 is in force" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No other truth version waits"):
        call_command("rescore", "birds", "--truth", "2")
