"""A run beside another one: the numbers of the scorer, kept, and nothing too early."""

from datetime import timedelta
from typing import Any

import pytest

from campaign import storage
from campaign.models import Breakdown, Registration, Run
from campaign.services import breakdowns
from scoring import Trace, average, compare, parse_metric, read_ground_truth
from tests.campaign.factories import (
    DEADLINE,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
    sender,
)
from tests.campaign.views.pages import main_of, text_of
from tests.campaign.views.test_breakdowns import SUBSETS, TABLES, lines, rows_of

pytestmark = pytest.mark.django_db

HOSTILE = "<b>🌿 Ünï</b>" * 5
MINUS = "\u2212"
Two = tuple[Run, Run]
OPEN: dict[str, Any] = {"results": (None, None)}


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def runs(tmp_path) -> Two:
    task = make_task(files=TABLES, subsets=SUBSETS, phases=OPEN)
    flora, hostile = (make_registration(task, make_team(name)) for name in ("Flora", HOSTILE))
    return two_of(tmp_path, flora, hostile)


def two_of(tmp_path, one: Registration, other: Registration) -> Two:
    """Score a good run and a bad one."""
    return (
        score_run(make_run(one, tmp_path, lines(20))),
        score_run(make_run(other, tmp_path, lines(6))),
    )


def ask(client, run: Run, other: Run | None = None, /, *, status: int = 200, **query: str) -> str:
    asked = query | ({"with": str(other.pk)} if other else {})
    answer = client.get(f"{run.get_absolute_url()}comparison/", asked)
    assert answer.status_code == status
    return main_of(answer)


def expected(runs: Two, metric: str, within: tuple[str, str] | None = None):
    evaluations = [run.evaluations.get() for run in runs]
    truth = read_ground_truth(storage.local_folder(evaluations[0].truth_version.folder))
    one, other = (
        average(Trace.from_bytes(bytes(own.trace.data)), truth, parse_metric(metric), within=within)
        for own in evaluations
    )
    found = compare(one, other, truth.seed)
    assert found is not None
    return found


def signed(value: float) -> str:
    return f"{'+' if value >= 0 else MINUS}{abs(value):.3f}"


# ---------------------------------------------------------------- what it says
def test_every_metric_has_its_difference_interval_and_p(client, runs):
    page = ask(client, *runs, part="scores")
    for row, metric in zip(rows_of(page), ("mrr", "top_1"), strict=True):
        found = expected(runs, metric)
        p = "< 0.001" if found.p < 0.001 else f"{found.p:.3f}"
        assert row.endswith(
            f"{signed(found.value)} {signed(found.low)} \N{EN DASH} {signed(found.high)} {p} 24"
        )
    assert "Run 1 of Flora is better: MRR +0.292" in text_of(page)


def test_of_too_few_queries_no_difference_is_told(client, tmp_path):
    task = make_task(phases=OPEN)
    runs = [score_run(make_run(make_registration(task), tmp_path, ranked_lines(n))) for n in (6, 7)]
    none = "\N{EN DASH} " * 3
    assert rows_of(ask(client, *runs, part="scores")) == [
        f"MRR 0.750 0.875 {none}8",
        f"Top 1 0.750 0.875 {none}8",
    ]


def test_the_other_way_round_says_the_opposite(client, runs):
    page = ask(client, runs[1], runs[0], part="scores")
    assert rows_of(page)[0].startswith("MRR 0.625 0.917 \N{MINUS SIGN}0.292")
    assert "Run 1 of Flora is better: MRR +0.292" in text_of(page)


def test_differences_by_a_column_are_those_of_the_scorer(client, runs):
    rows = rows_of(ask(client, *runs, part="by:Domain"))
    for row, name in zip(rows, ("photo", "sheet"), strict=True):
        found = expected(runs, "mrr", ("Domain", name))
        assert row.startswith(f"{name} 12 ")
        assert f"{signed(found.value)} {signed(found.low)} \N{EN DASH} {signed(found.high)}" in row


def test_who_is_right_where_the_other_is_not(client, runs):
    rows = rows_of(ask(client, *runs, part="queries"))
    assert rows[0] == "by both 6 24"
    assert rows[1] == "only by Run 1 of Flora 14 0"
    assert rows[2] == f"only by Run 1 of {HOSTILE} 0 0"
    assert rows[3] == "by neither 4 0"


def test_the_classes_that_make_the_difference(client, runs):
    page = ask(client, *runs, part="classes")
    assert rows_of(page)[0].startswith("Genus")
    assert "Run 1 of Flora is better on" in text_of(page)
    assert "on 0 classes the runs are equal" in text_of(page)


