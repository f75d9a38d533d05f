"""The overview kit: what lies in it, for whom, and with or without a browser that draws."""

import csv
import io
import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.utils import translation

from campaign import browser, storage
from campaign.exports.team_paragraphs import as_markdown
from campaign.models import FinalPackage, Task, User
from campaign.reads.analyses import KINDS
from campaign.refusals import NotThere
from campaign.services.overview_kits import pack_kit
from campaign.services.packages import ask_for_package, make_package
from tests.campaign.boards import analyse_all, make_large_test, send
from tests.campaign.exports.tex import read_items, read_paragraphs
from tests.campaign.factories import DEADLINE, NOW, make_campaign, make_team, make_user

pytestmark = pytest.mark.django_db

HOSTILE = "R&D_1 <b>🌿"
NAMED = r'100 % "both" \input{x} -- ~$'
SAID = {
    "training_data": ["noisy", "trusted"],
    "architectures": ["ResNet-50", "My_Net"],
    "n_networks": 12,
    "pre_training": "ImageNet",
    "hardware": "2 × GTX 1080",
    "n_gpus": 2,
    "training_hours": 1300,
    "automatic": True,
    "paper": "https://a.example/x",
}
LATER = DEADLINE + timedelta(days=1)


@pytest.fixture
def organiser():
    return make_user("organiser")


@pytest.fixture
def make_analysed(organiser, tmp_path):
    """Make a task with the runs of three teams, and analyse it; results open a day after the deadline."""

    def make(**fields: Any) -> Task:
        task = make_large_test(
            "plants", campaign=make_campaign("lab", organiser=organiser), **fields
        )
        for name, noisy, trusted in (("Alba", 32, 16), ("Betula", 31, 14), (HOSTILE, 33, 18)):
            team = make_team(name)
            send(task, team, tmp_path, range(noisy), description=SAID, name=NAMED)
            few = {"training_data": ["trusted"], "n_networks": 1}
            send(task, team, tmp_path, range(trusted), description=few, generated=True)
        analyse_all()
        return task

    return make


def kit_of(task: Task, viewer: User | AnonymousUser, now: datetime = NOW) -> dict[str, str]:
    """Return the texts of a kit, pictures too, by their names."""
    target = io.BytesIO()
    pack_kit(task=task, viewer=viewer, target=target, heartbeat=lambda: None, now=now)
    with zipfile.ZipFile(target) as zipped:
        assert zipped.testzip() is None
        return {
            name.partition("/")[2]: zipped.read(name).decode(errors="replace")
            for name in zipped.namelist()
        }


def test_it_holds_what_an_overview_is_written_from(make_analysed, organiser):
    kit = kit_of(make_analysed(), organiser)
    assert [name for name in kit if "/" not in name] == [
        "README.md",
        "leaderboard.csv",
        "leaderboard.tex",
        "leaderboard-best.csv",
        "leaderboard-best.tex",
        "references.bib",
        "teams.md",
        "teams.tex",
        "findings.md",
        "findings.tex",
        "SHA256SUMS",
    ]
    assert "of version 1 of the ground truth; runs are ranked by MRR." in kit["README.md"]
    assert r"\footnotesize [" in kit["leaderboard.tex"]
    assert kit["leaderboard.tex"].count("(generated)") == 3


def test_each_analysis_that_says_something_has_its_figure_and_numbers(make_analysed, organiser):
    kit = kit_of(make_analysed(), organiser)
    rows = list(
        csv.DictReader(io.StringIO(kit["analyses/01-training-data-generated.csv"]), delimiter=";")
    )
    assert rows[0]["Difference"] == "0.4"
    runs = csv.DictReader(
        io.StringIO(kit["analyses/01-training-data-generated-2.csv"]), delimiter=";"
    )
    assert len(list(runs)) == 6
    figures = {name.rpartition(".")[0] for name in kit if name.endswith(".html")}
    assert figures
    for name in figures:
        figure = json.loads(kit[f"{name}.json"])
        assert figure["layout"]["width"]
        said = figure["layout"].get("title", {}).get("text")
        assert (said == "generated") == name.endswith("-generated")
        assert "var(--" not in kit[f"{name}.json"]
        assert f"{name}.csv" in kit
        assert f"`{name}`" in kit["findings.md"]
    assert '<script src="plotly.min.js">' in kit["analyses/01-training-data-generated.html"]
    assert "analyses/plotly.min.js" in kit
    assert '[["toImage"]]' in kit["analyses/01-training-data-generated.html"]
    assert "There is no Chromium where they were made. With Chromium on the" in kit["README.md"]


