"""A first folder is right as it is, and shows where everything goes."""

from pathlib import Path

import pytest

from clefboard.task_folder import STARTS, check_task_folder, read_task_folder, write_start

SHAPES = sorted(STARTS)


@pytest.fixture(params=SHAPES)
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path, shape) -> Path:
    write_start(tmp_path / "fungi-2030", shape=shape, year=2030)
    return tmp_path / "fungi-2030"


def test_there_is_one_for_each_shape():
    assert SHAPES == ["label", "ranked", "segment", "set"]


def test_it_checks_clean_and_without_a_note(folder, shape):
    check = check_task_folder(folder)

    assert (check.problems, check.notes) == ((), ())
    assert check.task is not None
    assert (check.task.slug, check.task.run_rules.shape) == ("fungi-2030", shape)
    assert check.task.phases["submission"] is not None


def test_comments_stand_in_the_yaml_only(folder):
    commented = {
        path.name for path in folder.iterdir() if "# " in path.read_text().partition("\n")[0]
    }

    assert commented == {"task.yaml"}
    for path in folder.glob("*.csv"):
        assert "#" not in path.read_text()


def test_lists_and_blocks_are_written_out(folder):
    """One line, one thing: that is what people copy and change."""
    lines = (folder / "task.yaml").read_text().splitlines()
    values = [line.partition("#")[0] for line in lines]

    assert [value for value in values if set(value) & set("[]{}")] == []


def test_every_moment_has_its_zone(folder):
    moments = [line for line in (folder / "task.yaml").read_text().splitlines() if "2030-" in line]

    assert len(moments) >= 6
    assert all(line.partition("#")[0].rstrip().endswith("Z") for line in moments)


def test_every_table_has_sample_rows(folder):
    tables = sorted(path.name for path in folder.glob("*.csv"))

    assert tables == ["classes.csv", "ground_truth.csv", "queries.csv"]
    for name in tables:
        assert (folder / name).read_text().count("\n") >= 3


def test_what_is_commented_out_is_right_too(folder):
    """Whoever takes the marks away from the split and the required runs has a folder that loads."""
    path = folder / "task.yaml"
    lines = path.read_text().splitlines()
    start = lines.index(next(line for line in lines if line.startswith("# split:")))
    path.write_text(
        "\n".join([*lines[:start], *(line.removeprefix("# ") for line in lines[start:])])
    )

    task = read_task_folder(folder)

    assert task.split is not None
    assert task.required_runs != ()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Plant CLEF_2030", "plant-clef-2030"),
        ("2030", "task-2030"),
        ("null", "task-null"),
        ("é", "task-new"),
    ],
)
def test_the_folders_name_becomes_the_tasks(tmp_path, name, slug):
    write_start(tmp_path / name, shape="ranked", year=2030)

    assert read_task_folder(tmp_path / name).slug == slug


@pytest.mark.parametrize("slug", ["lab-2030", "2030"])
def test_the_campaign_beside_is_taken(tmp_path, slug):
    (tmp_path / "campaign.yaml").write_text(
        f'campaign: "{slug}"\ntitle: {{en: Lab}}\ndescription: About it.\n'
    )
    write_start(tmp_path / "a", shape="set", year=2030)

    assert read_task_folder(tmp_path / "a").campaign == slug


def test_a_campaign_that_is_none_is_left_out(tmp_path):
    for text in ("[", "- a\n", "campaign: [1]\n"):
        (tmp_path / "campaign.yaml").write_text(text)
        target = tmp_path / f"a{len(text)}"
        write_start(target, shape="set", year=2030)
        assert "campaign: my-campaign\n" in (target / "task.yaml").read_text()


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "a").write_text("mine")

    with pytest.raises(FileExistsError, match="is not empty"):
        write_start(tmp_path, shape="ranked", year=2030)

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