def test_names_are_text(client, runs):
    for part in ("scores", "by:Domain", "queries", "classes"):
        page = ask(client, *runs, part=part)
        assert "<b>" not in page


# ---------------------------------------------------------------- how it is made
def test_the_page_asks_for_each_part_and_makes_none_itself(client, runs):
    page = ask(client, *runs)
    assert page.count("part=") == 2 * 6  # each by a script, and as a link
    assert not Breakdown.objects.exists()


def test_a_second_look_makes_nothing_anew(client, runs, monkeypatch):
    first = ask(client, *runs, part="by:Organ")
    assert Breakdown.objects.get().kind == f'by [["Organ"]] against {runs[1].evaluations.get().pk}'
    monkeypatch.setattr(breakdowns, "COMPARERS", {})
    assert ask(client, *runs, part="by:Organ") == first


def test_of_a_run_the_newest_comparisons_are_kept_and_all_else(client, runs, monkeypatch):
    monkeypatch.setattr(breakdowns, "MOST_COMPARISONS", 2)
    client.get(f"{runs[0].get_absolute_url()}subsets/")
    ask(client, runs[1], runs[0], part="scores")  # of the other run: it has its own
    first = ask(client, *runs, part="scores")
    for part in ("by:Organ", "queries"):
        ask(client, *runs, part=part)
    kept = Breakdown.objects.order_by("pk").values_list("evaluation__run", "kind")
    one, other = (run.evaluations.get().pk for run in runs)
    assert list(kept) == [
        (runs[0].pk, 'by [["Domain"]]'),
        (runs[1].pk, f"scores against {one}"),
        (runs[0].pk, f'by [["Organ"]] against {other}'),
        (runs[0].pk, f"queries against {other}"),
    ]
    assert rows_of(ask(client, *runs, part="scores")) == rows_of(first)


def test_while_another_table_is_made_the_part_asks_again(client, runs):
    with breakdowns._slot():
        assert 'hx-trigger="load delay:2s"' in ask(client, *runs, status=202, part="scores")


def test_the_page_takes_few_queries(client, runs, django_assert_max_num_queries):
    ask(client, *runs, part="scores")
    with django_assert_max_num_queries(30):
        ask(client, *runs)


# ---------------------------------------------------------------- which run
def test_runs_of_the_board_are_offered_and_searched(client, runs):
    assert f"?with={runs[1].pk}" in ask(client, runs[0])
    assert f"?with={runs[0].pk}" not in ask(client, runs[0])
    assert "No run is called" in ask(client, runs[1], search="fauna")
    assert f"?with={runs[0].pk}" in ask(client, runs[1], search="flora 1")


def test_a_run_is_not_compared_with_itself_nor_with_one_of_another_task(client, runs, tmp_path):
    assert "These two cannot be compared" in ask(client, runs[0], runs[0])
    task = make_task(files=TABLES, phases=OPEN)
    stranger = score_run(make_run(make_registration(task), tmp_path, lines(3)))
    ask(client, runs[0], stranger, status=404)
    for odd in ("0", "x", "9" * 30, "-1"):
        ask_with = client.get(f"{runs[0].get_absolute_url()}comparison/", {"with": odd})
        assert ask_with.status_code == 404
    ask(client, *runs, status=404, part="by:Usage")


# ---------------------------------------------------------------- who sees what
def test_with_live_scores_small_cells_and_right_answers_wait(client, tmp_path, clock):
    owner = make_user()
    task = make_task(
        files=TABLES,
        subsets=SUBSETS,
        campaign=make_campaign(organiser=owner),
        phases={"results": (DEADLINE, None)},
    )
    two = two_of(tmp_path, make_registration(task), make_registration(task))
    assert rows_of(ask(client, *two, part="queries"))[0] == "by both 24"
    assert "No value has enough queries" in ask(client, *two, part="by:Domain")
    ask(client, *two, status=404, part="classes")
    client.force_login(owner)
    assert "by both 6 24" in text_of(ask(client, *two, part="queries"))
    assert "is better on" in text_of(ask(client, *two, part="classes"))
    client.logout()
    assert "is better on" not in text_of(ask(client, *two))
    clock(DEADLINE + timedelta(seconds=1))
    assert "by both 6 24" in text_of(ask(client, *two))
    assert "is better on" in text_of(ask(client, *two))


def test_hidden_scores_are_not_compared(client, tmp_path):
    task = make_task(files=TABLES, visibility="never", phases={"results": (DEADLINE, None)})
    registration = make_registration(task)
    two = two_of(tmp_path, registration, registration)
    client.force_login(sender(two[0]))
    assert "Nothing can be compared yet" in ask(client, *two, part="scores")
    assert not Breakdown.objects.exists()