def test_findings_say_whether_they_are_any_and_of_what(make_analysed, organiser):
    kit = kit_of(make_analysed(), organiser)
    runs = "6 runs; with generated runs)"
    nothing = "No training data can be shown to be better than others"
    assert f"\n\n{nothing}\n\n(no finding; {runs}\n" in kit["findings.md"]
    assert f"\\item {nothing} \\emph{{(no finding; {runs}}}" in kit["findings.tex"]
    found = (
        "were all equally hard, it would be 0**\n\n(a finding: its interval says so; 3 runs; with"
    )
    assert f"7 of 40 queries are answered right by none of 3 runs; {found}" in kit["findings.md"]
    assert not {"\u202f", "\u2212"} & set(kit["findings.tex"])


def test_a_paragraph_says_what_descriptions_say_and_nothing_else(make_analysed, organiser):
    kit = kit_of(make_analysed(), organiser)
    alba = kit["teams.md"].partition("## Alba\n\n")[2].partition("\n\n##")[0]
    said = alba.partition("rank 2. ")[2]
    assert said.partition(" Run 2")[0] == (
        r"It was trained on noisy and trusted data. Its architectures are ResNet-50 and My\_Net. "
        "It fuses 12 networks. It was pre-trained on ImageNet-1k. No person helped to answer the test. "
        "Training ran on 2 × GTX 1080, used 2 GPUs and took 1 300 hours."
    )
    assert alba.startswith("2 runs. The best is run 1 “100 % ")
    assert "Run 2 (generated) (" in alba
    assert "): training data trusted; number of networks 1; nothing said of architectures," in alba
    assert "Runs called generated were made by a program" in kit["teams.md"]


def test_paragraphs_are_safe_and_cite_what_the_bibliography_has(make_analysed, organiser):
    kit = kit_of(make_analysed(), organiser)
    assert r"## R&D\_1 \<b\>" in kit["teams.md"]
    assert r"\paragraph{R\&D\_1 \textless{}b\textgreater{}" in kit["teams.tex"]
    assert r"took 1\,300 hours" in kit["teams.tex"]
    for line in kit["teams.tex"].splitlines():
        if r"\cite" in line:
            key = line.partition(r"\cite{")[2].rstrip("}")
            assert f"@misc{{{key}," in kit["references.bib"]


def test_it_is_english_whoever_asks(make_analysed, organiser):
    task = make_analysed()
    with translation.override("fr"):
        kit = kit_of(task, organiser)
    assert "### What should one train on?" in kit["findings.md"]
    assert "number of networks 1" in kit["teams.md"]
    assert ";0.4;" in kit["analyses/01-training-data-generated.csv"]


def test_tex_prints_what_markdown_says_whatever_teams_call_things(make_analysed, organiser):
    kit = kit_of(make_analysed(), organiser)
    paragraphs = read_paragraphs(kit["teams.tex"])
    assert list(paragraphs) == ["", HOSTILE, "Alba", "Betula"]
    for sentences in paragraphs.values():
        assert as_markdown(" ".join(sentences)) in kit["teams.md"]
    assert all(NAMED in said[0] for title, said in paragraphs.items() if title)
    for item in read_items(kit["findings.tex"]):
        assert as_markdown(item) in kit["findings.md"]
    for package in (r"\usepackage{booktabs}", r"\usepackage[T1]{fontenc}"):
        assert package in kit["README.md"]
        assert package in kit["leaderboard.tex"]


def test_how_each_is_computed_is_said_once(make_analysed, organiser):
    computed = kit_of(make_analysed(), organiser)["findings.md"].partition(
        "## How this is computed"
    )[2]
    assert computed.count("Each team is compared with itself") == 1
    assert "**What should one train on? Do more networks help?" in computed


