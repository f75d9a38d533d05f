"""Which tags of method descriptions count as others, by decision of organisers."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.models.accounts import User


def key_of(tag: str) -> str:
    """Return what tells tags apart: case, blanks and punctuation do not."""
    return "".join(letter for letter in tag.casefold() if letter.isalnum()) or tag.casefold()


@pghistory.track()
class TagMerge(models.Model):
    """A tag that teams wrote counts as another one wherever descriptions are read.

    The descriptions stay as they were written; without this row the tag counts as itself again.
    """

    class Kind(models.TextChoices):
        """The fields of a description whose words are the teams' own."""

        ARCHITECTURES = "architectures", _("architectures")
        PRE_TRAINING = "pre_training", _("pre-training")
        AUGMENTATION = "augmentation", _("augmentation")
        METADATA = "metadata", _("metadata")

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=200, editable=False)  # of the tag
    tag = models.CharField(max_length=200)  # as it was written when it was merged
    into = models.CharField(max_length=200)
    merged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "into", "tag"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="a_tag_is_merged_once",
                violation_error_message=_("This tag is merged already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["architectures", "pre_training", "augmentation", "metadata"]),
                name="tag_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(into=""), name="a_tag_merges_into_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} → {self.into}"
