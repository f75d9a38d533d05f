"""What may keep an answer: the browser that asked, and it asks again before it shows it."""

import hashlib
import re
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

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


# Drawn anew for each page, and yet the same: any of them opens what the cookie's secret does.
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


class ConditionalAnswersMiddleware:
    """Gives answers an ETag by their content, and 304 to whoever has the same already.

    An answer is made all the same, for whoever asks now; only its way is spared. A kept page has forms,
    which are good as long as the cookie is that they were made for: so its secret counts, too.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if request.method != "GET" or not isinstance(answer, HttpResponse) or not _is_kept(answer):
            return answer
        etag = answer["ETag"] = f'W/"{_digest(request, answer)}"'
        kept = get_conditional_response(request, etag=etag, response=answer)
        return answer if kept is None else kept


def _is_kept(answer: HttpResponse) -> bool:
    """Tell whether an answer is whole, may be kept, and has no ETag of its own."""
    return (
        answer.status_code == HTTPStatus.OK
        and not answer.has_header("ETag")
        and "no-store" not in answer.get("Cache-Control", "")
    )


def _digest(request: HttpRequest, answer: HttpResponse) -> str:
    content = _TOKEN.sub(b"", answer.content)
    secret = str(request.META.get("CSRF_COOKIE", ""))
    return hashlib.sha256(content + secret.encode()).hexdigest()[:32]
