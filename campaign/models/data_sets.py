"""The published packages of a task, and their files."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.models.tasks import Task


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class DataSet(models.Model):
    """A published package of a task: training trusted, training noisy, test ..."""

    class Role(models.TextChoices):
        TRAINING_TRUSTED = "training_trusted", _("training, trusted")
        TRAINING_NOISY = "training_noisy", _("training, noisy")
        VALIDATION = "validation", _("validation")
        TEST = "test", _("test")

    class Access(models.TextChoices):
        PUBLIC = "public", _("public")
        REGISTERED = "registered", _("registered teams")
        APPROVED = "approved", _("approved teams")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="data_sets")
    slug = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Role)
    access = models.CharField(max_length=12, choices=Access, default=Access.REGISTERED)
    version = models.CharField(max_length=40, default="1")
    licence = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "slug", "version"], name="one_data_set_version"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["training_trusted", "training_noisy", "validation", "test"]),
                name="data_set_role_known",
            ),
            models.CheckConstraint(
                condition=Q(access__in=["public", "registered", "approved"]),
                name="data_set_access_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


@pghistory.track(exclude=["key"])
class DataFile(models.Model):
    """One file of a data set, kept here or elsewhere; the checksum holds for both."""

    data_set = models.ForeignKey(DataSet, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text=_("bytes"))
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=255, blank=True)  # in private storage
    url = models.URLField(max_length=500, blank=True)  # elsewhere

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["data_set", "name"], name="one_file_of_a_name"),
            models.CheckConstraint(
                condition=(Q(key="") & ~Q(url="")) | (~Q(key="") & Q(url="")),
                name="data_file_here_or_elsewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.name
