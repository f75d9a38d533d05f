"""The commands that load a folder and write one."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from campaign.models import Task
from campaign.services.folders import (
    load_folder,
)
from campaign.services.loadings import Terms
from clefboard.task_folder import (
    read_task_folder,
)
from tests.campaign.factories import (
    NOW,
)
from tests.campaign.folders import command, edit_task, files_of, load, make_lab, packed, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    return make_lab(tmp_path / "lab")


def test_the_command_can_only_look(folder, private_files):
    said = command("load_task", folder, dry_run=True)

    assert "task tiny-2017 is new" in said
    assert "nothing was loaded" in said
    assert not Task.objects.exists()
    assert files_of(private_files) == []


def test_the_command_asks_before_it_changes_back_what_others_changed(folder):
    command("load_task", folder)
    edit_task(Task.objects.get(), "let them see", visibility="live")

    with pytest.raises(CommandError, match=r"visibility, changed by .*\n.*--yes"):
        command("load_task", folder)
    assert Task.objects.get().visibility == "live"

    assert "changes back: visibility" in command("load_task", folder, yes=True)
    assert Task.objects.get().visibility == "never"


@pytest.mark.parametrize(("answer", "text"), [("y", "New.\n"), ("", "About the task.\n")])
def test_at_a_terminal_the_difference_is_shown_first(folder, monkeypatch, answer, text):
    command("load_task", folder)
    (folder / "overview.md").write_text("New.\n")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)

    try:
        said = command("load_task", folder)
    except CommandError as error:
        said = str(error)

    assert Task.objects.get().overview == text
    assert ("Nothing was loaded." in said) == (answer == "")


def test_a_task_is_written_by_the_command(folder, tmp_path):
    load(folder)

    said = command("export_task", "tiny-2017", tmp_path / "out")

    assert "ground_truth.csv" in said
    assert read_task_folder(tmp_path / "out") == read_task_folder(folder)
    for target, words in ((tmp_path / "out", "is not empty"), (folder / "rules.md", "is a file")):
        with pytest.raises(CommandError, match=words):
            command("export_task", "tiny-2017", target)
    with pytest.raises(CommandError, match="there are: tiny-2017"):
        command("export_task", "tiny", tmp_path / "other")


def test_a_folder_is_loaded_by_one_service_from_every_door(folder):
    by_folder = load_folder(path=folder, now=NOW, terms=Terms(dry_run=True))
    by_archive = send(folder, packed(folder, beside=True), dry_run=True)
    assert by_folder.loaded.changes == by_archive.loaded.changes
    assert by_folder.loaded.digest == by_archive.loaded.digest
