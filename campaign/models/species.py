"""What may be answered in a task, by the names that people look for."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat

from campaign.models.search_words import Words
from campaign.models.tasks import TruthVersion

_SPACE = Value(" ", models.TextField())


class Species(models.Model):
    """A class of a truth version that has a name; never changed, as the version is.

    Public while its version is in force and the test data is public, and no sooner.
    """

    truth_version = models.ForeignKey(
        TruthVersion, on_delete=models.CASCADE, related_name="species"
    )
    class_id = models.TextField()
    name = models.TextField()
    genus = models.TextField(blank=True)
    family = models.TextField(blank=True)
    words = models.GeneratedField(
        expression=Words(
            Concat(F("name"), _SPACE, F("genus"), _SPACE, F("family"), _SPACE, F("class_id"))
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [GinIndex(fields=["words"], name="species_words")]

    def __str__(self) -> str:
        return self.name
