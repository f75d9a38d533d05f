"""Runs of what networks hear: recordings, or segments of soundscapes, window by window."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from baselines.answers.files import CannotAnswer
from baselines.answers.models import Model
from baselines.answers.runs import write_said
from baselines.answers.tasks import SEGMENT, Task
from baselines.config import SoundConfig
from baselines.data.items import Findings
from baselines.frozen.hearing import pictures_of
from baselines.place import Place
from baselines.sound.files import BROKEN_SOUND, Recording, opened, window_starts
from baselines.training.progress import Progress
from scoring import RunReport, TestSet

_BATCH = 32


class Span(NamedTuple):
    """A part of a recording that is asked about.

    Attributes
    ----------
    begin, end
        In seconds; no end is that of the recording.
    """

    query: str
    medium: str
    begin: float = 0.0
    end: float | None = None


def spans_of(test_set: TestSet) -> tuple[Span, ...]:
    """Return what the queries of a task ask about: segments of soundscapes, or whole recordings.

    A query has the recordings that media.csv gives it, or without that table the one of its name.

    Examples
    --------
    >>> from scoring import TestSet
    >>> from scoring.truth.tables import Table
    >>> spans_of(TestSet(None, Table("queries.csv", {"QueryId": ["S1/00:01:00-00:01:05"]})))
    (Span(query='S1/00:01:00-00:01:05', medium='S1', begin=60.0, end=65.0),)
    """
    media: dict[str, list[str]] = defaultdict(list)
    for medium, query in test_set.query_of_media.items():
        media[query].append(medium)
    return tuple(
        span for query in test_set.answerable("run") for span in _spans(query, media.get(query))
    )


def _spans(query: str, media: Sequence[str] | None) -> Iterator[Span]:
    found = SEGMENT.fullmatch(query)
    if found is None:
        yield from (Span(query, medium) for medium in media or [query])
    else:
        medium, *times = found.groups()
        yield Span(query, medium, _seconds(times[:3]), _seconds(times[3:]))


def _seconds(time: Sequence[str]) -> float:
    hours, minutes, seconds = map(int, time)
    return float(3600 * hours + 60 * minutes + seconds)


@dataclass(frozen=True)
class Hearing:
    """Who is asked about which recordings.

    Attributes
    ----------
    models
        Whose answers are fused; all name the same classes, and hear in the same way.
    files
        The file of each medium.
    place
        Where the pictures of sound are made.
    most
        Classes that are answered for a query; 0 for as many as the task takes.
    """

    models: Sequence[Model]
    files: Mapping[str, Path]
    place: Place
    most: int = 0

    @property
    def sound(self) -> SoundConfig:
        """How all of the models hear.

        Raises
        ------
        CannotAnswer
            When they do not hear in the same way, or look at images.
        """
        first, *others = self.models
        if first.sound is None:
            raise CannotAnswer(f"{first.name} looks at images, and the task asks about recordings")
        for other in others:
            if other.sound != first.sound:
                raise CannotAnswer(
                    f"{first.name} and {other.name} do not hear in the same way (their [sound]"
                    " differs); right is a run of each, and these fused"
                )
        return first.sound


def said_of(
    hearing: Hearing, spans: Iterable[Span], findings: Findings, progress: Progress
) -> Iterator[tuple[str, Tensor]]:
    """Yield ``(models, classes)`` probabilities for each span: the mean over its windows.

    A span of whose recording nothing can be read is left out, and found.
    """
    sound, said = hearing.sound, defaultdict[str, list[Tensor]](list)
    windows = _windows(hearing, sound, spans, findings, progress)
    while part := list(islice(windows, _BATCH)):
        waves = torch.stack([wave for _, wave in part]).to(hearing.place.device)
        pictures = pictures_of(waves, sound)
        each = torch.stack([model.probabilities(pictures) for model in hearing.models])
        for (query, _), own in zip(part, each.unbind(1), strict=True):
            said[query].append(own)
        last, _ = part[-1]  # more of its windows may come
        for query in [own for own in said if own != last]:
            yield query, torch.stack(said.pop(query)).mean(0)
    for query, rows in said.items():
        yield query, torch.stack(rows).mean(0)


def _windows(
    hearing: Hearing,
    sound: SoundConfig,
    spans: Iterable[Span],
    findings: Findings,
    progress: Progress,
) -> Iterator[tuple[str, Tensor]]:
    for span in spans:
        try:
            if span.medium not in hearing.files:
                raise FileNotFoundError(span.medium)
            with opened(hearing.files[span.medium], sound.rate) as recording:
                for start in _starts(span, recording, sound):
                    yield span.query, recording.stretch(start, sound.length)
        except BROKEN_SOUND:
            findings.add("cannot be read, not answered or not to its end", span.query)
        progress.images(1)


def _starts(span: Span, recording: Recording, sound: SoundConfig) -> Iterator[int]:
    """Yield where the windows of a span begin, in samples of its recording."""
    begin = round(span.begin * sound.rate)
    end = recording.n_samples
    if begin >= end:
        raise ValueError(f"{span.query} begins after the end of its recording")
    if span.end is not None:
        end = min(end, round(span.end * sound.rate))
    for start in window_starts(end - begin, sound.length, round(sound.step * sound.rate)):
        yield begin + start


def write_heard(
    paths: Sequence[Path], hearing: Hearing, task: Task, findings: Findings, progress: Progress
) -> list[RunReport]:
    """Write what each model hears in recordings or segments, and return the judgements on the runs.

    Raises
    ------
    CannotAnswer
        When models and task do not go together, or a run would not be valid.
    """
    spans = spans_of(task.test_set)
    progress.begin("answers", len(spans))
    said = said_of(hearing, spans, findings, progress)
    return write_said(paths, hearing.models, said, task, "run", hearing.most, findings)
