"""What runs say of a test itself: made of real runs over forty queries, what was planted is found."""

from collections.abc import Container
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.models import Task
from campaign.models.results import Part
from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import digest_of, read_board
from campaign.services.analyses.makers import MAKERS
from tests.campaign.boards import N_QUERIES, make_large_test, send
from tests.campaign.factories import DEADLINE, NOW, make_task, make_team

pytestmark = pytest.mark.django_db

ALL = range(N_QUERIES)
NOT_OF_C1 = frozenset(place for place in ALL if place % 6 != 1)


@pytest.fixture
def task() -> Task:
    return make_large_test()


def send_all(task: Task, tmp_path: Path, *right: Container[int], **submission) -> None:
    for own in right:
        send(task, make_team(), tmp_path, own, **submission)


def made(task: Task, kind: str):
    return MAKERS[kind](read_board(task, Part.ALL))


def word(task: Task, kind: str) -> str:
    with pytest.raises(NothingToSay) as nothing:
        made(task, kind)
    return nothing.value.word


def test_a_class_whose_labels_were_changed_is_suspected(task, tmp_path):
    send_all(task, tmp_path, NOT_OF_C1, NOT_OF_C1, NOT_OF_C1)
    found = made(task, "suspected-errors")
    [only] = found["classes"]
    assert (only["label"], only["instead"], only["sure"]) == ("c1", "c2", True)
    assert only["n_suspects"] == only["n_queries"] == found["n_suspects"] == 7
    assert {query["label"] for query in found["queries"]} == {"c1"}
    assert found["names"]["c2"][0] == "Genus1 species2"


def test_only_the_better_half_is_asked_and_three_at_least(task, tmp_path):
    send_all(task, tmp_path, ALL, ALL, NOT_OF_C1)
    assert word(task, "suspected-errors") == "no_suspects"
    send_all(task, tmp_path, *[range(5)] * 3)  # worse ones, that agree on other classes
    assert word(task, "suspected-errors") == "no_suspects"


def test_two_teams_doubt_no_label(task, tmp_path):
    send_all(task, tmp_path, NOT_OF_C1, NOT_OF_C1)
    assert word(task, "suspected-errors") == "few_runs"


def test_a_team_counts_once_by_its_best_run(task, tmp_path):
    team = make_team("Alone")
    for n_right in (30, 20, 10):
        send(task, team, tmp_path, range(n_right))
    assert word(task, "difficulty") == "one_run"
    assert word(task, "suspected-errors") == "few_runs"
    assert word(task, "detectable-difference") == "one_run"


def test_what_is_taken_for_what_is_found(task, tmp_path):
    send_all(task, tmp_path, NOT_OF_C1, NOT_OF_C1, ALL)
    [pair] = made(task, "confusions")["pairs"]
    assert (pair["right"], pair["instead"], pair["n_runs"]) == ("c1", "c2", 2)
    assert pair["share"] == pytest.approx(2 / 3)


def test_queries_that_all_runs_miss_are_hard(task, tmp_path):
    send_all(task, tmp_path, range(20), range(20), range(24))
    found = made(task, "difficulty")
    assert found["counts"] == [16, 4, 0, 20]
    assert found["low"] > 1
    assert {query["n_right"] for query in found["hardest"]} == {0}
    assert {query["n_right"] for query in found["easiest"]} == {3}


def test_pairs_of_runs_say_what_would_show(task, tmp_path):
    send_all(task, tmp_path, range(20), range(30), ALL)
    found = made(task, "detectable-difference")
    assert found["n_units"] == N_QUERIES
    widest = max(found["pairs"], key=lambda pair: pair["difference"])
    assert widest["disagreement"] == widest["difference"] == pytest.approx(0.5)
    assert widest["smallest"] < 0.5


def test_runs_that_are_right_alike_say_nothing_of_it(task, tmp_path):
    send_all(task, tmp_path, range(20), range(20))
    assert word(task, "detectable-difference") == "untested"


def test_submissions_are_counted_by_day_and_against_the_deadline(task, tmp_path):
    send_all(task, tmp_path, ALL, at=NOW)
    send(task, make_team(), tmp_path, range(5), at=DEADLINE - timedelta(hours=3))
    found = made(task, "submissions")
    assert found["counts"] == [("2017-05-01", 1), ("2017-05-08", 1)]
    assert (found["n_runs"], found["n_teams"], found["n_last"]) == (2, 2, 1)


def test_another_deadline_has_them_made_anew(task, tmp_path):
    send_all(task, tmp_path, ALL)
    before = digest_of(task, Part.ALL)
    task.phases.filter(kind="submission").update(closes_at=DEADLINE + timedelta(days=1))
    assert digest_of(Task.objects.get(pk=task.pk), Part.ALL) != before


def test_descriptions_are_said_to_lack_what_they_lack(task, tmp_path):
    send_all(task, tmp_path, ALL, description={"n_networks": 3})
    send(task, make_team("Silent"), tmp_path, range(5))
    found = made(task, "description-gaps")
    assert (found["fields"]["n_networks"], found["fields"]["paper"]) == (1, 2)
    first, second = found["teams"]
    assert "n_networks" in first["missing"]
    assert "n_networks" not in second["missing"]


def test_sets_put_nothing_first(tmp_path):
    task = make_task(shape="set", metrics=["f1_samples"], rules={"image_runs": False})
    words = [word(task, kind) for kind in ("confusions", "difficulty", "suspected-errors")]
    assert words == ["unordered", "unordered", "unranked"]
