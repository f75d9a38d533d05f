"""Organisers say which tags that teams wrote count as others; the descriptions stay as they are."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaign.models import TagMerge, User
from campaign.models.tags import key_of
from campaign.reads.method_tags import TagReader, may_merge_tags
from campaign.refusals import AlreadyThere, Invalid, NotAllowed
from campaign.services.roles import on_record
from scoring import METHOD_TAGS, canonical_tag


@transaction.atomic
def merge_tag(*, kind: str, tag: str, into: str, by: User, reason: str, now: datetime) -> TagMerge:
    """Let a tag count as another one from now on, and for all that was described before.

    Raises
    ------
    NotAllowed
        From whoever is neither owner of a campaign nor staff.
    Invalid
        The tag is one of the vocabulary, or would count as itself.
    AlreadyThere
        It counts as another one already.
    """
    _require_right(by)
    _lock()
    tag, into = canonical_tag(tag), canonical_tag(into)
    _refuse_known(kind, tag)
    reader = TagReader.now()
    if (kind, key_of(tag)) in reader.merges:
        raise AlreadyThere(
            _("“%(tag)s” counts as “%(into)s” already: take that back first.")
            % {"tag": tag, "into": reader.tag(kind, tag)},
            code="tag_merged",
        )
    if not into or key_of(reader.tag(kind, into)) == key_of(tag):
        raise Invalid(_("Name another tag: this one would count as itself."), code="same_tag")
    with on_record(by=by, reason=reason):
        return TagMerge.objects.create(
            kind=kind, key=key_of(tag), tag=tag, into=into, merged_by=by, merged_at=now
        )


@transaction.atomic
def part_tag(*, merge: TagMerge, by: User, reason: str) -> None:
    """Let a tag count as itself again."""
    _require_right(by)
    with on_record(by=by, reason=reason):
        merge.delete()


def _require_right(by: User) -> None:
    if not may_merge_tags(by):
        raise NotAllowed(
            _("Only an owner of a campaign may say what tags count as."), code="not_owner"
        )


def _lock() -> None:
    """Let mergers wait for each other: two at once could make a circle."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE campaign_tagmerge IN SHARE ROW EXCLUSIVE MODE")


def _refuse_known(kind: str, tag: str) -> None:
    if tag in METHOD_TAGS[kind]:
        raise Invalid(
            _("“%(tag)s” is a tag of the vocabulary; only what teams wrote may be merged.")
            % {"tag": tag},
            code="tag_of_vocabulary",
        )
