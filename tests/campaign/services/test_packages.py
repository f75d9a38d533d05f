"""The final package: whole, right to the last digit, made again where a worker dies."""

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from campaign import storage
from campaign.models import BaselineTraining, DataFile, DataSet, FinalPackage, Run, Score
from campaign.refusals import NotAllowed, Refusal
from campaign.services import packages
from campaign.services.organisers_team import register_organisers
from campaign.services.package_contents import pack_task
from campaign.services.packages import ask_for_package, make_package, sweep_packages
from campaign.services.stored_files import tidy_files
from clefboard.cli import main
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    score_run,
)

pytestmark = pytest.mark.django_db

TRUTH = "QueryId;ClassId;Usage\n" + "".join(
    f"q{i % 12};c{i % 6};{'public' if i < 6 else 'private'}\n" for i in range(12)
)
QUERIES = "QueryId;Domain\n" + "".join(f"q{i};d{i % 2}\n" for i in range(12))
MEDIA = "MediaId;QueryId;Author\n" + "".join(f"m{i};q{i % 12};a{i}\n" for i in range(12))
IMAGES = "".join(f"m{i};c{i % 5};0.5\n" for i in range(12))


def lines(right: int) -> str:
    return "".join(
        f"q{i};c{(i + (i >= right)) % 6};0.9\nq{i};c{(i + 2) % 6};0.1\n" for i in range(12)
    )


@pytest.fixture
def organiser():
    return make_user("organiser")


@pytest.fixture
def task(organiser, tmp_path):
    """Make a split task with a run, its image run, a late one, a rejected and a withdrawn one."""
    task = make_task(
        "plants",
        campaign=make_campaign("lab", organiser=organiser),
        metrics=["mrr", "top_1@Domain=d1", "macro_mrr"],
        files={"ground_truth.csv": TRUTH, "queries.csv": QUERIES, "media.csv": MEDIA},
        phases={"results": (DEADLINE, None), "post_campaign": (DEADLINE, None)},
        split={"column": "Usage", "final": "private"},
        subsets=["Domain", {"column": "TrainImages", "bands": [10, 50]}],
        required_runs=[{"at_least": 1, "training_data": ["trusted"]}],
    )
    registration = make_registration(task, make_team("Sedges", affiliation="=1"))
    run = make_run(registration, tmp_path, lines(9), name="-two views", image_content=IMAGES)
    for one in (run, run.image_run):
        score_run(one)
    score_run(make_run(registration, tmp_path, lines(5), at=DEADLINE))
    score_run(make_run(registration, tmp_path, "q0;nothing;1\n"))
    gone = score_run(make_run(registration, tmp_path, lines(4)))
    Run.objects.filter(pk=gone.pk).update(standing="withdrawn")
    return task


@pytest.fixture
def data_set(task, tmp_path):
    (tmp_path / "train.csv").write_text("a;b\n")
    key = storage.store_folder(tmp_path, ["train.csv"], under=storage.DATA)
    row = DataSet.objects.create(
        task=task, slug="trusted", title="Trusted", role="training_trusted", licence="CC0"
    )
    digest = hashlib.sha256(b"a;b\n").hexdigest()
    DataFile.objects.create(
        data_set=row, name="train.csv", size=4, sha256=digest, key=f"{key}/train.csv"
    )
    DataFile.objects.create(
        data_set=row, name="more.zip", size=9, sha256="0" * 64, url="https://a.example/more.zip"
    )


def made(task, organiser) -> FinalPackage:
    package = ask_for_package(task=task, by=organiser, now=NOW)
    make_package(package_id=package.pk)
    package.refresh_from_db()
    assert package.state == "made", package.failure
    return package


def unpacked(package: FinalPackage, folder: Path) -> Path:
    with storage.open_stored(package.key) as file, zipfile.ZipFile(file) as zipped:
        assert zipped.testzip() is None
        zipped.extractall(folder)
    (top,) = folder.iterdir()
    return top


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text()), delimiter=";"))


def names(package: FinalPackage) -> list[str]:
    with storage.open_stored(package.key) as file, zipfile.ZipFile(file) as zipped:
        return [name.partition("/")[2] for name in zipped.namelist()]


def test_it_holds_all_of_the_task_in_a_fixed_order(task, organiser, data_set):
    package = made(task, organiser)
    assert names(package) == [
        "README.md",
        "campaign.yaml",
        "plants/task.yaml",
        "plants/overview.md",
        "plants/rules.md",
        "plants/data/trusted/data.yaml",
        "plants/classes.csv",
        "plants/ground_truth.csv",
        "plants/media.csv",
        "plants/queries.csv",
        "plants/data/trusted/train.csv",
        *(
            f"leaderboards/{name}.{form}"
            for name in ("all-runs", "best-of-each-team")
            for form in ("csv", "json", "tex", "bib")
        ),
        *(
            f"{name}.{form}"
            for name in ("registrations", "funnel", "runs")
            for form in ("csv", "json")
        ),
        "scores.csv",
        *(
            f"runs/sedges/run-{name}"
            for number in ("1", "1.images", "2")
            for name in (f"{number}.csv", f"{number}.json", f"{number}.trace.npz")
        ),
        "SHA256SUMS",
    ]


