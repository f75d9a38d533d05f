"""Score all runs of a task by another truth version, from the shell."""

from argparse import ArgumentParser
from time import sleep
from typing import Any

from django.core.management.base import CommandError

from campaign.clock import now
from campaign.management.recorded import RecordedCommand
from campaign.models import Rescoring, Task, TruthVersion
from campaign.reads.rescorings import progress_of
from campaign.reads.truth_differences import TruthDifference, truth_difference
from campaign.refusals import Refusal
from campaign.services.rescorings import (
    discard_rescoring,
    queue_failed_again,
    start_rescoring,
    switch_truth,
)

_LOOK_EVERY_S = 2.0


class Command(RecordedCommand):
    help = (
        "Show what another truth version would change; with a reason, score all runs by it. "
        "Nothing shows to anybody until --switch."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task", help="its slug")
        parser.add_argument(
            "--truth", type=int, help="number of the version; the newest if left out"
        )
        parser.add_argument("--reason", default="", help="begin, and why; it stands in the record")
        parser.add_argument("--wait", action="store_true", help="until all runs are finished")
        end = parser.add_mutually_exclusive_group()
        end.add_argument("--retry", action="store_true", help="queue what failed again")
        end.add_argument("--switch", action="store_true", help="put the version in force")
        end.add_argument("--discard", action="store_true", help="end it without any effect")
        parser.add_argument(
            "--despite-failed",
            default="",
            metavar="WHY",
            help="switch without the runs that failed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        task = Task.objects.select_related("current_truth").filter(slug=options["task"]).first()
        if task is None:
            raise CommandError(f"There is no task {options['task']}.")
        try:
            self.act(task, options)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None

    def act(self, task: Task, options: dict[str, Any]) -> None:
        rescoring = Rescoring.objects.open().filter(task=task).first()
        if rescoring is None:
            rescoring = self.begin(task, options)
        if rescoring is None:
            return
        if options["retry"]:
            self.say(
                f"{queue_failed_again(rescoring=rescoring, by=None, now=now())} runs wait again"
            )
        if options["wait"]:
            self.wait(rescoring)
        self.end(rescoring, options)

    def begin(self, task: Task, options: dict[str, Any]) -> Rescoring | None:
        """Show the difference; begin only with a reason."""
        version = find_version(task, options["truth"])
        assert task.current_truth is not None  # a version in force comes before any other
        for line in in_words(truth_difference(task.current_truth, version)):
            self.say(line)
        if not options["reason"]:
            self.say("Nothing is begun: give a --reason to score all runs by it.")
            return None
        return start_rescoring(truth=version, by=None, reason=options["reason"], now=now())

    def wait(self, rescoring: Rescoring) -> None:
        while rescoring.state == Rescoring.State.RUNNING:
            self.report(rescoring)
            sleep(_LOOK_EVERY_S)
            rescoring.refresh_from_db(fields=["state"])

    def end(self, rescoring: Rescoring, options: dict[str, Any]) -> None:
        self.report(rescoring)
        if options["switch"]:
            why = options["despite_failed"]
            switch_truth(rescoring=rescoring, by=None, now=now(), despite_failed=why)
            self.say(f"truth version {rescoring.truth_version.number} is in force")
        if options["discard"]:
            discard_rescoring(rescoring=rescoring, by=None, now=now())
            self.say("discarded: nothing has changed")

    def report(self, rescoring: Rescoring) -> None:
        found = progress_of(rescoring, now())
        left = f", about {found.left.total_seconds():.0f} s left" if found.left else ""
        self.say(
            f"{rescoring.state}: {found.n_finished} of {found.n_runs} runs, "
            f"{found.n_failed} failed{left}"
        )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def find_version(task: Task, number: int | None) -> TruthVersion:
    """Return the version that is asked for, or the newest."""
    versions = task.truth_versions.all()
    found = versions.filter(number=number).first() if number else versions.first()
    if found is None or found.pk == task.current_truth_id:
        raise CommandError("No other truth version waits: load the task's folder with what is new.")
    return found


def in_words(difference: TruthDifference) -> list[str]:
    """Return what is different, a line each."""
    sets = {
        "queries added": difference.queries_added,
        "queries dropped": difference.queries_dropped,
        "classes added": difference.classes_added,
        "classes dropped": difference.classes_dropped,
        "images added": difference.media_added,
        "images dropped": difference.media_dropped,
    }
    lines = [f"{what}: {some.n} ({some})" for what, some in sets.items() if some]
    lines.append(f"labels changed: {difference.n_relabelled}")
    lines += [f"  {one.query}: {one.before} -> {one.after}" for one in difference.relabelled]
    if difference.metrics_added:
        lines.append(f"metrics added: {', '.join(difference.metrics_added)}")
    if difference.metrics_dropped:
        lines.append(f"metrics dropped: {', '.join(difference.metrics_dropped)}")
    return lines
