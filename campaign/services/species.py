"""The names of a truth version's classes, kept so that people find them."""

import logging

from django.db.models import Exists, OuterRef

from campaign import storage
from campaign.models import Species, Task, TruthVersion
from scoring import InvalidTable, Table, read_test_set

log = logging.getLogger(__name__)

_AT_ONCE = 2000


def record_species(*, truth: TruthVersion, classes: Table | None) -> None:
    """Keep the classes that have a name; which versions show is decided when somebody looks."""
    if classes is None or "Species" not in classes.columns:
        return
    columns = classes.columns
    nothing = [""] * len(classes)
    lines = zip(
        columns["ClassId"],
        columns["Species"],
        columns.get("Genus", nothing),
        columns.get("Family", nothing),
        strict=True,
    )
    Species.objects.bulk_create(
        (
            Species(truth_version=truth, class_id=name, name=species, genus=genus, family=family)
            for name, species, genus, family in lines
            if species
        ),
        batch_size=_AT_ONCE,
    )


def record_missing_species() -> None:
    """Do so for the versions in force that were loaded before species were kept."""
    kept = Species.objects.filter(truth_version=OuterRef("pk"))
    in_force = Task.objects.filter(current_truth=OuterRef("pk"))
    for truth in TruthVersion.objects.filter(~Exists(kept), Exists(in_force)):
        try:
            test_set = read_test_set(storage.local_folder(truth.folder))
        except (OSError, InvalidTable):
            log.exception("the names of the classes of %s cannot be read", truth)
        else:
            record_species(truth=truth, classes=test_set.classes)
