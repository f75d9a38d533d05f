"""The life of a run as a stepped line: received, checked, scored, ranked."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _, pgettext

from campaign.models import Evaluation
from campaign.reads.results import RunReport

State = Evaluation.State


@dataclass(frozen=True)
class Step:
    """One step; `progress` is done, now, wrong or to-come."""

    label: str
    progress: str
    detail: str = ""
    when: datetime | None = None


def run_steps(report: RunReport) -> list[Step]:
    """Return the steps of a run as this viewer may see them."""
    received = Step(pgettext("step", "Received"), "done", when=report.run.received_at)
    return [received, *_STEPS[State(report.evaluation.state)](report)]


def _waiting(report: RunReport) -> list[Step]:
    return [Step(_("Checked"), "now", _("waiting for its turn")), *_to_come()]


def _reading(report: RunReport) -> list[Step]:
    return [Step(_("Checked"), "now", _("every line is being read")), *_to_come()]


def _rejected(report: RunReport) -> list[Step]:
    when = report.evaluation.finished_at
    return [Step(_("Rejected"), "wrong", _("see the problems below"), when), *_to_come()]


def _failed(report: RunReport) -> list[Step]:
    return [
        Step(_("Stopped by a fault of ours"), "wrong", when=report.evaluation.finished_at),
        *_to_come(),
    ]


def _scored(report: RunReport) -> list[Step]:
    when = report.evaluation.finished_at
    checked = Step(_("Checked"), "done", _("no problem found"))
    if report.scores is None:
        hidden = Step(_("Scored"), "done", _("hidden until results open"), when)
        return [checked, hidden, Step(_("Ranked"), "to-come")]
    return [checked, Step(_("Scored"), "done", when=when), _ranked(report)]


def _ranked(report: RunReport) -> Step:
    if report.rank is not None:
        return Step(_("Ranked"), "done", _("rank %(rank)s") % {"rank": report.rank})
    if report.run.registration.team.organisers:
        return Step(_("Ranked"), "done", _("a baseline takes no rank number"))
    if report.run.counts_as_late:
        return Step(_("Shown apart"), "done", _("late runs are not ranked"))
    return Step(_("Not ranked"), "to-come")


def _to_come() -> list[Step]:
    return [Step(_("Scored"), "to-come"), Step(_("Ranked"), "to-come")]


_STEPS = {
    State.QUEUED: _waiting,
    State.SCORING: _reading,
    State.SCORED: _scored,
    State.REJECTED: _rejected,
    State.FAILED: _failed,
}
