"""Baselines that were trained elsewhere: the same door, the same papers, and no time that nobody knows."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client

from campaign.models import BaselineTraining, Run, Task, User
from campaign.reads.baselines import Config, trained_on
from campaign.refusals import Invalid, NotAllowed, Refusal
from campaign.services.baseline_attempts import run_baseline
from campaign.services.baseline_results import read_made, write_task
from campaign.services.trained_elsewhere import send_trained
from tests.campaign.baselines import model
from tests.campaign.factories import NOW, make_user, score_run
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

CONFIG = 'name = "far"\nseed = 1\n\n[data]\nfolder = "/cluster/leaves"\n'
RECORD = {
    "config": {"name": "far", "seed": 1, "epochs": 9, "data": {"folder": "/cluster/leaves"}},
    "date": "2026-11-20",
}


@pytest.fixture
def left(task: Task, tmp_path: Path) -> Path:
    """Return the folder that a training on another machine left, and its config beside it."""
    folder = tmp_path / "left"
    folder.mkdir()
    write_task(task, tmp_path / "there")
    model.well(tmp_path / "there", folder)
    (folder / "record.json").write_text(json.dumps(RECORD))
    (tmp_path / "far.toml").write_text(CONFIG)
    return folder


def send(left: Path, *words: str) -> str:
    said = StringIO()
    config = str(left.parent / "far.toml")
    call_command(
        "send_baseline", str(left), "--config", config, "--task", "plants", *words, stdout=said
    )
    return said.getvalue()


def sent() -> BaselineTraining:
    return BaselineTraining.objects.get()


def run_of(baseline: BaselineTraining) -> Run:
    assert baseline.run is not None
    return baseline.run


def logged_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def test_what_official_left_becomes_a_scored_run_with_its_papers(left):
    assert "far for plants is Run 1, /runs/" in send(left, "--reason", "from the cluster")
    baseline = sent()
    assert (baseline.name, baseline.state, baseline.config) == ("far", "done", CONFIG)
    assert (baseline.elsewhere, baseline.reason) == (True, "from the cluster")
    assert (baseline.started_at, baseline.ended_at, baseline.asked_by) == (None, None, None)
    assert (baseline.record, baseline.card) == (RECORD, model.CARD)
    run = run_of(baseline)
    assert (run.name, run.description) == ("far", model.DESCRIPTION)
    assert run.registration.team.organisers
    assert score_run(run).evaluations.get().state == "scored"
    assert score_run(run.image_run).evaluations.get().state == "scored"


def test_sent_again_it_is_the_run_and_the_baseline_that_are_there(left):
    send(left)
    send(left)
    assert Run.objects.observation_runs().count() == BaselineTraining.objects.count() == 1


def test_a_run_that_was_sent_without_its_papers_gets_them(left):
    """As where a sending was killed between the two."""
    send(left)
    run = run_of(sent())
    BaselineTraining.objects.all().delete()
    send(left)
    assert run_of(sent()) == run


def test_the_answers_of_a_training_here_are_its_run(ask, left):
    here = ask()
    run_baseline(baseline_id=here.pk)
    here.refresh_from_db()
    send(left)
    far = BaselineTraining.objects.get(name="far")
    assert far.run == here.run
    assert "has the very same answers" in far.log


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("card.md", None, "card.md: it is not there"),
        ("run.csv.gz", None, "run.csv.gz: it is not there"),
        ("record.json", '{"config": {"name": "far", "seed": 2}}', "is of another config than far"),
        ("record.json", "{}", "is of another config than far.toml"),
        ("description.json", '{"colour": "green"}', "There is no field 'colour'"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said_and_nothing_is_sent(left, name, content, said):
    (left / name).unlink()
    if content:
        (left / name).write_text(content)
    with pytest.raises(CommandError, match=said):
        send(left)
    assert not Run.objects.exists()
    assert not BaselineTraining.objects.exists()


def test_a_run_that_would_be_rejected_is_not_sent(left):
    model.invalid(left.parent / "there", left)
    (left / "record.json").write_text(json.dumps(RECORD))
    with pytest.raises(CommandError, match="no such class"):
        send(left)
    assert not Run.objects.exists()


def test_only_organisers_send_and_with_a_reason(left, task, organiser):
    made = read_made(left, images=True)

    def by(user: User, reason: str = "a far one") -> BaselineTraining:
        return send_trained(
            task=task,
            config=Config("far", CONFIG),
            made=made,
            log="",
            by=user,
            reason=reason,
            now=NOW,
        )

    with pytest.raises(NotAllowed):
        by(make_user("stranger"))
    with pytest.raises(Invalid, match="Give a reason"):
        by(organiser, " ")
    assert not Run.objects.exists()
    task.current_truth = None
    with pytest.raises(Refusal, match="has no test yet"):
        by(organiser)


def test_a_time_that_nobody_knows_is_not_pretended(left):
    send(left)
    with pytest.raises(IntegrityError, match="trained_elsewhere_at_an_unknown_time"):
        BaselineTraining.objects.update(ended_at=NOW)


@pytest.mark.parametrize(("said", "day"), [("2026-11-20", "2026-11-20"), ("", "None"), (7, "None")])
def test_the_day_is_that_of_its_record(said, day):
    assert str(trained_on(BaselineTraining(record={"date": said}))) == day


def test_all_pages_say_that_it_was_trained_elsewhere(left, organiser):
    send(left)
    client, run = logged_in("ada"), run_of(sent())
    score_run(run)
    pages = {
        "list": "/tasks/plants/organise/baselines/",
        "one": sent().get_absolute_url(),
        "run": run.get_absolute_url(),
        "card": f"{run.get_absolute_url()}card/",
    }
    text = {name: text_of(main_of(client.get(path))) for name, path in pages.items()}
    assert "Trained elsewhere, sent" in text["list"]
    assert "It was trained elsewhere, not by this platform. Its record says 20 Nov" in text["one"]
    assert "Model card, record and config" in text["run"]
    assert "Trained Elsewhere, not by this platform. Its record says 20 November" in text["card"]
    assert "Begun" not in text["card"]
    api = client.get(f"/api/v1/baselines/{sent().pk}/").json()
    assert (api["elsewhere"], api["started_at"], api["ended_at"]) == (True, None, None)
