"""Analyses by content: what was planted in a test is found, and what labels would tell is not said."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from campaign.celery import BEHIND, n_messages
from campaign.charts.analyses.drawing import Finding
from campaign.charts.analyses.words import finding
from campaign.models import Analysis, Breakdown, Task
from campaign.models.results import Part
from campaign.reads.analyses import KINDS, Made, find_analysis
from campaign.reads.method_effects import NothingToSay
from campaign.refusals import NotThere
from campaign.services.analyses.board import digest_of
from campaign.services.analyses.image_runs import combine_images, sweep_image_runs
from tests.campaign.boards import analyse_all
from tests.campaign.content_world import TABLES, N, made, make_content_task, send_content
from tests.campaign.factories import NOW, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> Task:
    return make_content_task()


def always(_: int) -> bool:
    return True


def never(_: int) -> bool:
    return False


def word(task: Task, kind: str) -> str:
    with pytest.raises(NothingToSay) as why:
        made(task, kind)
    return why.value.word


# ---------------------------------------------------------------- rare species
def test_rare_species_are_told_from_common_ones_by_kind_of_training_data(task, tmp_path):
    noisy, trusted = {"training_data": ["noisy"]}, {"training_data": ["trusted"]}
    send_content(task, make_team(), tmp_path, lambda i: i >= 60 or i % 4 == 0, description=trusted)
    send_content(task, make_team(), tmp_path, lambda i: i % 2 == 0, description=noisy)
    found = made(task, "rare-species")
    assert found["bands"] == [(0, 3), (3, 1000)]
    assert found["n_classes"] == [30, 30]
    every, of_trusted, of_noisy = found["groups"]
    assert [one["group"] for one in found["groups"]] == ["all", "trusted", "noisy"]
    assert [band["value"] for band in of_trusted["bands"]] == [0.25, 1]
    assert of_trusted["rare"]["high"] < 0
    assert of_noisy["rare"] == {"value": 0, "low": 0, "high": 0}
    assert every["rare"]["value"] == pytest.approx((0.25 + 0.5) / 2 - (1 + 0.5) / 2)
    assert every["price"]["value"] == 0  # each species has two queries


def test_the_best_run_of_each_team_counts_and_baselines_where_there_is_nobody(task, tmp_path):
    lab, team = make_team(organisers=True), make_team()
    send_content(task, lab, tmp_path, always)
    send_content(task, lab, tmp_path, never)
    assert made(task, "rare-species")["groups"][0]["n_runs"] == 2
    send_content(task, team, tmp_path, lambda i: i < 90)
    send_content(task, team, tmp_path, lambda i: i < 60)
    group = made(task, "rare-species")["groups"][0]
    assert (group["n_runs"], group["by_query"]["value"]) == (1, 0.75)
    assert {made(task, kind)["n_runs"] for kind in ("rare-species", "domains", "authors")} == {1}


def test_classes_without_training_images_have_no_rarity(tmp_path):
    task = make_content_task(
        tables={"classes.csv": "ClassId\n" + "".join(f"c{i}\n" for i in range(60))}, subsets=[]
    )
    send_content(task, make_team(), tmp_path, always)
    assert word(task, "rare-species") == "no_training_images"


def test_classes_alike_have_no_rarity(tmp_path):
    classes = "ClassId;TrainImages\n" + "".join(f"c{i};7\n" for i in range(60))
    task = make_content_task(tables={"classes.csv": classes}, subsets=[])
    send_content(task, make_team(), tmp_path, always)
    assert word(task, "rare-species") == "one_band"


# ---------------------------------------------------------------- parts of the test
def test_the_hard_part_is_found_and_the_even_one_is_not(task, tmp_path):
    send_content(task, make_team(), tmp_path, lambda i: i % 4 != 0)
    send_content(task, make_team(), tmp_path, lambda i: i % 4 != 0 or i % 8 == 0)
    by_column = {one["column"]: one["values"] for one in made(task, "domains")["columns"]}
    sheet, photo = by_column["Domain"]
    assert (sheet["value"], sheet["n"], photo["value"], photo["n"]) == ("sheet", 90, "photo", 30)
    assert photo["score"]["value"] == 0.25
    assert photo["gap"]["high"] < 0 < sheet["gap"]["low"]
    assert photo["gap"]["value"] == pytest.approx(-0.75)
    for site in by_column["Site"]:
        assert site["gap"]["low"] < 0 < site["gap"]["high"]


def test_of_a_column_of_classes_chance_draws_the_classes(task, tmp_path):
    send_content(task, make_team(), tmp_path, lambda i: i // 2 % 2 == 0)
    genus = made(task, "domains")["columns"][2]["values"][0]["score"]
    domain = made(task, "domains")["columns"][0]["values"][0]["score"]
    assert genus["high"] - genus["low"] > 1.3 * (domain["high"] - domain["low"]) * (90 / 60) ** 0.5


def test_parts_of_few_queries_are_left_out(tmp_path):
    few = TABLES["queries.csv"].replace("q0;photo", "q0;scan").replace("q4;photo", "q4;scan")
    task = make_content_task(tables={"queries.csv": few}, subsets=["Domain"])
    send_content(task, make_team(), tmp_path, always)
    assert word(task, "domains") == "undivided"  # beside two scans no other photo may show


def test_what_every_query_has_is_no_part(tmp_path):
    sides = "".join(f"{side}{i};q{i};{side}\n" for i in range(N) for side in ("above", "below"))
    media = f"MediaId;QueryId;Side\n{sides}"
    task = make_content_task(tables={"media.csv": media}, subsets=["Side"])
    send_content(task, make_team(), tmp_path, always)
    assert word(task, "domains") == "undivided"


def test_a_hidden_column_shows_to_whom_it_may(task, tmp_path):
    send_content(task, make_team(), tmp_path, always)
    analyse_all()
    columns = find_analysis(task, "domains", AnonymousUser(), NOW).data["columns"]
    assert [one["column"] for one in columns] == ["Domain", "Genus"]
    staff = make_user(is_staff=True, is_superuser=True)
    columns = find_analysis(task, "domains", staff, NOW).data["columns"]
    assert [one["column"] for one in columns] == ["Domain", "Site", "Genus"]


def test_where_all_of_it_is_hidden_nothing_is_said(tmp_path):
    task = make_content_task(subsets=["Site"])
    send_content(task, make_team(), tmp_path, always)
    analyse_all()
    found = find_analysis(task, "domains", AnonymousUser(), NOW)
    assert (found.data, found.nothing) == (None, "hidden")


# ---------------------------------------------------------------- authors
def test_authors_who_differ_are_found(task, tmp_path):
    send_content(task, make_team(), tmp_path, lambda i: i // 6 % 2 == 0)
    [found] = made(task, "authors")["columns"]
    assert (found["n_authors"], found["n_queries"], found["least"]) == (20, N, 5)
    assert found["spread"]["low"] > 0
    assert found["histogram"]["counts"] == [10, *[0] * 8, 10]


def test_authors_who_do_not_are_not(task, tmp_path):
    send_content(task, make_team(), tmp_path, lambda i: i % 2 == 0)
    [found] = made(task, "authors")["columns"]
    assert found["spread"]["high"] < 0  # more alike than by chance: each has three of six


def test_a_test_without_authors_says_nothing_of_them(tmp_path):
    queries = "QueryId\n" + "".join(f"q{i}\n" for i in range(N))
    task = make_content_task(tables={"queries.csv": queries}, subsets=[])
    send_content(task, make_team(), tmp_path, always)
    assert word(task, "authors") == "no_authors"


def test_authors_tell_of_labels(task, tmp_path):
    send_content(task, make_team(), tmp_path, always)
    analyse_all()
    with pytest.raises(NotThere):
        find_analysis(task, "authors", AnonymousUser(), NOW)


# ---------------------------------------------------------------- organs
def good_at_leaves(task: Task, tmp_path, team=None):
    organs = {"leaf": lambda i: i % 3 != 0, "flower": always, "fruit": never}
    return send_content(task, team or make_team(), tmp_path, always, organs=organs)


def read_all(task: Task) -> None:
    for run in task_image_runs(task):
        combine_images(evaluation_id=run.evaluations.get(is_current=True).pk)


def task_image_runs(task: Task):
    runs = (run for registration in task.registrations.all() for run in registration.runs.all())
    return [run for run in runs if run.image_run_of_id]


def test_kinds_of_images_are_scored_both_ways(task, tmp_path):
    """Where one image is right and the other names another species, they tie, and that costs half."""
    good_at_leaves(task, tmp_path)
    assert word(task, "organs") == "unread"
    read_all(task)
    found = made(task, "organs")
    by_kind = {tuple(one["values"]): one for one in found["combinations"]}
    assert {kind: (one["counted"]["value"], one["n"]) for kind, one in by_kind.items()} == {
        ("leaf",): (pytest.approx(80 / 120), 120),
        ("flower",): (0.5, 60),
        ("fruit",): (0, 60),
        ("leaf", "flower"): (pytest.approx((40 + 20 / 2 + 40) / 120), 120),
        ("leaf", "fruit"): (pytest.approx((40 + 40 / 2) / 120), 120),
        ("flower", "fruit"): (0.5, 120),
        (): (pytest.approx((40 + 20 / 2 + 40 / 2) / 120), 120),
    }
    assert by_kind["flower",]["left_out"]["value"] == 1
    assert (found["metric"], found["column"], found["n_runs"]) == ("mrr", "Organ", 1)


def test_a_gain_holds_for_whichever_is_best(task, tmp_path):
    organs = {"leaf": never, "flower": always, "fruit": always}
    send_content(task, make_team(), tmp_path, always, organs=organs)
    read_all(task)
    pair, whole = made(task, "organs")["gains"]
    assert (pair["values"], pair["value"]) == (["flower", "fruit"], 0.5)
    assert pair["reference"] in (["flower"], ["fruit"])
    assert pair["low"] > 0
    assert whole["reference"] == ["flower", "fruit"]


def test_a_run_counts_only_where_it_answers_images_of_each_kind(task, tmp_path):
    """Two runs are right in every image; a third is, too, and answers flowers alone."""
    whole = {"leaf": always, "flower": always, "fruit": always}
    for organs in (whole, whole, {"flower": always}):
        send_content(task, make_team(), tmp_path, always, organs=organs)
    read_all(task)
    found = made(task, "organs")
    figures = {
        tuple(one["values"]): (one["counted"]["value"], one["n_runs"])
        for one in found["combinations"]
    }
    assert figures["leaf",] == (1, 2)
    assert figures["flower",] == (0.5, 3)
    assert figures["leaf", "flower"] == figures[()] == (1, 2)
    assert (found["n_runs"], found["n_complete"]) == (3, 2)


def test_gains_are_over_the_same_runs_on_both_sides(task, tmp_path):
    """Who answers leaves alone, and does it better, makes neither leaves nor pairs better."""
    organs = {"leaf": lambda i: i < 30, "flower": always, "fruit": always}
    send_content(task, make_team(), tmp_path, always, organs=organs)
    read_all(task)
    before = made(task, "organs")["gains"]
    send_content(task, make_team(), tmp_path, always, organs={"leaf": always})
    read_all(task)
    found = made(task, "organs")
    assert (found["gains"], found["n_complete"]) == (before, 1)


def test_where_no_run_answers_every_kind_there_is_no_gain(task, tmp_path):
    for organ in ("leaf", "flower"):
        send_content(task, make_team(), tmp_path, always, organs={organ: always})
    read_all(task)
    found = made(task, "organs")
    assert [one["values"] for one in found["combinations"]] == [["leaf"], ["flower"]]
    assert found["gains"] == []
    assert not told(found).sure


def test_as_long_as_image_runs_are_being_read_nothing_is_found(task, tmp_path):
    organs = {"leaf": never, "flower": always, "fruit": always}
    for _ in range(3):
        send_content(task, make_team(), tmp_path, always, organs=organs)
    first = task_image_runs(task)[0]
    combine_images(evaluation_id=first.evaluations.get(is_current=True).pk)
    assert made(task, "organs")["n_unread"] == 2
    said = told(made(task, "organs"))
    assert (said.text, said.sure) == ("2 image runs are still being read", False)
    read_all(task)
    assert told(made(task, "organs")).sure


def told(data: dict[str, Any]) -> Finding:
    """Return what an analysis of organs says."""
    return finding(Made(KINDS["organs"], data, "", 1, False, NOW, "mrr", {}))


def test_what_earlier_versions_read_of_image_runs_is_read_anew(task, tmp_path):
    """They kept 0 for images that a run does not answer."""
    good_at_leaves(task, tmp_path)
    read_all(task)
    analyse_all()
    import_module("campaign.migrations.0016_image_runs_are_read_anew").forget(apps, None)
    assert word(task, "organs") == "unread"
    assert not Analysis.objects.filter(kind="organs").exists()
    assert Analysis.objects.filter(kind="domains").exists()


def inputs_of(task: Task) -> dict[str, str]:
    return dict(Analysis.objects.filter(task=task).values_list("kind", "inputs"))


@pytest.mark.usefixtures("no_messages")
def test_each_teams_best_image_run_is_read_once_and_what_is_made_of_it_anew(task, tmp_path):
    team = make_team()
    good_at_leaves(task, tmp_path, team)
    organs = {"leaf": always, "flower": always, "fruit": never}
    send_content(task, team, tmp_path, lambda i: i > 5, organs=organs)  # not its best
    send_content(task, make_team(), tmp_path, lambda i: i > 9, organs=organs)
    before = digest_of(task, Part.ALL)
    analyse_all()
    first = inputs_of(task)
    assert sweep_image_runs() == 2
    assert n_messages("scoring", priority=BEHIND) in {0, 2}  # sent when the transaction commits
    read_all(task)
    assert sweep_image_runs() == 0
    assert digest_of(task, Part.ALL) != before
    assert made(task, "organs")["n_runs"] == 2
    analyse_all()
    again = inputs_of(task)
    assert {kind for kind in again if again[kind] != first[kind]} == {"organs"}
    n = Breakdown.objects.count()
    read_all(task)
    assert Breakdown.objects.count() == n


def test_a_file_that_cannot_be_read_is_not_tried_for_ever(task, tmp_path, settings):
    good_at_leaves(task, tmp_path)
    settings.SCORING_MAX_BYTES = 1 << 24  # no process starts in so little
    read_all(task)
    assert Breakdown.objects.get().data == []
    assert sweep_image_runs() == 0
    assert word(task, "organs") == "unread"


def test_without_image_runs_or_images_nothing_is_said(task, tmp_path):
    send_content(task, make_team(), tmp_path, always)
    assert word(task, "organs") == "no_image_runs"
    plain = make_content_task(tables={"media.csv": ""}, rules={"image_runs": False})
    send_content(plain, make_team(), tmp_path, always)
    assert word(plain, "organs") == "no_kinds"
    assert sweep_image_runs() == 0


def test_on_a_part_of_the_test_only_its_observations_count(tmp_path):
    truth = "QueryId;ClassId;Usage\n" + "".join(
        f"q{i};c{i // 2};{'public' if i < 60 else 'private'}\n" for i in range(N)
    )
    task = make_content_task(
        tables={"ground_truth.csv": truth},
        subsets=["Domain"],
        split={"column": "Usage", "final": "private"},
    )
    organs = {"leaf": lambda i: i < 60, "flower": always, "fruit": never}
    send_content(task, make_team(), tmp_path, always, organs=organs)
    read_all(task)
    for part, score in ((Part.PUBLIC, 1), (Part.PRIVATE, 0)):
        combinations = made(task, "organs", part)["combinations"]
        leaf = next(one for one in combinations if one["values"] == ["leaf"])
        assert (leaf["counted"]["value"], leaf["n"]) == (score, 60)
