"""A leaderboard's page costs the same queries however many runs there are."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.load.boards import make_board

pytestmark = pytest.mark.django_db

N_RUNS = 10_000
N_QUERIES = 10


def test_a_page_of_ten_thousand_runs_costs_as_many_queries_as_one_of_a_hundred(
    client: Client, django_assert_num_queries
):
    for n_runs in (100, N_RUNS):
        address = reverse("task-leaderboard", args=[make_board(n_runs, f"board-{n_runs}").slug])
        for question in (
            "",
            "?page=40",
            "?sort=top_1",
            "?sort=team",
            "?best=1",
            "?sort=top_5&best=1",
        ):
            with django_assert_num_queries(N_QUERIES):
                assert client.get(address + question).status_code == 200
