"""A task as the folder that organisers write: what the platform holds, given back."""

from typing import Any, cast

from campaign import storage
from campaign.models import Campaign, DataFile, DataSet, Phase, Task, TruthVersion
from clefboard.task_folder import (
    CampaignFile,
    DataFile as FileEntry,
    DataSet as DataSetEntry,
    Limits,
    Phase as Span,
    RequiredRuns,
    Split,
    Subset,
    Table,
    TaskFolder,
    TimelineEntry,
)


def task_folder(task: Task, truth: TruthVersion) -> TaskFolder:
    """Return all of a task with one of its truth versions; its tables lie where they are stored.

    Of a data set that has several versions, the folder has the newest.
    """
    place = storage.local_folder(truth.folder)
    rules = task.rules_in_force
    return TaskFolder(
        folder=place,
        slug=task.slug,
        campaign=task.campaign.slug,
        title=task.titles,
        question=task.questions,
        run_rules=task.run_rules,
        metrics=tuple(truth.metrics),
        overview=task.overview,
        rules=rules.text if rules else "",
        generated=task.generated,
        subsets=tuple(map(_subset, task.subsets)),
        limits=Limits(task.runs_per_team, task.runs_per_day),
        visibility=cast("Any", task.visibility),
        truth="released" if task.truth_released else "hidden",
        split=_split(task, truth),
        phases={kind: _span(task.phase(kind)) for kind in Phase.Kind.values},
        approval=task.approval,
        required_description=tuple(task.required_description),
        required_runs=tuple(
            RequiredRuns(one["at_least"], tuple(one["training_data"])) for one in task.required_runs
        ),
        data_sets=tuple(map(_data_set, newest_data_sets(task))),
        tables={path.name: Table.at(path) for path in sorted(place.iterdir())},
    )


def newest_data_sets(task: Task) -> list[DataSet]:
    """Return the data sets of a task, each in the version that was loaded last."""
    rows = task.data_sets.prefetch_related("files").order_by("slug", "pk")
    return list({row.slug: row for row in rows}.values())


def campaign_file(campaign: Campaign) -> CampaignFile:
    """Return what campaign.yaml says of a campaign."""
    return CampaignFile(
        slug=campaign.slug,
        title=campaign.titles,
        description=campaign.description,
        organisers=campaign.organisers,
        year=campaign.year,
        timeline=tuple(TimelineEntry(**entry) for entry in campaign.timeline),
    )


def _subset(entry: str | dict[str, object]) -> Subset:
    if isinstance(entry, str):
        return Subset(entry)
    return Subset(str(entry["column"]), tuple(entry["bands"]))  # type: ignore[arg-type]  # as JSON has it


def _split(task: Task, truth: TruthVersion) -> Split | None:
    return Split(truth.split_column, cast("Any", task.final)) if truth.split_column else None


def _span(phase: Phase) -> Span | None:
    return None if phase.never else Span(phase.opens_at, phase.closes_at)


def _data_set(row: DataSet) -> DataSetEntry:
    return DataSetEntry(
        slug=row.slug,
        title=row.title,
        role=cast("Any", row.role),
        licence=row.licence,
        access=cast("Any", row.access),
        version=row.version,
        description=row.description,
        files=tuple(map(_file, row.files.all())),
    )


def _file(file: DataFile) -> FileEntry:
    return FileEntry(file.name, file.size, file.sha256, file.url)
