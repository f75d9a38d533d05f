"""What the organisers' first page says of each concern and step, and where it is dealt with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, ngettext_lazy

from campaign.models import Task
from campaign.reads.attention import Concern
from campaign.reads.checklist import Step

Words = str | Promise


@dataclass(frozen=True)
class ShownConcern:
    """A concern in words, and where it is dealt with."""

    title: str
    advice: Words
    url: str
    when: datetime | None
    grave: bool


@dataclass(frozen=True)
class ShownStep:
    title: Words
    advice: Words
    url: str
    done: bool
    next: bool


@dataclass(frozen=True)
class _Kind:
    title: Words
    advice: Words
    route: str
    grave: bool = False


def shown_concerns(task: Task, concerns: Iterable[Concern]) -> list[ShownConcern]:
    """Return concerns as the page shows them."""
    return [_shown_concern(task, concern, _CONCERNS[concern.kind]) for concern in concerns]


def _shown_concern(task: Task, concern: Concern, kind: _Kind) -> ShownConcern:
    return ShownConcern(
        title=kind.title % {"n": concern.n},
        advice=kind.advice,
        url=reverse(kind.route, args=[task.slug]),
        when=concern.when,
        grave=kind.grave,
    )


def shown_steps(task: Task, steps: Iterable[Step]) -> list[ShownStep]:
    """Return the steps of the checklist as the page shows them."""
    return [_shown_step(task, step, _STEPS[step.kind]) for step in steps]


def _shown_step(task: Task, step: Step, kind: _Kind) -> ShownStep:
    url = reverse(kind.route, args=[task.slug])
    return ShownStep(kind.title, kind.advice, url, done=step.done, next=step.next)


_CONCERNS = {
    "failed": _Kind(
        ngettext_lazy(
            "%(n)s run failed by a fault of ours", "%(n)s runs failed by a fault of ours", "n"
        ),
        _("They cost their teams nothing. Read why, put it right, then queue them again."),
        "organise-runs",
        grave=True,
    ),
    "unscored_at_deadline": _Kind(
        ngettext_lazy(
            "The deadline passed and %(n)s run sent in time waits",
            "The deadline passed and %(n)s runs sent in time wait",
            "n",
        ),
        _("They count as in time. Let them be scored before you look at the ranking."),
        "organise-runs",
        grave=True,
    ),
    "waiting": _Kind(
        ngettext_lazy("%(n)s run waits for long", "%(n)s runs wait for long", "n"),
        _("Ask whoever runs the platform whether its workers keep up; no run is lost."),
        "organise-runs",
        grave=True,
    ),
    "registrations": _Kind(
        ngettext_lazy("%(n)s team waits for approval", "%(n)s teams wait for approval", "n"),
        _("They can send nothing until you approve or refuse them."),
        "organise-registrations",
    ),
    "rescoring": _Kind(
        _("A re-scoring is ready"),
        _("Compare old and new, then put the new ground truth in force or discard it."),
        "organise-truths",
    ),
    "rescoring_failed": _Kind(
        _("A re-scoring is ready, but some of its runs failed"),
        _(
            "Read why and try these runs again before you decide; nobody sees a new number meanwhile."
        ),
        "organise-truths",
        grave=True,
    ),
    "truth": _Kind(
        ngettext_lazy(
            "%(n)s version of the ground truth waits",
            "%(n)s versions of the ground truth wait",
            "n",
        ),
        _("Runs are scored with the older one until you score them again with the new one."),
        "organise-truths",
    ),
    "near_chance": _Kind(
        ngettext_lazy("%(n)s run scores near chance", "%(n)s runs score near chance", "n"),
        _("Often the class ids of a file are wrong. Write to the team while it can send another."),
        "organise-runs",
    ),
    "baselines": _Kind(
        ngettext_lazy("%(n)s baseline failed", "%(n)s baselines failed", "n"),
        _("Read why, start it again, or take it off the list."),
        "organise-baselines",
    ),
    "deadline": _Kind(
        _("Submission closes soon"),
        _("Remind the teams; if they need more time, move the deadline before it has passed."),
        "organise-calendar",
    ),
    "mailing": _Kind(
        ngettext_lazy(
            "%(n)s announcement is being mailed", "%(n)s announcements are being mailed", "n"
        ),
        _("Nothing to do, unless it takes hours: then the mail server takes no mails."),
        "organise-announcements",
    ),
}

_STEPS = {
    "folder": _Kind(
        _("Task folder loaded"),
        _("Load it again whenever it changes: the difference is shown first."),
        "organise-folder",
    ),
    "truth": _Kind(
        _("Ground truth in force"),
        _("Put classes.csv, queries.csv and ground_truth.csv into the folder and load it."),
        "organise-folder",
    ),
    "rules": _Kind(
        _("Rules there"),
        _("Write rules.md: teams accept it when they register."),
        "organise-folder",
    ),
    "data": _Kind(
        _("Data sets there"),
        _("Describe what participants download in data/, a folder for each."),
        "organise-folder",
    ),
    "scored": _Kind(
        _("A sample run scored"),
        _("Send the sample run of the task yourself: then you know that all works."),
        "task-submit",
    ),
    "registration": _Kind(
        _("Registration open"),
        _("It opens by itself at the time in the calendar."),
        "organise-calendar",
    ),
    "baselines": _Kind(
        _("Baselines sent"),
        _("Send a run as the organisers' team, so that others see what is easy."),
        "task-submit",
    ),
    "deadline": _Kind(_("Deadline set"), _("Say when submission closes."), "organise-calendar"),
    "announcement": _Kind(
        _("Announcement sent"),
        _("Tell the teams that they can begin."),
        "organise-announcements",
    ),
    "results": _Kind(
        _("Results open"),
        _("They open by themselves at the time in the calendar; then scores show to all."),
        "organise-calendar",
    ),
    "released": _Kind(
        _("Ground truth released"),
        _("When the campaign is over, say truth: released in task.yaml and load the folder."),
        "organise-folder",
    ),
    "package": _Kind(
        _("Final package made"),
        _("All of the task as one zip, for the archive and the overview paper."),
        "organise-exports",
    ),
}
