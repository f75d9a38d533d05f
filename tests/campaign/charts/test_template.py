"""What all figures have in common."""

import json
from typing import Any

import plotly.graph_objects as go
import pytest
from django.template.loader import render_to_string

from campaign.charts import LEAF, Chart, DataTable, as_text, with_interval

JSON = '<script type="application/json">'
HOSTILE = "<b>🌿 Ünï</b> & </script>"


def a_chart(**changed) -> Chart:
    figure = go.Figure(go.Bar(x=[0.5], y=[as_text(HOSTILE)], marker={"color": LEAF}))
    table = DataTable(["Team", "MRR"], [[HOSTILE, "0.500"]], numeric=frozenset([1]))
    fields = {"name": "by-team", "title": "One bar", "figure": figure, "table": table}
    return Chart(**{**fields, **changed})


def drawn(chart: Chart) -> str:
    return render_to_string("campaign/components/chart.html", {"chart": chart})


def spec_in(page: str) -> dict[str, Any]:
    start = page.index(JSON) + len(JSON)
    spec: dict[str, Any] = json.loads(page[start : page.index("</script>", start)])
    return spec


def test_a_figure_travels_with_its_colours_as_properties_and_its_height():
    spec = spec_in(drawn(a_chart(height=440)))

    assert spec["data"][0]["marker"]["color"] == "var(--leaf)"
    assert spec["layout"]["height"] == 440
    assert spec["layout"]["template"]["layout"]["font"]["family"] == "var(--sans)"


def test_its_place_is_held_before_it_is_drawn():
    assert 'height="440"' in drawn(a_chart(height=440))


def test_a_hostile_name_is_text_in_the_figure_and_in_the_table():
    page = drawn(a_chart())

    assert spec_in(page)["data"][0]["y"] == ["&lt;b&gt;🌿 Ünï&lt;/b&gt; &amp; &lt;/script&gt;"]
    assert "<td>&lt;b&gt;🌿 Ünï&lt;/b&gt; &amp; &lt;/script&gt;</td>" in page
    assert "<b>" not in page


def test_the_numbers_stand_beneath_those_with_figures_to_the_right():
    assert '<td class="num">0.500</td>' in drawn(a_chart())


def test_each_table_is_shown_and_can_be_taken_along():
    page = drawn(a_chart(more=[DataTable(["Run", "MRR"], [["Alba · 1", "0.250"]])]))

    assert "<td>Alba · 1</td>" in page
    assert page.count('data-chart-file="csv">CSV<') == page.count('data-table="2">CSV 2<') == 1
    assert 'aria-label="One bar (2)"' in page


def test_sources_and_generated_are_said_where_there_are_any():
    page = drawn(a_chart(sources=["A talk, 2017", "An overview"], generated=True))

    assert 'Sources: <span lang="en">A talk, 2017 · An overview</span>' in page
    assert "generated" in page
    assert "generated" not in drawn(a_chart())
    assert "Source" not in drawn(a_chart())


def test_a_row_that_does_not_fit_its_head_is_refused():
    with pytest.raises(ValueError, match="1 cells under 2 columns"):
        DataTable(["a", "b"], [["1"]])


def test_an_interval_is_drawn_from_its_ends_and_none_where_there_is_none():
    bars = with_interval([0.5, 0.2], [0.4, None], [0.7, None])

    assert bars["array"] == [pytest.approx(0.2), "-"]  # plotly draws nothing of what is no number
    assert bars["arrayminus"] == [pytest.approx(0.1), "-"]
