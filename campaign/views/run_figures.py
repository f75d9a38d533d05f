"""What a page shows of a kept answer about a run: its table with its figure."""

from dataclasses import dataclass
from typing import Any

from campaign.charts import Chart
from campaign.charts.runs import MOST_BARS, position_chart, subset_chart
from campaign.reads.breakdowns import Question, SubsetTable
from campaign.reads.positions import Positions
from campaign.reads.results import RunReport


@dataclass(frozen=True)
class ShownSubset:
    """A question about columns; both are None while it is not answered, and a cross has no figure."""

    question: Question
    table: SubsetTable | None = None
    chart: Chart | None = None


@dataclass(frozen=True)
class ShownPositions:
    """Where the right classes stand; None while that is not counted."""

    positions: Positions | None = None
    chart: Chart | None = None


def shown_subset(
    question: Question, data: Any, report: RunReport, *, most: int = MOST_BARS
) -> ShownSubset:
    if data is None:
        return ShownSubset(question)
    table = SubsetTable.of(question, data)
    whole = (report.scores or {}).get(table.metrics[0])
    chart = subset_chart(table, whole, most=most, generated=report.run.generated)
    return ShownSubset(question, table, chart)


def shown_positions(data: Any, report: RunReport) -> ShownPositions:
    if data is None:
        return ShownPositions()
    positions = Positions.of(data)
    return ShownPositions(positions, position_chart(positions, generated=report.run.generated))
