"""Every name comes back from LaTeX and BibTeX as it is; every row is whole, every key its own."""

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from campaign.exports.bibtex import address, leaderboard_bib
from campaign.exports.latex import escape, leaderboard_tex, one_line
from campaign.models import Run, Task, Team
from campaign.reads.leaderboards import leaderboard
from tests.campaign.exports.tex import NotTex, printed, read_bibliography, read_table
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)

NAMES = [
    r"100 % of R&D_1 #2 {$x^2$} ~\textbf{b}\\",
    "Ærøskøbing Göß 東京 🌿",
    "--- ''a'' ``b`` ,,c'' ?` !` <<d>> |e| \"f\"",
    "[a] * & \\",
    "\\begin{tabular}{ll} % no comment \\end{document}",
]
SIGNS = "aé東 \\{}~^<>|\"`'&%$#_-,.?![]*=/@:;\n\t"


# ---------------------------------------------------------------- single texts
@given(st.text(alphabet=st.one_of(st.sampled_from(SIGNS), st.characters())))
def test_any_text_is_printed_as_it_is(text):
    assert printed(escape(text)) == one_line(text)


@given(st.text(alphabet=st.one_of(st.sampled_from(SIGNS), st.characters(codec="utf-8"))))
def test_any_address_ends_no_field(text):
    assert not set(address(text)) & set('{}\\"|^` <>\n')


@pytest.mark.parametrize(
    "text", ["50 %", "a & b", "x_1", "x^2", "{a", "a}", "a--b", r"\emph{}", "~", "<b>", "?`", r"\x"]
)
def test_the_reader_takes_nothing_that_tex_would_not(text):
    with pytest.raises(NotTex):
        printed(text)


# ---------------------------------------------------------------- whole files
pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return make_user("organiser")


@pytest.fixture
def task(tmp_path: Path, organiser) -> Task:
    """Make a task with a run of each odd name, on time, late, without a rank, a baseline."""
    task = make_task(
        "plants",
        campaign=make_campaign("lab", organiser=organiser),
        metrics=["mrr", "top_1", "macro_mrr", "top_1@Domain=photo"],
        phases={"post_campaign": (DEADLINE, None)},
    )
    Task.objects.filter(pk=task.pk).update(
        titles={"en": "Plants & 50 % \\ {more}"}, questions={"en": "Which_one?"}
    )
    registrations = [make_registration(task, make_team(name)) for name in NAMES]
    registrations.append(make_registration(task, make_team("Organisers", organisers=True)))
    for n, row in enumerate(registrations):
        run = make_run(row, tmp_path, ranked_lines(n + 1), name=NAMES[n % len(NAMES)])
        score_run(run)
        if n == 1:
            type(run).objects.filter(pk=run.pk).update(standing="disqualified", standing_reason="x")
    score_run(make_run(registrations[0], tmp_path, ranked_lines(8), at=DEADLINE))
    return Task.objects.get(pk=task.pk)


def board_of(task, organiser):
    return leaderboard(task=task, viewer=organiser, now=NOW)


@pytest.mark.parametrize("intervals", [False, True])
def test_the_table_is_whole(task, organiser, intervals):
    board = board_of(task, organiser)
    table = read_table(leaderboard_tex(board, now=NOW, intervals=intervals))
    assert table.columns == "rll" + "r" * 4
    (top, *middle, bottom) = table.rules
    assert (top, middle[0], bottom) == (
        ("toprule", 0),
        ("midrule", 1),
        ("bottomrule", len(table.rows)),
    )
    heads = [n for n, row in enumerate(table.rows) if len(row) == 1]
    assert middle[1:] == [("midrule", n) for n in heads]  # one above each part of the table
    assert len(table.rows) == 1 + len(board.entries) + len(heads)
    for head in table.rows[0][3:]:
        assert re.fullmatch(r".*\S \$\\(up|down)arrow\$", head)


def test_each_name_stands_in_its_row_as_it_is(task, organiser):
    board = board_of(task, organiser)
    rows = [row for row in read_table(leaderboard_tex(board, now=NOW)).rows[1:] if len(row) > 1]
    for entry, (rank, team, run, *scores) in zip(board.entries, rows, strict=True):
        assert rank == ("--" if entry.rank is None else str(entry.rank))
        assert printed(team) == one_line(entry.run.registration.team.name)
        assert one_line(entry.run.name) in printed(run)
        for score in scores:
            assert re.fullmatch(r"--|\d\.\d{4}|\\textbf\{\d\.\d{4}\}", score)


def test_letters_beyond_ascii_are_told_of(task, organiser):
    assert "% In UTF-8" in leaderboard_tex(board_of(task, organiser), now=NOW)
    Team.objects.filter(name=NAMES[1]).update(name="Plain")
    Run.objects.filter(name=NAMES[1]).update(name="plain")
    assert "% In UTF-8" not in leaderboard_tex(board_of(task, organiser), now=NOW)


def test_no_two_entries_have_one_key_whatever_teams_are_called(task, organiser, tmp_path):
    for name, papers in (("Fern", 3), ("Fern 2", 1), ("Overview", 1)):
        row = make_registration(task, make_team(name))
        for n in range(papers):
            paper = {"paper": f"https://a.example/{n}?a=b&c={{}}%20#d"}
            lines = ranked_lines(n, salt=name)
            score_run(make_run(row, tmp_path, lines, description=paper))
    board = board_of(task, organiser)
    found = read_bibliography(leaderboard_bib(board, now=NOW, page="https://clef.example/t/p/"))
    keys = {"plants-overview", "plants:fern", "plants:fern:2", "plants:fern:3", "plants:fern-2"}
    assert keys < set(found)
    assert found["plants-overview"]["title"] == "Plants & 50 % \\ {more}: Which_one?"
    authors = {entry["author"] for entry in found.values()}
    assert {one_line(name) for name in NAMES} < authors
