"""Pages and other text go compressed; a stored file goes as it lies, for a range of it to mean something."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Compresses what was made whole in memory, all of it text, and nothing that is streamed.

    Django's own compresses streams, too: a range of a file would come under the file's length and place.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not isinstance(response, HttpResponse):
            return response
        return super().process_response(request, response)
