"""The vocabulary of method tags, and how often runs have each."""

from collections.abc import Iterator
from dataclasses import dataclass

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.shapes import answer
from campaign.clock import now
from campaign.reads.method_tags import TagUse, method_tags
from scoring import broader_tags


@dataclass(frozen=True)
class TagLine:
    """A tag with the field of the description that it stands in."""

    kind: str
    use: TagUse


class MethodTagOut(serializers.Serializer[TagLine]):
    """A tag."""

    kind = serializers.CharField(help_text="The field of a method description.")
    tag = serializers.CharField(source="use.name")
    broader = serializers.SerializerMethodField(help_text="What it is a kind of, nearest first.")
    synonyms = serializers.ListField(child=serializers.CharField(), source="use.synonyms")
    known = serializers.BooleanField(
        source="use.known", help_text="To the vocabulary; others were written by teams."
    )
    n_runs = serializers.IntegerField(
        source="use.n_runs", help_text="Public runs that have it or what is a kind of it."
    )
    merged = serializers.SerializerMethodField(
        help_text="What teams wrote and organisers let count as this tag."
    )

    def get_broader(self, line: TagLine) -> list[str]:
        """Return the tags above it."""
        return broader_tags(line.use.name)

    def get_merged(self, line: TagLine) -> list[str]:
        """Return the tags as they were written."""
        return [merge.tag for merge in line.use.merged]


class MethodTagsView(APIView):
    """Method tags."""

    @extend_schema(responses=MethodTagOut(many=True))
    def get(self, request: Request) -> Response:
        """List the tags by field, the vocabulary's first."""
        return Response(answer(MethodTagOut, list(_lines()), request, many=True))


def _lines() -> Iterator[TagLine]:
    for kind in method_tags(now()):
        yield from (TagLine(kind.kind, use) for use in (*kind.known, *kind.others))
