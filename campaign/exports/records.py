"""What organisers know of who takes part, as tables."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from campaign.exports.tables import Table
from campaign.models import Membership, Registration
from campaign.reads.funnels import Funnel
from campaign.reads.results import RunReport

_RUN = (
    *("team", "run", "kind", "name", "state", "standing", "standing_reason", "rank"),
    *("late", "accepted_in_time_reason", "generated", "received_at", "submitted_by"),
    *("file_name", "content_bytes", "content_sha256", "truth_version", "scorer_version"),
)


def registrations_table(registrations: Iterable[Registration], *, addresses: bool) -> Table:
    """Return a row for each team that registered.

    Parameters
    ----------
    addresses
        Whether the captains' mail addresses stand there too.
    """
    columns = (
        *("team", "affiliation", "state", "registered_at", "rules_version", "accepted_by"),
        *("extra_runs", "baselines", "generated", "members", "orcids"),
        *(("captains",) if addresses else ()),
    )
    return Table(columns, [_registration(one, addresses=addresses) for one in registrations])


def _registration(one: Registration, *, addresses: bool) -> list[Any]:
    team = one.team
    members = list(team.memberships.all())
    captains = [own.user.email for own in members if own.role == Membership.Role.CAPTAIN]
    return [
        *(team.name, team.affiliation, one.state, one.accepted_at, one.rules_version.number),
        *(_person(one.accepted_by), one.extra_runs, team.organisers, team.generated),
        ", ".join(_person(own.user) for own in members),
        ", ".join(own.user.orcid for own in members if own.user.orcid),
        *([", ".join(captains)] if addresses else []),
    ]


def _person(user: Any) -> str:
    return "" if user is None else user.get_full_name() or user.get_username()


def funnel_table(funnel: Funnel) -> Table:
    """Return how many teams came how far, and with how many runs."""
    return Table(("step", "n"), [[step, n] for step, n in asdict(funnel).items()])


def runs_table(reports: Iterable[RunReport], metrics: list[str]) -> Table:
    """Return a row for each run and each image run, with what became of it and its scores."""
    scores = [column for name in metrics for column in (name, f"{name} low", f"{name} high")]
    rows = [_run(report, metrics) for report in with_image_runs(reports)]
    return Table((*_RUN, *scores, "description"), rows)


def with_image_runs(reports: Iterable[RunReport]) -> Iterator[RunReport]:
    """Yield runs, each followed by its image run where it has one."""
    for report in reports:
        yield report
        if report.image_run:
            yield report.image_run


def _run(report: RunReport, metrics: list[str]) -> list[Any]:
    run, evaluation = report.run, report.evaluation
    return [
        *(run.registration.team.name, run.number, kind_of(report), run.name, evaluation.state),
        *(run.standing, run.standing_reason, report.rank),
        *(run.late, run.accepted_in_time_reason, run.generated, run.received_at),
        *(_person(run.submitted_by), run.file_name, run.content_bytes, run.content_sha256),
        *(evaluation.truth_version.number, evaluation.scorer_version),
        *_scores(report, metrics),
        run.description,
    ]


def kind_of(report: RunReport) -> str:
    """Return `image_run` or `run`."""
    return "image_run" if report.run.image_run_of_id else "run"


def _scores(report: RunReport, metrics: list[str]) -> Iterator[float | None]:
    for metric in metrics:
        score = (report.scores or {}).get(metric)
        yield from (score.value, score.low, score.high) if score else (None, None, None)
