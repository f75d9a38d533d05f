"""A re-scoring shows on no page of others; the shell has all of it."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from campaign.models import Rescoring
from campaign.services.rescorings import switch_truth
from tests.campaign.factories import (
    NOW,
    QUERIES,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    ranked_lines,
    score_run,
    sender,
)
from tests.campaign.services.rescorings.steps import OTHER_LABELS, start, state_of, work

pytestmark = pytest.mark.django_db


PAGES = [
    "/tasks/birds/",
    "/tasks/birds/leaderboard/",
    "/tasks/birds/leaderboard/?sort=top_1",
    "/tasks/birds/runs/",
    "/tasks/birds/data/",
    "/runs/RUN/",
    "/runs/RUN/state/",
    "/runs/RUN/subsets/",
    "/api/v1/tasks/birds/",
    "/api/v1/tasks/birds/leaderboard/",
    "/api/v1/tasks/birds/runs/",
    "/api/v1/tasks/birds/queries/",
    "/api/v1/runs/RUN/",
    "/healthz",
]


def test_no_page_shows_a_new_number_before_the_switch(organiser, tmp_path):
    """Each page answers the same to everybody else, whether a re-scoring is ready or not."""
    task = make_task("birds", campaign=make_campaign(organiser=organiser), subsets=["Domain"])
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(8)))
    clients = [Client(), Client(), Client()]
    clients[1].force_login(sender(run))
    other = make_team()
    make_registration(task, other)
    clients[2].force_login(other.members.get())
    paths = [path.replace("RUN", str(run.pk)) for path in PAGES]

    def answers() -> list[tuple[int, str]]:
        found = [client.get(path) for client in clients for path in paths]
        return [(one.status_code, without_noise(one.getvalue().decode())) for one in found]

    answers()  # tables are made when first asked for
    before = answers()
    rescoring = start(
        task,
        organiser,
        metrics=["mrr", "top_3"],
        queries=QUERIES + "q8;photo\n",
        ground_truth=OTHER_LABELS["ground_truth.csv"] + "q8;c1\n",
    )
    work()
    assert state_of(rescoring) == "ready"
    assert answers() == before
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    assert answers() != before


def without_noise(text: str) -> str:
    """Return an answer without what differs from one request to the next."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return re.sub(r"\d+ (second|minute|hour|day)s?\b", "", text)


def test_pages_of_the_organisers_are_no_one_else_s(task, runs, organiser):
    rescoring = start(task, organiser)
    work()
    for user, status in ((organiser, 200), (sender(runs[0]), 404)):
        client = Client()
        client.force_login(user)
        for path in ("", "progress/"):
            address = f"/tasks/birds/organise/rescorings/{rescoring.pk}/{path}"
            assert client.get(address).status_code == status


def test_the_shell_shows_starts_and_ends(task, runs, capsys):
    make_truth(task, ["mrr", "top_3"], OTHER_LABELS)
    call_command("rescore", "birds")
    said = capsys.readouterr().out
    assert "labels changed: 3" in said
    assert "q5: c5 -> c0" in said
    assert "metrics added: top_3" in said
    assert not Rescoring.objects.exists()

    call_command("rescore", "birds", "--reason", "wrong labels")
    with pytest.raises(CommandError, match="2 runs are not scored by the new version yet"):
        call_command("rescore", "birds", "--switch")
    work()
    call_command("rescore", "birds", "--wait", "--switch")
    assert "truth version 2 is in force" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No other truth version waits"):
        call_command("rescore", "birds", "--truth", "2")
