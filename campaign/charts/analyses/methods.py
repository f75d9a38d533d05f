"""What choices of method are worth: runs by what their descriptions say, and the differences."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import plotly.graph_objects as go
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from plotly.subplots import make_subplots

from campaign.charts.analyses.drawing import (
    Drawing,
    Figure,
    Finding,
    axis_title,
    change_text,
    intervals,
    is_sure,
    rises,
    row_lines,
    run_label,
    run_name,
    zero_line,
)
from campaign.charts.bars import NAMES
from campaign.charts.template import (
    INK,
    LEAF,
    MUTED,
    DataTable,
    as_text,
    shortened,
)
from campaign.method_words import tag_name
from campaign.metric_names import metric_name
from campaign.numbers import MINUS, change, decimals, number
from campaign.reads.analyses import Made
from campaign.reads.board_filters import TRAINING_DATA
from campaign.reads.factors import WITHOUT

# Pixels: of a row, which may have two lines; of an axis with its title; between the two panels.
_ROW, _AXIS, _GAP = 40, 62, 26
_NETWORKS = {
    "1": gettext_lazy("one network"),
    "2-3": gettext_lazy("2 or 3 networks"),
    "4-7": gettext_lazy("4 to 7 networks"),
    "8-": gettext_lazy("8 networks or more"),
}
_OUTPUTS = {
    "1": gettext_lazy("one output"),
    "2-9": gettext_lazy("2 to 9 outputs"),
    "10-99": gettext_lazy("10 to 99 outputs"),
    "100-": gettext_lazy("100 outputs or more"),
}
_PRE_TRAINING = {
    "scratch": gettext_lazy("training from scratch"),
    "pre-trained": gettext_lazy("pre-training"),
}
_Names = Mapping[str, str | Promise]


# ---------------------------------------------------------------- in words
def _finding(names: _Names, none: Promise) -> Callable[[Made], Finding]:
    """Return what tells the largest difference that is one; `none` is what is said where none is."""

    def found(made: Made) -> Finding:
        sure = [one for one in made.data["contrasts"] if is_sure(one)]
        most = max(sure, key=_weight, default=None)
        return _said(made, most, names) if most else Finding(str(none))

    return found


def _weight(one: Mapping[str, Any]) -> tuple[bool, float]:
    """Return what makes one difference more of a finding than another: of teams, then large."""
    return one["over"] != "runs", abs(float(one["value"]))


def _said(made: Made, one: Mapping[str, Any], names: _Names) -> Finding:
    """Tell a difference; one of these very runs is none of methods."""
    words = {
        "level": _capital(_name(one["level"], names)),
        "change": change(one["value"]),
        "metric": metric_name(made.metric),
        "reference": _name(one["reference"], names),
    }
    said = _("%(level)s: %(change)s %(metric)s against %(reference)s") % words
    if one["over"] == "runs":
        too_few = _("%(finding)s, but too few teams to say so in general")
        return Finding(too_few % {"finding": said})
    if not one["adjusted"]:
        not_alone = _("%(finding)s, other differences between these runs not taken out")
        said = not_alone % {"finding": said}
    return Finding(said, sure=True)


def _step_finding(names: _Names, none: Promise) -> Callable[[Made], Finding]:
    """Return what tells up to where more of something helps."""

    def found(made: Made) -> Finding:
        steps = made.data["contrasts"]
        helped = [place for place, one in enumerate(steps) if _helps(one, made.metric)]
        if not helped:
            return Finding(str(none))
        said = _said(made, steps[helped[-1]], names)
        if helped[-1] == len(steps) - 1 or not said.sure:
            return said
        no_more = _("%(finding)s; no gain from more can be shown") % {"finding": said.text}
        return Finding(no_more, sure=True)

    return found


def _helps(one: Mapping[str, Any], metric: str) -> bool:
    return is_sure(one) and (one["value"] > 0) == rises(metric)


def _name(level: str, names: _Names) -> str:
    if level == WITHOUT:
        return _("runs without it")
    return str(names.get(level) or tag_name(level))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ---------------------------------------------------------------- drawn
def _draw(names: _Names) -> Callable[[Made], Figure]:
    """Return what draws the runs of each level above the differences between levels."""

    def drawn(made: Made) -> Figure:
        levels, contrasts = made.data["levels"], made.data["contrasts"]
        heights = [_ROW * len(levels), _ROW * len(contrasts)]
        height = sum(heights) + 2 * _AXIS + _GAP
        figure = make_subplots(
            rows=2,
            cols=1,
            row_heights=heights,
            vertical_spacing=(_AXIS + _GAP) / height,
        )
        _add_levels(figure, made, names)
        _add_contrasts(figure, made, names, row=2)
        return Figure(
            figure,
            _numbers(made, names),
            _reading(made, runs=True),
            height,
            more=[_runs(made, names)],
        )

    return drawn


def _draw_tags(made: Made) -> Figure:
    """Draw the differences that tags make; a run has several, so there is no row of runs for each."""
    figure = make_subplots(rows=1, cols=1)
    _add_contrasts(figure, made, {}, row=1)
    height = (
        _ROW * max(2, len(made.data["contrasts"])) + _AXIS
    )  # of one row, the axis needs as much
    return Figure(figure, _numbers(made, {}), _reading(made, runs=False), height)


def _add_levels(figure: go.Figure, made: Made, names: _Names) -> None:
    for level in made.data["levels"]:
        row = as_text(_capital(_name(level["level"], names)))
        hover = [run_label(made, pk) for pk in level["runs"]]
        figure.add_scatter(
            x=level["scores"],
            y=[row] * len(hover),
            mode="markers",
            marker={"color": LEAF, "size": 10, "opacity": 0.55},
            hovertext=hover,
            hovertemplate="%{hovertext}: %{x:.3f}<extra></extra>",
            showlegend=False,
            row=1,
            col=1,
        )
    figure.update_yaxes(**NAMES, row=1, col=1)
    figure.update_xaxes(title=axis_title(made.metric), row=1, col=1)
    row_lines(figure)


def _add_contrasts(figure: go.Figure, made: Made, names: _Names, row: int) -> None:
    contrasts = made.data["contrasts"]
    figure.add_scatter(
        x=[one["value"] for one in contrasts],
        y=[as_text(_pair(one, names)).replace(f" {MINUS} ", f"<br>{MINUS} ") for one in contrasts],
        mode="markers",
        error_x=intervals(contrasts),
        marker={
            "color": [INK if is_sure(one) else MUTED for one in contrasts],
            "size": 10,
            "symbol": ["circle" if is_sure(one) else "circle-open" for one in contrasts],
        },
        hovertext=[as_text(change_text(one)) for one in contrasts],
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
        showlegend=False,
        row=row,
        col=1,
    )
    figure.update_yaxes(**NAMES, row=row, col=1)
    metric = metric_name(made.metric)
    title = _("difference in %(metric)s") % {"metric": metric}
    figure.update_xaxes(title=title, row=row, col=1)
    zero_line(figure, row=row, col=1)


def _pair(one: Mapping[str, Any], names: _Names) -> str:
    level = shortened(_name(one["level"], names))
    if one["reference"] == WITHOUT:
        return level
    return f"{level} {MINUS} {shortened(_name(one['reference'], names))}"


_OVER = {
    "pairs": gettext_lazy("teams with both"),
    "teams": gettext_lazy("teams with either"),
    "runs": gettext_lazy("these runs"),
    "confounded": gettext_lazy("nothing: it always goes with something else"),
}


def _numbers(made: Made, names: _Names) -> DataTable:
    head = [
        _("Compared"),
        _("Difference"),
        _("from"),
        _("to"),
        _("Inferred from"),
        _("Other choices accounted for"),
        _("Teams"),
        _("Runs"),
        _("Runs it is compared with"),
    ]
    rows = [
        [
            _pair(one, names),
            *map(change, (one["value"], one["low"], one["high"])),
            str(_OVER[one["over"]]),
            _("yes") if one["adjusted"] else _("no"),
            *map(number, (one["n_teams"], one["n_runs"], one["n_reference"])),
        ]
        for one in made.data["contrasts"]
    ]
    return DataTable(head, rows, numeric=frozenset({1, 2, 3, 6, 7, 8}))


def _runs(made: Made, names: _Names) -> DataTable:
    """Return the runs of each level with their scores."""
    rows = [
        [_capital(_name(level["level"], names)), run_name(made, pk), decimals(score)]
        for level in made.data["levels"]
        for pk, score in zip(level["runs"], level["scores"], strict=True)
    ]
    return DataTable(
        [_("Choice"), _("Run"), metric_name(made.metric)], rows, numeric=frozenset({2})
    )


def _reading(made: Made, *, runs: bool) -> str:
    """Return how to read the figure, and of how many runs it cannot speak."""
    said = _(
        "Each dot is the difference in score that goes with a choice, within teams where at least three tried both "
        "(the numbers say where not); it is filled where its interval does not touch 0. The intervals of all %(n)s comparisons of methods in this "
        "task hold together, with 99 %% confidence."
    )
    if runs:
        said = _(
            "Above, each dot is a run. Below, each is the difference in score that goes with a choice, within teams "
            "where at least three tried both (the numbers say where not); it is filled where its interval does not "
            "touch 0. The intervals of all %(n)s "
            "comparisons of methods in this task hold together, with 99 %% confidence."
        )
    sentences = [said % {"n": number(made.data["n_contrasts"])}, *_not_taken_out(made)]
    if silent := made.data["n_silent"]:
        nothing = ngettext(
            "%(n)s run is left out: its description does not say.",
            "%(n)s runs are left out: their descriptions do not say.",
            silent,
        )
        sentences.append(nothing % {"n": number(silent)})
    return " ".join(sentences)


def _not_taken_out(made: Made) -> Iterator[str]:
    """Yield how many differences may be those of something else that the runs do differently."""
    contrasts = made.data["contrasts"]
    as_they_are = sum(not one["adjusted"] for one in contrasts)
    if as_they_are == len(contrasts):
        yield _("Other differences between these runs are not taken out.")
    elif as_they_are:
        said = _(
            "In %(n)s of the %(all)s comparisons shown, other differences between runs are not taken out (the "
            "numbers say which)."
        )
        yield said % {"n": number(as_they_are), "all": number(len(contrasts))}


DRAWINGS: Mapping[str, Drawing] = {
    "training-data": Drawing(
        _finding(
            TRAINING_DATA, gettext_lazy("No training data can be shown to be better than others")
        ),
        _draw(TRAINING_DATA),
    ),
    "architectures": Drawing(
        _finding({}, gettext_lazy("No architecture can be shown to be better than others")),
        _draw_tags,
    ),
    "networks": Drawing(
        _step_finding(_NETWORKS, gettext_lazy("No gain from more networks can be shown")),
        _draw(_NETWORKS),
    ),
    "pre-training": Drawing(
        _finding(_PRE_TRAINING, gettext_lazy("No gain from pre-training can be shown")),
        _draw(_PRE_TRAINING),
    ),
    "augmentation": Drawing(
        _finding({}, gettext_lazy("No augmentation can be shown to be better than others")),
        _draw_tags,
    ),
    "test-outputs": Drawing(
        _step_finding(_OUTPUTS, gettext_lazy("No gain from more outputs per query can be shown")),
        _draw(_OUTPUTS),
    ),
}