def test_its_checksums_hold(task, organiser, tmp_path):
    package = made(task, organiser)
    top = unpacked(package, tmp_path / "zip")
    ended = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=top,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    listed = (top / "SHA256SUMS").read_text().count("\n")
    assert listed == sum(1 for path in top.rglob("*") if path.is_file()) - 1
    with storage.open_stored(package.key) as file:
        assert hashlib.sha256(file.read()).hexdigest() == package.sha256


@pytest.mark.parametrize("images", [False, True])
def test_scoring_by_the_packed_truth_gives_the_packed_scores(
    task, organiser, data_set, tmp_path, capsys, images
):
    top = unpacked(made(task, organiser), tmp_path / "zip")
    name = "run-1.images" if images else "run-1"
    metrics = '"mrr"' if images else '"mrr","top_1@Domain=d1","macro_mrr"'
    words = ["--metrics", metrics, *(["--image-run"] if images else [])]
    run = top / "runs" / "sedges" / f"{name}.csv"

    code = main(["score", str(run), "--task", str(top / "plants"), "--ci", "--json", *words])

    assert code == 0
    scored: dict[str, Any] = json.loads(capsys.readouterr().out)["metrics"]
    packed = table(top / "scores.csv")
    own = [
        row
        for row in packed
        if (row["run"], row["kind"], row["part"]) == ("1", "image_run" if images else "run", "all")
        and row["metric"] in scored
    ]
    assert len(own) == len(scored)
    for row in own:
        again = scored[row["metric"]]
        assert [row["value"], row["low"], row["high"]] == [
            "" if again[name] is None else repr(again[name]) for name in ("value", "low", "high")
        ]
    said = json.loads((run.parent / f"{name}.json").read_text())
    assert {one["metric"]: one["value"] for one in said["scores"] if one["part"] == "all"}[
        "mrr"
    ] == scored["mrr"]["value"]


def test_every_score_of_the_accepted_runs_is_in_it(task, organiser, tmp_path):
    top = unpacked(made(task, organiser), tmp_path / "zip")
    packed = table(top / "scores.csv")
    accepted = Score.objects.filter(evaluation__run__standing="active")
    assert len(packed) == accepted.count() > 0
    assert "withdrawn" in (top / "runs.csv").read_text()


def test_the_packed_folder_is_the_task(task, organiser, data_set, tmp_path, capsys):
    top = unpacked(made(task, organiser), tmp_path / "zip")
    assert main(["task", "check", str(top / "plants")]) == 0, capsys.readouterr().out


def test_a_baseline_travels_with_its_papers_and_without_its_log(task, organiser, tmp_path):
    register_organisers(campaign=task.campaign, task=task, now=NOW)
    official = task.registrations.get(team__organisers=True)
    run = make_run(official, tmp_path, lines(3), name="first", image_content=IMAGES)
    for one in (run, run.image_run):
        score_run(one)
    shared = {"task": task, "asked_at": NOW, "sent_at": NOW, "ended_at": NOW, "reason": "a first"}
    for card in ("# Café\n", "# Another that came to the same answers\n"):
        BaselineTraining.objects.create(
            **shared,
            name="first",
            state="done",
            run=run,
            config="seed = 1\n",
            card=card,
            record={"hardware": {"gpus": 2}},
            log="for organisers only",
        )

    top = unpacked(made(task, organiser), tmp_path / "zip")
    ends = ("csv", "json", "trace.npz")
    papers = ("card.md", "record.json", "config.toml")
    own = top / "runs" / "organisers-of-lab"
    assert {path.name for path in own.iterdir()} == {
        *(f"run-1.{end}" for end in ends + papers),
        *(f"run-1.images.{end}" for end in ends),
    }
    assert (own / "run-1.card.md").read_text() == "# Café\n"
    assert (own / "run-1.config.toml").read_text() == "seed = 1\n"
    assert json.loads((own / "run-1.record.json").read_text()) == {"hardware": {"gpus": 2}}
    assert not [path for path in own.iterdir() if b"organisers only" in path.read_bytes()]
    assert "run-N.card.md" in (top / "README.md").read_text()


def test_no_mail_address_travels_in_it(task, organiser, tmp_path):
    top = unpacked(made(task, organiser), tmp_path / "zip")
    for path in top.rglob("*"):
        assert not path.is_file() or b"@example.org" not in path.read_bytes(), path


def test_the_same_moment_makes_the_same_bytes(task, organiser, data_set, settings, monkeypatch):
    monkeypatch.setattr(packages, "now", lambda: NOW)
    first = made(task, organiser).sha256
    assert made(task, organiser).sha256 == first


# ---------------------------------------------------------------- asking
def test_asking_twice_is_asking_once(task, organiser):
    first = ask_for_package(task=task, by=organiser, now=NOW)
    assert ask_for_package(task=task, by=organiser, now=NOW) == first


def test_only_those_who_act_for_the_task_may_ask(task):
    with pytest.raises(NotAllowed):
        ask_for_package(task=task, by=make_user(), now=NOW)


