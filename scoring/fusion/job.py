"""The work of a fusion: runs are read into a spool, and what comes of them is written query by query."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from scoring.fusion.spool import Spool, Vote, Votes
from scoring.run_files.answer import Answer
from scoring.run_files.layouts import layout_of
from scoring.run_files.reader import read_run
from scoring.run_files.report import RunReport
from scoring.run_files.writer import RunWriter, check_target, written_whole
from scoring.run_rules import Kind, RunRules
from scoring.truth.ground_truth import TestSet

Progress = Callable[[int, int], None]
"""Is told how many steps are done, and how many there are."""

Fuse = Callable[[Sequence[float], int], float]
"""From the votes for a class, and how many there could be, to its probability."""

Ballot = Sequence[tuple[Votes, int]]
"""Where the votes for one query stand: which run, and which place in it."""


class CannotFuse(ValueError):
    """What was asked makes no run; the text says why, and what would."""


@dataclass(frozen=True)
class Fusion:
    """What became of a fusion.

    Attributes
    ----------
    reports
        The judgement on each run that was read. Only when all are valid was anything written.
    n_queries, n_predictions
        What was written.
    n_cut
        Predictions beyond those that a query may have.
    n_unanswered
        Queries without a line: no run, or no image that was chosen, answers them.
    """

    reports: tuple[RunReport, ...]
    n_queries: int = 0
    n_predictions: int = 0
    n_cut: int = 0
    n_unanswered: int = 0

    @property
    def valid(self) -> bool:
        """Return whether the fused run was written."""
        return all(report.valid for report in self.reports)


class FusionJob:
    """Reads runs into a spool, and writes what comes of them query by query."""

    def __init__(
        self,
        test_set: TestSet,
        rules: RunRules,
        kind: Kind,
        out: Path,
        most: int | None,
        progress: Progress | None,
    ) -> None:
        check_target(out)
        if most is not None and most < 1:
            raise CannotFuse(f"{most} predictions a query are none; right is a number from 1")
        limits = [limit for limit in (most, rules.max_predictions_per_query) if limit is not None]
        self._most = min(limits, default=None)
        self._test_set, self._rules, self._kind, self._out = test_set, rules, kind, out
        self._progress = progress or _silent
        self._done = self._n_steps = 0

    def ids(self, kind: Kind) -> Sequence[str]:
        """Return what runs of a kind answer."""
        if kind == "image_run" and self._test_set.media is None:
            raise CannotFuse("image runs answer the images of media.csv, which is not here")
        return self._test_set.answerable(kind)

    def run(
        self,
        inputs: Sequence[tuple[Path, Vote]],
        *,
        target: Kind,
        ballots: Callable[[Sequence[Votes]], Iterable[Ballot]],
        fuse: Fuse,
    ) -> Fusion:
        """Read every run; write the fused one if all are valid."""
        ids, queries = self.ids(self._kind), self.ids(target)
        places = {name: place for place, name in enumerate(ids)}
        self._n_steps = len(inputs) * len(ids) + len(queries)
        with Spool() as spool:
            read = [self._read(path, spool, places, vote) for path, vote in inputs]
            reports = tuple(report for report, _ in read)
            if not all(report.valid for report in reports):
                return Fusion(reports)
            of_query = ballots([votes for _, votes in read])
            return self._write(reports, spool, target, zip(queries, of_query, strict=True), fuse)

    def _read(
        self, path: Path, spool: Spool, places: Mapping[str, int], vote: Vote
    ) -> tuple[RunReport, Votes]:
        start = spool.end
        before = self._done

        def watched(answer: Answer) -> Sequence[float]:
            self._step()
            return vote(answer)

        def make() -> Votes:
            self._done = before  # the file may be read a second time
            return Votes(spool, start, places, watched)

        read = read_run(path, self._test_set, self._rules, self._kind, make)
        self._done = before + len(places)
        return read

    def _write(
        self,
        reports: tuple[RunReport, ...],
        spool: Spool,
        target: Kind,
        queries: Iterable[tuple[str, Ballot]],
        fuse: Fuse,
    ) -> Fusion:
        ids = frozenset(self.ids(target))
        n_queries = n_written = n_fused = 0
        with written_whole(self._out) as file:
            writer = RunWriter(file, layout_of(self._rules, target), ids)
            for query, ballot in queries:
                rows = fused(spool, ballot, fuse)
                if rows:
                    writer.write(query, islice(rows, self._most))
                    n_queries += 1
                    n_fused += len(rows)
                    n_written += min(len(rows), self._most or len(rows))
                self._check_size(writer.n_bytes)
                self._step()
            self._check_answered(n_queries, len(ids))
        return Fusion(reports, n_queries, n_written, n_fused - n_written, len(ids) - n_queries)

    def _step(self) -> None:
        self._done += 1
        self._progress(self._done, self._n_steps)

    def _check_size(self, n_bytes: int) -> None:
        if n_bytes > self._rules.max_upload_bytes:
            raise CannotFuse(
                f"the fused run has more than the {self._rules.max_upload_bytes:,} bytes that the task "
                f"allows; keep fewer predictions of a query"
            )

    def _check_answered(self, n_queries: int, n_all: int) -> None:
        if not n_queries:
            raise CannotFuse("no query has an answer that counts, and an empty run is invalid")
        if n_queries < n_all and self._rules.missing_queries == "reject":
            raise CannotFuse(
                f"{n_all - n_queries:,} of {n_all:,} queries get no line, and this task takes only runs "
                f"that answer every one"
            )


def fused(spool: Spool, ballot: Ballot, fuse: Fuse) -> list[tuple[str, float]]:
    """Return the classes of a query, the best first; equal ones by their ids."""
    votes: dict[int, list[float]] = defaultdict(list)
    for run, place in ballot:
        for code, vote in run.of(place):
            votes[code].append(vote)
    rows = [(spool.name(code), fuse(voted, len(ballot))) for code, voted in votes.items()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return rows


def _silent(_done: int, _all: int) -> None:
    pass
