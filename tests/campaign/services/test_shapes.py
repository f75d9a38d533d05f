"""Tasks of every shape, from the check to the scores."""

import pytest

from campaign.models import Task
from campaign.services.checks import check_upload
from tests.campaign.factories import (
    CLASSES,
    GROUND_TRUTH,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_user,
    score_run,
    upload,
)

pytestmark = pytest.mark.django_db

SET = "".join(f"q{i};[c{i % 6}]\n" for i in range(4)) + "q4;[c4, c5]\nq5;[]\n"
LABEL = "q0;c1\nq1;-1\n" + "".join(f"q{i};c{i % 6}\n" for i in range(2, 7)) + "q7;c1\n"


@pytest.fixture
def plots() -> Task:
    return make_task(
        shape="set", metrics=["f1_samples", "f1_micro", "coverage"], rules={"image_runs": False}
    )


@pytest.fixture
def mushrooms() -> Task:
    head, *rows = CLASSES.splitlines()
    flags = [f"{row};{int(row.startswith('c0'))}" for row in rows]
    return make_task(
        shape="label",
        metrics=["fungi_1", "fungi_2", "fungi_4"],
        rules={"image_runs": False, "unknown_class": True},
        files={
            "classes.csv": "\n".join([f"{head};poisonous", *flags]) + "\n",
            "ground_truth.csv": GROUND_TRUTH.replace("q7;c1", "q7;-1"),
        },
    )


def check(task, tmp_path, content):
    sent = upload(tmp_path, content)
    return check_upload(task=task, upload=sent, by=make_user(), now=NOW, kind="run")


def scores(task, tmp_path, content):
    evaluation = score_run(make_run(make_registration(task), tmp_path, content)).evaluations.get()
    assert evaluation.state == "scored", evaluation.problems
    return {score.metric: score.value for score in evaluation.scores.all()}


def test_a_set_task_from_the_check_to_the_scores(plots, tmp_path):
    found = check(plots, tmp_path, SET)
    assert found.valid
    assert found.report["coverage"] == 5 / 8
    assert [warning["kind"] for warning in found.warnings] == ["coverage"]
    assert scores(plots, tmp_path, SET) == {
        "f1_samples": pytest.approx((4 + 2 / 3) / 8),
        "f1_micro": pytest.approx(2 * 5 / (6 + 8)),
        "coverage": 5 / 8,
    }


def test_a_label_task_from_the_check_to_the_scores(mushrooms, tmp_path):
    """One other error, which calls a poisonous species edible; one known called unknown, one the other way."""
    assert check(mushrooms, tmp_path, LABEL).valid
    assert scores(mushrooms, tmp_path, LABEL) == {
        "fungi_1": pytest.approx(3 / 8),
        "fungi_2": pytest.approx(100 / 8),
        "fungi_4": pytest.approx((1 + 10 + 0.1) / 8),
    }


@pytest.mark.parametrize(
    ("shape", "content", "kind"),
    [
        ("set", SET + "q0;[]\n", "duplicate_query"),
        ("set", SET + "q6;[c0\n", "list"),
        ("set", SET + "q6;[-1]\n", "unknown_class"),
        ("label", LABEL + "q0;c0\n", "duplicate_query"),
        ("label", LABEL.replace("q7;c1\n", ""), "missing_query"),
    ],
)
def test_what_is_wrong_is_said_by_the_check_and_by_the_scoring(
    plots, mushrooms, tmp_path, shape, content, kind
):
    task = plots if shape == "set" else mushrooms
    assert [problem["kind"] for problem in check(task, tmp_path, content).problems] == [kind]
    evaluation = score_run(make_run(make_registration(task), tmp_path, content)).evaluations.get()
    assert evaluation.state == "rejected"
    assert [problem["kind"] for problem in evaluation.problems] == [kind]