# ---------------------------------------------------------------- who sees what
def test_it_tells_organisers_what_others_do_not_see_yet(make_analysed, organiser):
    task = make_analysed(visibility="never", phases={"results": (LATER, None)})
    kit = kit_of(task, organiser)
    assert "**Not everybody may see these scores yet.**" in kit["README.md"]
    assert "not public yet" in kit["findings.tex"]
    with pytest.raises(NotThere):
        kit_of(task, AnonymousUser())


def test_labels_come_to_everybody_no_sooner_than_on_the_pages(make_analysed, organiser):
    task = make_analysed(phases={"results": (LATER, None)})
    about_labels = {slug for slug, kind in KINDS.items() if kind.shows == "labels"}

    def shown(kit: dict[str, str]) -> set[str]:
        return {slug for slug in about_labels if str(KINDS[slug].question) in kit["findings.md"]}

    public, own = kit_of(task, AnonymousUser()), kit_of(task, organiser)
    assert (shown(public), shown(own)) == (set(), about_labels)
    assert "not public yet" not in public["findings.md"]
    assert own["findings.md"].count("not public yet") == len(about_labels)
    opened = kit_of(Task.objects.get(pk=task.pk), AnonymousUser(), now=LATER)
    assert shown(opened) == about_labels


def test_what_is_for_organisers_alone_is_no_matter_for_a_paper(make_analysed, organiser):
    kit = kit_of(make_analysed(), organiser)
    for slug, kind in KINDS.items():
        assert (str(kind.question) in kit["findings.md"]) == (kind.group != "organisers")
        assert kind.group != "organisers" or not any(slug in name for name in kit)


# ---------------------------------------------------------------- how it is made
def test_it_is_a_package_that_leaves_the_final_one_alone(make_analysed, organiser):
    task = make_analysed()
    final = ask_for_package(task=task, by=organiser, now=NOW)
    kinds = FinalPackage.Kind
    first = ask_for_package(task=task, by=organiser, now=NOW, kind=kinds.OVERVIEW)
    assert ask_for_package(task=task, by=organiser, now=NOW, kind=kinds.OVERVIEW) == first
    for package in (final, first):
        make_package(package_id=package.pk)
    second = ask_for_package(task=task, by=organiser, now=NOW, kind=kinds.OVERVIEW)
    make_package(package_id=second.pk)
    made = task.final_packages.filter(state="made")
    assert [(one.pk, one.kind) for one in made] == [(second.pk, "overview"), (final.pk, "final")]
    with storage.open_stored(made[0].key) as file, zipfile.ZipFile(file) as zipped:
        assert zipped.namelist()[0].startswith("plants-overview-")


def test_pictures_where_there_is_a_browser(make_analysed, organiser, settings):
    if not any(map(shutil.which, browser._NAMES)):
        pytest.skip("no Chromium on this machine")
    settings.CHROMIUM = ""
    kit = kit_of(make_analysed(), organiser)
    figures = {name.rpartition(".")[0] for name in kit if name.endswith(".png")}
    assert "analyses/01-training-data-generated" in figures
    assert figures == {name.rpartition(".")[0] for name in kit if name.endswith(".svg")}
    assert not [name for name in kit if name.endswith((".html", ".js"))]
    assert "Not all figures" not in kit["README.md"]


def test_the_command_writes_what_everybody_may_see_or_one_person(make_analysed, tmp_path, settings):
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)
    make_analysed(visibility="never", phases={"results": (LATER, None)})
    out = tmp_path / "kit.zip"
    with pytest.raises(CommandError, match="do not show yet"):
        call_command("overview_kit", "plants", out=out)
    assert not out.exists()
    call_command("overview_kit", "plants", out=out, user="organiser")
    assert zipfile.ZipFile(out).testzip() is None
    with pytest.raises(CommandError, match="name a new file"):
        call_command("overview_kit", "plants", out=out, user="organiser")
    for slug, user in (("none", None), ("plants", "nobody")):
        with pytest.raises(CommandError, match="There is no"):
            call_command("overview_kit", slug, out=tmp_path / "b.zip", user=user)