def test_a_task_without_truth_has_no_package(task, organiser):
    task.current_truth = None
    task.save()
    with pytest.raises(Refusal, match="no ground truth"):
        ask_for_package(task=task, by=organiser, now=NOW)


def test_a_new_package_takes_the_place_of_the_one_before(
    task, organiser, private_files, django_capture_on_commit_callbacks
):
    first = made(task, organiser)
    with django_capture_on_commit_callbacks(execute=True):
        second = made(task, organiser)
    assert list(task.final_packages.all()) == [second]
    assert [path.name for path in (private_files / "packages").iterdir()] == [Path(second.key).name]
    assert first.key != second.key
    assert tidy_files(now=NOW + timedelta(days=10_000)) == 0


def test_who_asked_stays_on_record_when_a_package_is_gone(task, organiser):
    first = made(task, organiser)
    made(task, organiser)
    events = (
        apps.get_model("campaign", "FinalPackageEvent")
        .objects.filter(id=first.pk)
        .order_by("pgh_id")
    )
    assert [(event.pgh_label, event.state, event.asked_by) for event in events] == [
        ("insert", "queued", organiser),
        ("update", "made", organiser),
        ("delete", "made", organiser),
    ]


# ---------------------------------------------------------------- what goes wrong
def test_a_fault_is_tried_again_and_then_said(task, organiser, monkeypatch, settings):
    def broken(**_: Any) -> None:
        raise OSError(28, "No space left on device", "/private/incoming/package.zip")

    monkeypatch.setattr(packages, "pack_task", broken)
    package = ask_for_package(task=task, by=organiser, now=NOW)
    for attempt in (1, 2, 3):
        make_package(package_id=package.pk)
        package.refresh_from_db()
        assert package.attempts == attempt
        FinalPackage.objects.filter(pk=package.pk).update(lease_until=NOW - timedelta(days=9000))
    assert (package.state, package.failure) == ("failed", "OSError: No space left on device")
    make_package(package_id=package.pk)
    package.refresh_from_db()
    assert package.attempts == 3


def test_what_an_attempt_leaves_goes(task, organiser, monkeypatch, private_files):
    def half(*, target: io.BufferedRandom, **_: Any) -> None:
        target.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(packages, "pack_task", half)
    make_package(package_id=ask_for_package(task=task, by=organiser, now=NOW).pk)
    assert list((private_files / "incoming").iterdir()) == []
    assert not (private_files / "packages").exists()


def test_whoever_lost_the_role_gets_no_package(task, organiser):
    package = ask_for_package(task=task, by=organiser, now=NOW)
    task.campaign.roles.all().delete()
    make_package(package_id=package.pk)
    package.refresh_from_db()
    assert package.state == "queued"
    assert package.failure == "Only an organiser of the task may do this."


def test_what_went_wrong_names_no_label_and_no_private_place(task, organiser, monkeypatch):
    def broken(**_: Any) -> None:
        raise ValueError("ground_truth.csv, line 3: c5")

    monkeypatch.setattr(packages, "pack_task", broken)
    package = ask_for_package(task=task, by=organiser, now=NOW)
    make_package(package_id=package.pk)
    package.refresh_from_db()
    assert package.failure == "ValueError"


def test_a_lost_run_file_is_told_without_its_place(task, organiser, private_files):
    for path in (private_files / "runs").iterdir():
        path.unlink()
    package = ask_for_package(task=task, by=organiser, now=NOW)
    make_package(package_id=package.pk)
    package.refresh_from_db()
    assert package.failure == "FileNotFoundError: No such file or directory"


def test_a_worker_that_was_overtaken_changes_nothing(task, organiser, monkeypatch, private_files):
    package = ask_for_package(task=task, by=organiser, now=NOW)

    def overtaken(**asked: Any) -> None:
        pack_task(**asked)
        FinalPackage.objects.filter(pk=package.pk).update(attempts=2)

    monkeypatch.setattr(packages, "pack_task", overtaken)
    make_package(package_id=package.pk)
    package.refresh_from_db()
    assert (package.state, package.key) == ("queued", "")
    assert list((private_files / "packages").iterdir()) == []


def test_the_sweeper_sends_again_what_was_lost(task, organiser, django_capture_on_commit_callbacks):
    package = ask_for_package(task=task, by=organiser, now=NOW)
    assert sweep_packages(now=NOW) == 0
    later = NOW + timedelta(minutes=1)
    assert sweep_packages(now=later) == 1
    assert sweep_packages(now=later) == 0
    FinalPackage.objects.filter(pk=package.pk).update(lease_until=later + timedelta(hours=1))
    assert sweep_packages(now=later + timedelta(minutes=5)) == 0
    assert sweep_packages(now=later + timedelta(hours=2)) == 1


def test_a_package_that_is_being_made_is_not_begun_twice(task, organiser):
    package = ask_for_package(task=task, by=organiser, now=NOW)
    first = packages._take(package_id=package.pk, now=NOW)
    assert first is not None
    assert packages._take(package_id=package.pk, now=NOW) is None
    second = packages._take(package_id=package.pk, now=NOW + timedelta(hours=1))
    assert second is not None
    assert second.number == 2
