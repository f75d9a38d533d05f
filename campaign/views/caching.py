"""What may keep an answer: the browser that asked, and it asks again before it shows it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from campaign.views.refusals import View


class PrivateAnswersMiddleware:
    """Says so of every answer that does not say otherwise itself.

    Who asks, and when, decides what nearly every page and answer shows. Nothing between the
    platform and a browser may hand one person's to another, nor to the same after signing out.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer
