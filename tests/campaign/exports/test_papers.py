"""Leaderboards for a paper: LaTeX that compiles, BibTeX whose braces close."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from campaign.exports.bibtex import leaderboard_bib, run_bib
from campaign.exports.latex import escape, leaderboard_tex
from campaign.models import Campaign, Run, Task
from campaign.reads.leaderboards import Asked, leaderboard
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

pytestmark = pytest.mark.django_db

ODD = r"R&D_1 {50%} ~^\ #$ <b>"


@pytest.fixture
def organiser():
    return make_user("organiser")


@pytest.fixture
def task(tmp_path: Path, organiser) -> Task:
    """Make a baseline best of all, an odd name, and a late run better than the odd one."""
    campaign = make_campaign("lab", organiser=organiser)
    Campaign.objects.filter(pk=campaign.pk).update(titles={"en": "Léman & Lab"})
    task = make_task(
        "plants",
        campaign=Campaign.objects.get(pk=campaign.pk),
        metrics=["mrr", "top_1"],
        phases={"post_campaign": (DEADLINE, None)},
    )
    teams = [make_team(ODD), make_team("Late"), make_team("Organisers", organisers=True)]
    odd, late, base = (make_registration(task, team) for team in teams)
    paper = {"paper": "https://a.example/x}y%20z"}
    score_run(make_run(odd, tmp_path, ranked_lines(4), name="two_views", description=paper))
    score_run(make_run(odd, tmp_path, ranked_lines(3), description={}))
    score_run(make_run(base, tmp_path, ranked_lines(5)))
    score_run(make_run(late, tmp_path, ranked_lines(8), at=DEADLINE))
    return task


def board_of(task, organiser, **asked):
    return leaderboard(task=task, viewer=organiser, now=NOW, asked=Asked(**asked))


def test_the_best_ranked_value_of_each_column_is_bold(task, organiser):
    text = leaderboard_tex(board_of(task, organiser), now=NOW)
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert [line for line in rows if r"\textbf" in line] == [
        r"-- & Organisers & Run 1 (baseline) & \textbf{0.6250} & \textbf{0.6250} \\"
    ]
    assert rows[0] == r"Rank & Team & Run & mrr $\uparrow$ & top\_1 $\uparrow$ \\"
    assert rows[2] == (
        r"1 & R\&D\_1 \textbraceleft{}50\%\textbraceright{} \textasciitilde{}\textasciicircum{}"
        r"\textbackslash{} \#\$ \textless{}b\textgreater{} & Run 1: two\_views & 0.5000 & 0.5000 \\"
    )
    assert rows[-2:] == [
        r"\multicolumn{5}{l}{\emph{Late, not ranked}} \\",
        r"-- & Late & Run 1 & 1.0000 & 1.0000 \\",
    ]


def test_intervals_stand_beside_where_they_are_asked_for(task, organiser):
    board = board_of(task, organiser)
    assert r"\footnotesize" not in leaderboard_tex(board, now=NOW)
    score = board.entries[0].scores["mrr"]
    if score.low is not None:  # eight queries have none
        assert f"[{score.low:.4f}" in leaderboard_tex(board, now=NOW, intervals=True)


def test_generated_things_say_so(task, organiser):
    Task.objects.filter(pk=task.pk).update(generated=True)
    board = board_of(Task.objects.get(pk=task.pk), organiser)
    assert "% The queries and the ground truth of this task are generated" in leaderboard_tex(
        board, now=NOW
    )
    assert "ground truth are generated" in leaderboard_bib(board, now=NOW)


def test_the_papers_of_each_team_and_the_overview(task, organiser):
    text = leaderboard_bib(board_of(task, organiser), now=NOW, page="https://clef.example/tasks/p/")
    keys = re.findall(r"^@misc\{(.*),$", text, re.MULTILINE)
    assert keys == [
        "plants-overview",
        "plants:organisers",
        "plants:rd_1-50-b",
        "plants:rd_1-50-b:2",
        "plants:late",
    ]
    assert r"author = {{Organisers of Léman \& Lab}}," in text
    assert "url = {https://clef.example/tasks/p/}," in text
    assert "url = {https://a.example/x%7Dy%20z}," in text
    for entry in text.split("\n\n"):
        assert entry.count("{") == entry.count("}")


def test_line_ends_and_what_does_not_print_break_nothing():
    assert escape("a\nb\\\x00\t% c") == r"a b\textbackslash{} \% c"


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no LaTeX on this machine")
def test_latex_takes_it(task, organiser, tmp_path):
    body = leaderboard_tex(board_of(task, organiser), now=NOW, intervals=True)
    source = (
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs}"
        f"\\begin{{document}}\n{body}\\end{{document}}"
    )
    (tmp_path / "a.tex").write_text(source)
    words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)


def test_a_run_is_cited_with_the_paper_that_its_team_names(task):
    run = Run.objects.get(name="two_views")
    text = run_bib(run, page="https://clef.example/runs/1/")
    own, paper = text.split("\n\n")
    assert own.startswith("@misc{plants:rd_1-50-b:run-1,")
    assert r"title = {{two\_views: Task plants}}" in own
    assert "url = {https://clef.example/runs/1/}" in own
    assert "url = {https://a.example/x%7Dy%20z}" in paper
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")


def test_a_generated_run_says_so_where_it_is_cited(task):
    run = Run.objects.get(name="two_views")
    run.generated = True
    run.name, run.description = "", {}
    text = run_bib(run, page="")
    assert "made by a program" in text
    assert "title = {{Run 1 of" in text
    assert text.count("@misc") == 1
