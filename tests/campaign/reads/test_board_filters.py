"""What runs learned from: one rule, for pages in Python, for filters in the database."""

from itertools import combinations

import pytest

from campaign.models import LeaderboardRow, Run
from campaign.reads.board_filters import TRAINING_DATA, Filters, training_group
from scoring import METHOD_SCHEMA
from tests.load.boards import make_board

KNOWN = METHOD_SCHEMA["properties"]["training_data"]["items"]["enum"]


@pytest.mark.parametrize(
    ("said", "group"),
    [
        (["trusted"], "trusted"),
        (["validation"], "trusted"),
        (["noisy"], "noisy"),
        (["noisy", "trusted"], "trusted-noisy"),
        (["noisy", "validation"], "trusted-noisy"),
        (["filtered", "trusted", "noisy"], "filtered"),
        (["external", "filtered"], "external"),
        (None, "not-said"),
    ],
)
def test_a_run_is_of_one_group(said, group):
    assert training_group({"training_data": said} if said else {}) == group


@pytest.mark.django_db
def test_the_database_groups_as_python_does():
    make_board(40)
    subsets = [list(one) for n in range(6) for one in combinations(KNOWN, n)]
    runs = list(Run.objects.all())
    for run, said in zip(runs, subsets, strict=False):
        run.description = {"training_data": said} if said else {}
    Run.objects.bulk_update(runs, ["description"])
    for group in TRAINING_DATA:
        found = Filters(training_data=group).of(LeaderboardRow.objects.all())
        assert {row.run_id for row in found} == {
            run.pk for run in runs if training_group(run.description) == group
        }
