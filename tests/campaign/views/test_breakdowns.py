"""A run's scores in parts, as people see them: right to the last digit, kept, and not shown too early."""

import re
from datetime import timedelta
from typing import Any

import pytest

from campaign import storage
from campaign.models import Breakdown, Run
from campaign.reads.breakdowns import SHORT
from campaign.services import breakdowns
from campaign.views import breakdowns as pages
from scoring import Score, Trace, parse_metric, read_ground_truth, score_all
from tests.campaign.factories import (
    DEADLINE,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    score_run,
    sender,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

SUBSETS: list[Any] = ["Domain", "Organ", {"column": "TrainImages", "bands": [10, 100]}]
N = 24
DASH = "\N{EN DASH}"
TABLES = {
    "queries.csv": "QueryId;Domain\n"
    + "".join(f"q{i};{('photo', 'sheet')[i % 2]}\n" for i in range(N)),
    "media.csv": "MediaId;QueryId;Organ\n"
    + "".join(f"m{i};q{i};{('leaf', 'flower', 'fruit')[i % 3]}\n" for i in range(N)),
    "ground_truth.csv": "QueryId;ClassId\n" + "".join(f"q{i};c{i % 6}\n" for i in range(N)),
}


def lines(right: int) -> str:
    """Return a run whose first answers are right; then the class after the right one is first."""
    return "".join(
        f"q{i};c{(i + (i >= right)) % 6};0.9\nq{i};c{(i + (i < right)) % 6};0.1\n" for i in range(N)
    )


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def run(tmp_path) -> Run:
    task = make_task(files=TABLES, subsets=SUBSETS, phases={"results": (None, None)})
    registration = make_registration(task, make_team("Flora"))
    return score_run(make_run(registration, tmp_path, lines(16)))


def page_of(client, run: Run, name: str = "", **query: str) -> str:
    answer = client.get(f"{run.get_absolute_url()}{name}", query)
    assert answer.status_code == 200
    return main_of(answer)


def rows_of(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [text_of(row) for row in body.split("</tr>")[:-1]]


def expected(run: Run, metric: str, within: tuple[str, str]) -> Score:
    evaluation = run.evaluations.get()
    truth = read_ground_truth(storage.local_folder(evaluation.truth_version.folder))
    trace = Trace.from_bytes(bytes(evaluation.trace.data))
    return score_all(trace, truth, [parse_metric(metric)], within=within)[0]


def shown(score: Score) -> str:
    assert score.value is not None
    interval = "" if score.low is None else f" {score.low:.3f}\N{EN DASH}{score.high:.3f}"
    return f"{score.value:.3f}{interval}"


# ---------------------------------------------------------------- by columns
def test_a_table_says_what_the_scorer_says(client, run):
    rows = rows_of(page_of(client, run, "subsets/", by="Domain"))
    assert rows == [
        f"{name} 12 "
        + " ".join(shown(expected(run, metric, ("Domain", name))) for metric in ("mrr", "top_1"))
        for name in ("photo", "sheet")
    ]
    assert "\N{EN DASH}" in rows[0]  # twelve queries are enough for an interval


def test_bands_stand_in_their_order_and_values_with_most_queries_first(client, run):
    bands = rows_of(page_of(client, run, "subsets/", by="TrainImages=10,100"))
    assert [row.split()[:2] for row in bands] == [["<10", "4"], ["10-99", "8"], ["100+", "12"]]
    first = rows_of(page_of(client, run, "subsets/"))
    assert first[0].startswith("photo")


def test_two_columns_are_crossed(client, run):
    page = page_of(client, run, "subsets/", by="Organ+TrainImages=10,100")
    assert re.findall(r'<th class="num" scope="col">([^<]*)<', page) == ["&lt;10", "10-99", "100+"]
    assert rows_of(page) == [
        f"flower {DASH} 0.875 4 0.750 4",
        f"fruit {DASH} 0.875 4 0.750 4",
        f"leaf 0.875 4 {DASH} 0.875 4",
    ]


def test_the_page_offers_every_table_and_no_other(client, run):
    page = text_of(page_of(client, run, "subsets/"))
    assert "By domain By organ By training images By domain and training images" in page
    for odd in ("Usage", "Domain+Domain", "ClassId", "", "Domain "):
        assert client.get(f"{run.get_absolute_url()}subsets/", {"by": odd}).status_code == 404


def test_the_runs_page_asks_for_what_is_not_made_and_holds_what_is(client, run):
    page = page_of(client, run)
    assert page.count('hx-trigger="revealed"') == 5  # positions, three columns and one cross
    assert "?by=Domain&amp;brief" in page
    page_of(client, run, "subsets/", by="Domain", brief="")
    page = page_of(client, run)
    assert page.count('hx-trigger="revealed"') == 4
    assert shown(expected(run, "mrr", ("Domain", "photo"))) in text_of(page)


def test_among_others_a_long_table_is_cut_and_says_so(client, tmp_path):
    queries = "QueryId;Site\n" + "".join(f"q{i};site {i % 20:02}\n" for i in range(N))
    files = TABLES | {"queries.csv": queries}
    task = make_task(files=files, subsets=["Site"], phases={"results": (None, None)})
    run = score_run(make_run(make_registration(task), tmp_path, lines(16)))
    brief = page_of(client, run, "subsets/", by="Site", brief="")
    assert len(rows_of(brief)) == SHORT
    assert "All 20" in text_of(brief)
    assert len(rows_of(page_of(client, run, "subsets/", by="Site"))) == 20


def test_a_second_look_makes_nothing_anew(client, run, monkeypatch):
    first = page_of(client, run, "subsets/", by="Organ")
    assert Breakdown.objects.get().kind == 'by [["Organ"]]'
    monkeypatch.setattr(breakdowns, "_MAKERS", {})
    assert page_of(client, run, "subsets/", by="Organ") == first


def test_while_another_table_is_made_the_page_asks_again(client, run):
    with breakdowns._slot():
        for name in ("subsets/?by=Organ", "classes/", "confusions/"):
            answer = client.get(f"{run.get_absolute_url()}{name}")
            assert answer.status_code == 202
            assert "load delay:2s" in answer.content.decode()
        refused = client.get(f"/api/v1/runs/{run.pk}/classes/")
        assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert client.get(f"{run.get_absolute_url()}subsets/?by=Organ").status_code == 200


def test_a_task_without_columns_has_no_tables(client, tmp_path):
    run = score_run(make_run(make_registration(make_task()), tmp_path))
    assert "No table shows here" in page_of(client, run, "subsets/")
    assert page_of(client, run).count('hx-trigger="revealed"') == 1  # the positions alone


# ---------------------------------------------------------------- by class
def test_each_class_has_its_line(client, run):
    rows = rows_of(page_of(client, run, "classes/"))
    assert len(rows) == 6
    assert (
        rows[0]
        == "Genus0 species0 — Family0 c0 4 5 0.875 0.750 Genus0 species1 — Family0 c1 \N{MULTIPLICATION SIGN} 1"
    )
    assert rows[4].startswith("Genus2 species4 — Family1 c4 4 1 280 0.750 0.500")


@pytest.mark.parametrize(
    ("sort", "first", "order"),
    [
        ("", "c0", ("descending", "Queries")),
        ("class", "c0", ("ascending", "Class")),
        ("-class", "c5", ("descending", "Class")),
        ("mrr", "c0", ("descending", "MRR")),
        ("-mrr", "c4", ("ascending", "MRR")),
        ("train_images", "c5", ("descending", "Training images")),
        ("-train_images", "c0", ("ascending", "Training images")),
        ("nothing", "c0", ("descending", "Queries")),
        ("--mrr", "c0", ("descending", "Queries")),
    ],
)
def test_every_column_of_classes_sorts_both_ways(client, run, sort, first, order):
    page = page_of(client, run, "classes/", sort=sort)
    assert f" {first} " in rows_of(page)[0]
    assert re.findall(r'aria-sort="(\w+)"><a [^>]*>([^<]*)', page) == [order]


def test_classes_are_searched_without_scripts(client, run):
    found = rows_of(page_of(client, run, "classes/", search="SPECIES3"))
    assert len(found) == 1
    assert len(rows_of(page_of(client, run, "classes/", search=" family1 ", sort="mrr"))) == 2
    nothing = page_of(client, run, "classes/", search='<b>"')
    assert "No class is called “&lt;b&gt;&quot;”" in nothing


def test_many_classes_come_in_pages(client, run, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 4)
    assert len(rows_of(page_of(client, run, "classes/"))) == 4
    second = page_of(client, run, "classes/", page="2", sort="class")
    assert len(rows_of(second)) == 2
    assert "sort=class" in second.partition('rel="prev"')[0]


def test_what_was_taken_for_what(client, run):
    rows = rows_of(page_of(client, run, "confusions/"))
    assert len(rows) == 6
    assert rows[0] == ("Genus2 species4 — Family1 c4 Genus2 species5 — Family1 c5 2 50.0 % of 4")
    assert len(rows_of(page_of(client, run, "confusions/", search="c4"))) == 2


def test_a_perfect_run_took_nothing_for_something_else(client, tmp_path):
    task = make_task(files=TABLES, phases={"results": (None, None)})
    run = score_run(make_run(make_registration(task), tmp_path, lines(N)))
    assert "Nothing was taken for something else" in page_of(client, run, "confusions/")


# ---------------------------------------------------------------- who sees what
def test_live_scores_show_in_parts_and_labels_wait_for_results(client, tmp_path, clock):
    owner = make_user()
    task = make_task(
        files=TABLES,
        subsets=SUBSETS,
        campaign=make_campaign(organiser=owner),
        phases={"results": (DEADLINE, None)},
    )
    run = score_run(make_run(make_registration(task), tmp_path, lines(16)))
    assert rows_of(page_of(client, run, "subsets/"))
    client.force_login(sender(run))
    for name in ("classes/", "confusions/"):
        assert "This does not show yet." in page_of(client, run, name)
        assert "8 May 2017, 22:00 UTC" in page_of(client, run, name)
    client.force_login(owner)
    for name in ("classes/", "confusions/"):
        assert rows_of(page_of(client, run, name))
    client.logout()
    clock(DEADLINE + timedelta(seconds=1))
    for name in ("classes/", "confusions/"):
        assert rows_of(page_of(client, run, name))


def test_a_released_truth_shows_the_classes_of_live_scores(client, tmp_path):
    task = make_task(files=TABLES, phases={"results": (DEADLINE, None)}, truth_released=True)
    run = score_run(make_run(make_registration(task), tmp_path, lines(16)))
    assert rows_of(page_of(client, run, "classes/"))
    task.visibility = "never"
    task.save()
    client.force_login(sender(run))
    assert "This does not show yet." in page_of(client, run, "classes/")


def test_hidden_scores_are_in_no_part(client, tmp_path):
    task = make_task(
        files=TABLES, subsets=SUBSETS, visibility="never", phases={"results": (DEADLINE, None)}
    )
    run = score_run(make_run(make_registration(task), tmp_path, lines(16)))
    client.force_login(sender(run))
    assert "No table shows here" in page_of(client, run, "subsets/")
    assert "Where it is right" not in page_of(client, run)
    assert client.get(f"{run.get_absolute_url()}subsets/", {"by": "Domain"}).status_code == 200
    assert not Breakdown.objects.exists()


def test_of_a_split_test_each_part_has_its_own_tables(client, tmp_path, clock):
    truth = "QueryId;ClassId;Usage\n" + "".join(
        f"q{i};c{i % 6};{'public' if i < 16 else 'private'}\n" for i in range(N)
    )
    task = make_task(
        files=TABLES | {"ground_truth.csv": truth},
        subsets=["Domain"],
        split={"column": "Usage", "final": "private"},
        phases={"results": (DEADLINE, None)},
    )
    run = score_run(make_run(make_registration(task), tmp_path, lines(16)))
    live = rows_of(page_of(client, run, "subsets/"))
    assert all(" fewer than 20 — fewer than 20 queries" in row for row in live)
    clock(DEADLINE + timedelta(seconds=1))
    assert [row.split()[2] for row in rows_of(page_of(client, run, "subsets/"))] == ["0.500"] * 2
    assert set(Breakdown.objects.values_list("part", flat=True)) == {"public", "private"}


def test_other_shapes_have_their_own_figures(client, tmp_path):
    sets = make_task(
        shape="set",
        metrics=["f1_samples"],
        subsets=["Domain"],
        rules={"image_runs": False},
        phases={"results": (None, None)},
    )
    content = "".join(f"q{i};[c{i % 6}, c{(i + 1) % 6}]\n" for i in range(8))
    run = score_run(make_run(make_registration(sets), tmp_path, content))
    assert rows_of(page_of(client, run, "subsets/"))[0] == "photo 4 0.667"
    heads = text_of(
        page_of(client, run, "classes/").partition("<thead>")[2].partition("</thead>")[0]
    )
    assert heads == "Class Queries Training images Precision Recall F1 First instead"
    assert "Nothing was taken" in page_of(client, run, "confusions/")

    labels = make_task(
        shape="label",
        metrics=["fungi_1"],
        subsets=["Domain"],
        rules={"image_runs": False, "missing_queries": "reject"},
        phases={"results": (None, None)},
    )
    run = score_run(
        make_run(make_registration(labels), tmp_path, "".join(f"q{i};c0\n" for i in range(8)))
    )
    assert "FungiCLEF track 1 0.750" in text_of(page_of(client, run))
    assert len(rows_of(page_of(client, run, "confusions/"))) == 5


# ---------------------------------------------------------------- positions
def test_positions_are_those_of_the_scorer(client, run):
    page = page_of(client, run, "positions/")
    assert rows_of(page)[0] == "1 16 66.7 %"
    assert rows_of(page)[1] == f"2{DASH}5 8 33.3 %"
    assert expected(run, "top_1", ("Domain", "photo")).n + 12 == N
    assert "Coverage: 100 % of 24 queries have an answer." in text_of(page)
    assert "at position 1." in text_of(page)


def test_positions_go_with_the_scores(client, tmp_path):
    task = make_task(files=TABLES, visibility="never", phases={"results": (DEADLINE, None)})
    run = score_run(make_run(make_registration(task), tmp_path, lines(16)))
    client.force_login(sender(run))
    assert "No figure shows here" in page_of(client, run, "positions/")
    assert not Breakdown.objects.exists()
