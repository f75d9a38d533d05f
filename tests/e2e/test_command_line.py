"""The `clefboard` command against the real platform: no answer here was prepared."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from campaign.models import Registration, Run, Task
from campaign.services.accounts import issue_token
from tests.campaign.factories import make_registration, make_task, make_team, ranked_lines
from tests.clefboard.cli.command import clefboard
from tests.live_platform import LivePlatform

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = {"submission": (datetime(2017, 3, 15, tzinfo=UTC), None)}
IMAGES = "m0;c0;0.9\nm1;c0;0.8\n"


@pytest.fixture
def registration(platform: LivePlatform) -> Registration:
    return make_registration(make_task("plants", phases=OPEN), make_team("Sedges"))


@pytest.fixture
def token(registration: Registration) -> str:
    user = registration.team.members.get()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return issue_token(user=user, name="laptop", expires_at=None, now=at)[1]


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    path = tmp_path / "run.csv"
    path.write_text(ranked_lines(6))
    return path


class Laptop:
    """A participant's machine: a home folder, an address and a token in the environment."""

    def __init__(self, home: Path, url: str, token: str) -> None:
        self.home = home
        self.environment = {"CLEFBOARD_URL": url, "CLEFBOARD_TOKEN": token}

    def run(self, *words: str | Path, **environment: str) -> CompletedProcess[str]:
        return clefboard(*words, home=self.home, folder=None, **(self.environment | environment))


@pytest.fixture
def laptop(tmp_path: Path, platform: LivePlatform, token: str) -> Laptop:
    return Laptop(tmp_path, platform.url, token)


def test_from_a_check_to_a_score(laptop, platform, run_file, tmp_path):
    (tmp_path / "images.csv").write_text(IMAGES)

    checked = laptop.run("check", run_file, "--task", "plants")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "valid (16 lines, 8 queries, coverage 100.0%;" in checked.stdout

    submitted = laptop.run(
        *("submit", run_file, "--task", "plants", "--name", "two views"),
        *("--image-run", tmp_path / "images.csv"),
        *("--description", '{"architectures": ["ResNet-50"]}'),
    )
    run = Run.objects.observation_runs().get()
    assert (submitted.returncode, submitted.stdout) == (0, f"{platform.url}/runs/{run.pk}/\n")
    assert f"Run 1 is queued; follow it with: clefboard watch {run.pk}" in submitted.stderr
    assert (run.name, run.description) == ("two views", {"architectures": ["ResNet-50"]})
    assert (run.file_name, run.image_run.file_name) == ("run.csv.zst", "images.csv.zst")

    watched = laptop.run("watch", submitted.stdout.strip())
    assert watched.returncode == 0
    assert watched.stderr.splitlines()[-1] == "Run 1 of Sedges is scored"
    assert re.search(r"mrr +0\.7500\n +top_1 +0\.7500\n +rank 1\n", watched.stdout)


def test_the_same_file_again_leads_to_the_first_run(laptop, platform, run_file):
    first = laptop.run("submit", run_file, "--task", "plants")
    again = laptop.run("submit", run_file, "--task", "plants")
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert "nothing new was made" in again.stderr
    assert laptop.run("watch", first.stdout.strip()).returncode == 0
    assert Run.objects.count() == 1


def test_a_wrong_file_is_wrong_here_and_there(laptop, run_file):
    """The laptop and the platform say the same of a file, word for word."""
    run_file.write_text("q0;c0;0.5\nq99;c1;0.5\nq1;c77;0.5\nq1;c2;2\n")

    checked = laptop.run("check", run_file, "--task", "plants")
    submitted = laptop.run("submit", run_file, "--task", "plants")
    watched = laptop.run("watch", submitted.stdout.strip())

    def words(ended: CompletedProcess[str]) -> list[str]:
        return [
            line.partition("error: ")[2] for line in ended.stdout.splitlines() if "error" in line
        ]

    assert (checked.returncode, watched.returncode) == (1, 1)
    assert words(checked) == words(watched)
    assert len(words(checked)) == 3


def test_the_tables_are_fetched_once(laptop, run_file, tmp_path):
    laptop.run("check", run_file, "--task", "plants")
    (table,) = tmp_path.rglob("classes.csv")
    table.write_text(table.read_text().replace("c5;", "x5;"))  # what a second fetch would undo
    checked = laptop.run("check", run_file, "--task", "plants")
    assert "'c5'" in checked.stdout


def test_hidden_scores_stay_hidden(laptop, run_file):
    Task.objects.update(visibility="never")
    submitted = laptop.run("submit", run_file, "--task", "plants")
    watched = laptop.run("watch", submitted.stdout.strip())
    assert watched.returncode == 0
    assert "the task does not show scores yet" in watched.stdout
    assert "0.75" not in watched.stdout


@pytest.mark.parametrize(
    ("task", "other_token", "message"),
    [
        ("plants", "clef_wrong", "This token is wrong, expired or revoked"),
        ("plant", "", "There is no task 'plant'. Did you mean 'plants'?"),
        ("other", "", "You are in no team that is registered for other."),
        ("closed", "", "Submission closed on 15 April 2017, 00:00 UTC."),
    ],
)
def test_a_refusal_is_one_line(laptop, registration, run_file, task, other_token, message):
    make_task("other", phases=OPEN)
    span = (datetime(2017, 3, 15, tzinfo=UTC), datetime(2017, 4, 15, tzinfo=UTC))
    make_registration(make_task("closed", phases={"submission": span}), registration.team)

    refused = laptop.run(
        *("submit", run_file, "--task", task),
        **({"CLEFBOARD_TOKEN": other_token} if other_token else {}),
    )

    assert refused.returncode == 2
    assert message in refused.stderr.splitlines()[-1]
    assert refused.stdout == ""


def test_a_file_that_cannot_be_unpacked_is_refused_at_once(laptop, run_file):
    run_file.write_bytes(gzip.compress(ranked_lines().encode())[:-9])
    refused = laptop.run("submit", run_file, "--task", "plants")
    assert refused.returncode == 1
    assert "cut off" in refused.stdout
    assert not Run.objects.exists()


def test_a_file_that_is_too_large_is_refused(laptop, registration, run_file):
    Task.objects.update(run_rules_json={"shape": "ranked", "max_upload_bytes": 100})
    refused = laptop.run("submit", run_file, "--task", "plants")
    assert refused.returncode == 1
    assert "allowed are 100 bytes" in refused.stdout
    assert not Run.objects.exists()
