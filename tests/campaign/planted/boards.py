"""Boards of generated runs, without a database: what analyses are made of is the same, and so is what they say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from campaign.charts.analyses.drawing import Finding
from campaign.charts.analyses.words import finding
from campaign.models import Task, TruthVersion
from campaign.models.results import Part
from campaign.reads.analyses import KINDS, Made
from campaign.reads.method_effects import NothingToSay
from campaign.reads.method_tags import TagReader
from campaign.services.analyses.board import Board, BoardRun
from campaign.services.analyses.makers import MAKERS
from scoring import (
    Average,
    GroundTruth,
    RunRules,
    Skill,
    Trace,
    average,
    trace_run,
    write_synthetic_run,
)

SEEDS = range(20)
RULES = RunRules("ranked")


@dataclass(frozen=True, eq=False)
class PlantedBoard(Board):
    """A board that keeps its own traces."""

    kept: Mapping[int, Trace] = field(default_factory=dict)
    of: GroundTruth | None = None

    @property
    def truth(self) -> GroundTruth:
        """Return the truth that the traces were made by."""
        assert self.of is not None
        return self.of

    def traces(self, runs: Iterable[BoardRun]) -> Iterator[tuple[BoardRun, Trace]]:
        """Yield runs with their traces."""
        return ((run, self.kept[run.pk]) for run in runs)


@dataclass(frozen=True)
class Sent:
    """What a team sent."""

    team: int
    trace: Trace
    description: Mapping[str, Any] = field(default_factory=dict)


def board_of(
    truth: GroundTruth,
    sent: Sequence[Sent],
    *,
    task: Task | None = None,
    subsets: Sequence[str] = (),
) -> PlantedBoard:
    """Return the board of what teams sent; runs are numbered as they were sent, from 1 on."""
    version = TruthVersion(metrics=["mrr"], split_column="")
    kept = {pk: one.trace for pk, one in enumerate(sent, 1)}
    task = task or Task(slug="planted", shape="ranked", subsets=list(subsets))
    board = PlantedBoard(task, Part.ALL, version, (), TagReader({}), kept=kept, of=truth)
    return replace(board, runs=tuple(_ranked(board, sent)))


def _ranked(board: PlantedBoard, sent: Sequence[Sent]) -> Iterator[BoardRun]:
    scores = {pk: average_of(board, trace).value for pk, trace in board.kept.items()}
    teams: set[int] = set()
    for pk in sorted(scores, key=lambda pk: -(scores[pk] or 0.0)):
        one = sent[pk - 1]
        yield BoardRun(
            pk=pk,
            evaluation=pk,
            team=one.team,
            baseline=False,
            generated=True,
            best_of_team=one.team not in teams,
            description=one.description,
        )
        teams.add(one.team)


def made(board: Board, kind: str) -> dict[str, Any]:
    """Return an analysis of a board."""
    return MAKERS[kind](board)


def said(board: Board, kind: str) -> Finding:
    """Return what a page says of an analysis."""
    try:
        return told(board, kind, made(board, kind))
    except NothingToSay as why:
        return told(board, kind, None, why.word)


def told(board: Board, kind: str, data: Any, nothing: str = "") -> Finding:
    """Return what a page says of data; runs are called by their numbers."""
    return finding(
        Made(
            kind=KINDS[kind],
            data=data,
            nothing=nothing,
            n_runs=len(board.runs),
            generated=True,
            made_at=datetime(2017, 5, 1, tzinfo=UTC),
            metric=str(board.metric),
            names={run.pk: f"run {run.pk}" for run in board.runs},
        )
    )


def average_of(board: Board, trace: Trace) -> Average:
    """Return what a trace scores on a board."""
    return average(trace, board.truth, board.metric)


def skilled(path: Path, truth: GroundTruth, skill: Skill, seed: int, **asked: Any) -> Trace:
    """Return the trace of a generated run, which is left at a path."""
    write_synthetic_run(path, truth, skill, seed=seed, predictions=10, **asked)
    return traced(path, truth)


def traced(path: Path, truth: GroundTruth) -> Trace:
    """Return the trace of a run that is valid."""
    report, trace = trace_run(path, truth, RULES)
    assert trace is not None, report
    return trace
