"""The one function that decides whose scores are seen by whom, and when."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from campaign.models import Phase, Run, Task, TruthVersion, User
from campaign.models.results import Part

Viewer = User | AnonymousUser


def visible_part(
    task: Task,
    viewer: Viewer,
    now: datetime,
    *,
    run: Run | None = None,
    truth: TruthVersion | None = None,
) -> Part | None:
    """Return the part of the test whose scores a viewer may see; None: no score at all.

    Before results open, `visibility` rules, and of a split only the public part shows; a run that
    was withdrawn before its team saw a score shows none. From then on everybody sees the final
    part of everything. Organisers of the task see it at once.

    Parameters
    ----------
    run
        Whose scores; None asks for those of the leaderboard.
    truth
        What they were scored with: its split made the parts. None is the one in force.
    """
    split = bool(truth.split_column if truth else task.split_column)
    if task.phase(Phase.Kind.RESULTS).has_opened(now) or organises(task, viewer):
        return Part(task.final) if split else Part.ALL
    if task.visibility == Task.Visibility.NEVER or (run is not None and run.withdrawn_unseen):
        return None
    return Part.PUBLIC if split else Part.ALL


def sees_labels(task: Task, viewer: Viewer, now: datetime) -> bool:
    """Tell whether a viewer may see what says something of the labels, beside a score that shows.

    That is how many queries each class has, and which class was taken for which. Organisers see it
    at once, everybody else when results open or the truth is released.
    """
    opened = task.phase(Phase.Kind.RESULTS).has_opened(now)
    return opened or task.truth_released or organises(task, viewer)


def sees_hidden_columns(task: Task, viewer: Viewer) -> bool:
    """Tell whether the columns of the ground truth, which are no results, show to a viewer."""
    return task.truth_released or organises(task, viewer)


def sees_scores(task: Task, viewer: Viewer, now: datetime) -> bool:
    """Tell whether any score of the task shows to a viewer."""
    return visible_part(task, viewer, now) is not None


def organises(task: Task, viewer: Viewer) -> bool:
    """Tell whether the hidden side of a task is this viewer's business."""
    return Task.objects.organised_by(viewer).filter(pk=task.pk).exists()
