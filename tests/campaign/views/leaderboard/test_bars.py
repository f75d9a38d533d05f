"""All runs of a leaderboard as bars, and rows that open to their scores by a column."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_task,
    ranked_lines,
    score_run,
)
from tests.campaign.views.leaderboard.tables import board
from tests.campaign.views.pages import main_of, text_of
from tests.load.boards import make_board

pytestmark = pytest.mark.django_db


def bars(client, task, **query):
    answer = client.get(reverse("leaderboard-bars", args=[task.slug]), query)
    assert answer.status_code == 200
    return answer


def test_all_runs_as_bars_without_those_that_have_no_place(client, six):
    answer = bars(client, six)
    teams = [row[0] for row in answer.context["chart"].table.rows]
    assert teams == ["Late", "Alba", "Betula", "Lab", "Machine"]
    assert "Hatched ones are late. Dotted ones are baselines" in text_of(main_of(answer))
    assert "5 runs by MRR" in text_of(main_of(answer))
    assert answer.context["chart"].generated


def test_bars_have_the_filters_of_the_table(client, six):
    answer = bars(client, six, training_data="trusted", sort="top_1")
    assert [row[0] for row in answer.context["chart"].table.rows] == ["Alba", "Lab"]
    assert "2 runs by Top 1" in text_of(main_of(answer))
    assert "/leaderboard/?training_data=trusted&amp;sort=top_1" in main_of(answer)
    assert "No run to draw" in main_of(bars(client, six, q="nobody"))


def test_of_many_runs_two_hundred_are_drawn_and_the_page_says_so(client, django_assert_num_queries):
    task = make_board(303)
    with django_assert_num_queries(8):
        answer = bars(client, task)
    assert len(answer.context["chart"].table.rows) == 200
    assert "104 runs more are not drawn" in text_of(main_of(answer))


def test_no_bar_while_scores_are_hidden(client, tmp_path):
    task = make_task(visibility="never")
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    page = main_of(bars(client, task))
    assert "Scores are hidden for now." in page
    assert "data-chart" not in page


@pytest.mark.parametrize(
    ("subsets", "column"), [(["Domain", "Organ"], "Organ"), (["Domain"], "Domain"), ([], None)]
)
def test_a_row_opens_by_organ_or_the_first_column_there_is(client, tmp_path, subsets, column):
    task = make_task(subsets=subsets, phases={"test_data": (NOW - timedelta(days=1), None)})
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    page = board(client, task)
    address = f"{reverse('run-subsets', args=[run.pk])}?by={column}"
    assert (f'href="{address}"' in page) == bool(column)
    assert (f'id="parts-{run.pk}"' in page) == bool(column)
    if column:
        assert f'hx-get="{address}&amp;brief"' in page
        assert 'class="breakdown"' in client.get(f"{address}&brief").content.decode()


def test_before_the_test_is_public_no_row_opens(client, tmp_path):
    task = make_task(subsets=["Domain"], phases={"test_data": (DEADLINE, None)})
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    assert "parts-" not in board(client, task)
