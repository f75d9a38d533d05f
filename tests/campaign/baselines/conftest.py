"""A task with organisers, a folder of configs, and the small model in place of the large ones."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from campaign.models import BaselineTraining, CampaignRole, Task, User
from campaign.reads.baselines import config_named
from campaign.services.baselines import ask_for_baseline
from tests.campaign.factories import NOW, make_campaign, make_task, make_user

Ask = Callable[..., BaselineTraining]

FIRST = "# Answers with the first classes.\n# It learns nothing.\nsteps = 3\n"


@pytest.fixture
def configs(settings: Settings, tmp_path: Path) -> Path:
    """Return the folder of configs that organisers choose from; beside it lies what they may not read."""
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "first.toml").write_text(FIRST)
    (tmp_path / "secret.toml").write_text("password = 'open sesame'\n")
    settings.BASELINES_DIR = folder
    settings.BASELINES_COMMAND = [sys.executable, "-m", "tests.campaign.baselines.model"]
    settings.VAR_DIR = tmp_path / "var"
    settings.BASELINE_STOP_S = 2
    return folder


@pytest.fixture
def organiser(db: None) -> User:
    return make_user("ada")


@pytest.fixture
def task(configs: Path, organiser: User) -> Task:
    campaign = make_campaign("lab", organiser=organiser)
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=campaign, user=viewer, name="viewer")
    return make_task("plants", campaign=campaign)


@pytest.fixture
def ask(configs: Path, task: Task, organiser: User) -> Ask:
    """Return what asks for a baseline by a config of some text."""

    def ask_for(
        text: str = FIRST, *, name: str = "first", by: User | None = organiser
    ) -> BaselineTraining:
        (configs / f"{name}.toml").write_text(text)
        config = config_named(name)
        return ask_for_baseline(task=task, config=config, by=by, reason="a first", now=NOW)

    return ask_for
