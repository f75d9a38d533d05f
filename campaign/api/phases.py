"""The phases of a task: moved by organisers, on record for everybody."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaign.api.authentication import person
from campaign.api.schema import refusals
from campaign.api.shapes import Json, Shape, answer, checked
from campaign.api.tasks import find_task
from campaign.clock import now
from campaign.models import Phase, PhaseChange
from campaign.reads.phases import in_words, moves_of
from campaign.refusals import NotThere
from campaign.services.phases import Span, move_phase
from campaign.services.roles import require_organiser

_EDGE = "A moment (ISO 8601; without a zone it is UTC); null for no edge. Left out, it stays."


class PhaseChangeOut(serializers.ModelSerializer[PhaseChange]):
    """How a phase was moved; `opened_at`, `closed_at` and `was_never` are as it was before."""

    says = serializers.SerializerMethodField()

    class Meta:
        model = PhaseChange
        fields = [
            *("kind", "changed_at", "reason", "says"),
            *("opened_at", "closed_at", "was_never", "opens_at", "closes_at", "never"),
        ]

    def get_says(self, change: PhaseChange) -> list[str]:
        """Return the change in words."""
        return [in_words(move) for move in moves_of(change)]


class SpanIn(Shape):
    """From when until when a phase shall be open, and why."""

    opens_at = serializers.DateTimeField(required=False, allow_null=True, help_text=_EDGE)
    closes_at = serializers.DateTimeField(required=False, allow_null=True, help_text=_EDGE)
    reason = serializers.CharField(
        max_length=1000, help_text="Everybody reads it, and the teams get it by mail."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the values; without an edge, a phase that does not take place would stand open."""
        if not attrs.keys() & {"opens_at", "closes_at"}:
            message = _("Send opens_at, closes_at, or both.")
            raise serializers.ValidationError({"closes_at": [message]})
        return attrs


class PhaseView(APIView):
    """One phase of a task."""

    permission_classes = [IsAuthenticated]
    parser_classes = [Json]

    @extend_schema(
        request=SpanIn, responses={200: PhaseChangeOut, **refusals(400, 401, 403, 404, 422)}
    )
    def patch(self, request: Request, slug: str, kind: str) -> Response:
        """Move a phase, as the calendar of the organisers does; an announcement is made of it.

        For owners and organisers of its campaign.
        """
        task, by = find_task(slug), person(request)
        require_organiser(task=task, user=by)
        if kind not in Phase.Kind.values:
            raise NotThere(
                _("There is no phase '%(kind)s'; there are %(kinds)s.")
                % {"kind": kind, "kinds": ", ".join(Phase.Kind.values)},
                code="no_phase",
            )
        sent = checked(SpanIn, request.data)
        to = _span(task.phase(kind), sent)
        change = move_phase(task=task, kind=kind, to=to, by=by, reason=sent["reason"], now=now())
        return Response(answer(PhaseChangeOut, change, request))


def _span(phase: Phase, sent: dict[str, Any]) -> Span:
    return Span(sent.get("opens_at", phase.opens_at), sent.get("closes_at", phase.closes_at))


class PhaseChangesView(APIView):
    """The record of a calendar."""

    @extend_schema(responses={200: PhaseChangeOut(many=True), **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """List how the phases of a task were moved since teams registered, the newest first."""
        changes = find_task(slug).phase_changes.all()
        return Response(answer(PhaseChangeOut, changes, request, many=True))
