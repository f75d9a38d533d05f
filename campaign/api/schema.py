"""The API's description, and the page that shows it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers

from campaign.api.findings import FindingOut


class RefusalOut(serializers.Serializer[Any]):
    """Why the answer is no."""

    detail = serializers.CharField(help_text="For people: what is wrong, and what would be right.")
    code = serializers.CharField(help_text="For programs; stable.")
    errors = serializers.DictField(  # type: ignore[assignment]  # a field, not the serializer's own
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="400: what is wrong with each field.",
    )
    problems = FindingOut(
        many=True, required=False, help_text="422: what is wrong with the file or the description."
    )
    field = serializers.CharField(
        required=False, help_text="422: the field that is wrong, where there is one."
    )
    id = serializers.IntegerField(required=False, help_text="409: the first run with this content.")
    url = serializers.URLField(required=False, help_text="409: the page of that run.")
    baseline = serializers.IntegerField(
        required=False, help_text="409: the baseline by the same config that is on its way."
    )
    changes = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="409: what a folder would change."
    )
    undoes = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="409: what others changed since, and the folder would change back.",
    )
    difference = serializers.CharField(
        required=False, help_text="409: send it as `seen` to load the folder all the same."
    )


_WORDS = {
    400: "A field is wrong or unknown; `errors` names each.",
    401: "No token, or one that is wrong, expired or revoked.",
    403: "Not yours to do, or not now; `code` says why.",
    404: "There is no such thing, or not for you, or not yet.",
    409: "In conflict with what is there; for a run sent before, `id` and `url` name the first.",
    411: "Send the length of the body: `Content-Length`.",
    413: "Larger than this task takes.",
    415: "Send `multipart/form-data`.",
    422: "The file cannot be read, or the description is wrong; `problems` says where.",
    503: "Too much to do just now; `Retry-After` says after how many seconds to try again.",
    429: "No more today (UTC); `Retry-After` says how many seconds are left of it.",
}
_EXAMPLES: dict[int, dict[str, Any]] = {
    400: {
        "detail": "colour: There is no such field; there are file, name, description, image_run.",
        "code": "invalid",
        "errors": {
            "colour": ["There is no such field; there are file, name, description, image_run."]
        },
    },
    401: {
        "detail": "This token is wrong, expired or revoked. Make a new one on your profile page.",
        "code": "bad_token",
    },
    403: {"detail": "Submission closed on 08 May 2017, 21:59 UTC.", "code": "closed"},
    404: {
        "detail": "There is no task 'plantclef'. Did you mean 'plantclef-2017'?",
        "code": "no_task",
    },
    409: {
        "detail": "Your team already sent this file, as Run 2.",
        "code": "duplicate",
        "id": 17,
        "url": "https://clef.example/runs/17/",
    },
}


def refusals(*statuses: int) -> dict[int, OpenApiResponse]:
    """Return how each of these statuses is described."""
    return {
        status: OpenApiResponse(RefusalOut, _WORDS[status], examples=_examples(status))
        for status in statuses
    }


def _examples(status: int) -> list[OpenApiExample]:
    if status not in _EXAMPLES:
        return []
    return [OpenApiExample(_EXAMPLES[status]["code"], value=_EXAMPLES[status])]


class SchemaView(SpectacularAPIView):
    """OpenAPI, as YAML or with `?format=json` as JSON."""


class DocsView(SpectacularSwaggerSplitView):
    """Swagger's page, from files of this host: no inline script, nothing from elsewhere."""

    url_name = "api-schema"
