"""A leaderboard's page, and what its table says."""

import re

from django.urls import reverse

from tests.campaign.views.pages import main_of, text_of

DASH = "\N{EN DASH}"  # where there is nothing


def board(client, task, **query):
    answer = client.get(reverse("task-leaderboard", args=[task.slug]), query)
    assert answer.status_code == 200
    return main_of(answer)


def rows_of(page):
    """Return the words of each row of the table's body."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [text_of(row) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)]
