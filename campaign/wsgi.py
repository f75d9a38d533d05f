"""What the web server serves: Django, with room under its frames."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings.local")

_SLOTS = 2**16  # half a megabyte of addresses; only what is used of it takes memory
_answer = get_wsgi_application()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    return _answer(environ, start_response)


# Python keeps frames in chunks of 16 kB and gives one back when the call that began it ends: a loop which
# calls from the end of a chunk has memory mapped for each call (python/cpython#142183). A page's template is
# such a loop: a leaderboard took up to twice as long. A frame of this size gets a chunk that holds all above it.
application.__code__ = application.__code__.replace(co_stacksize=_SLOTS)
