"""A platform made of prepared answers, spoken to over real HTTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What the platform says."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def payload(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Request:
    """What the platform was asked."""

    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def parts(self) -> dict[str, tuple[str | None, bytes]]:
        """Return the parts of a multipart body: name to file name and content."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = BytesParser().parsebytes(head + self.body)
        parts = {}
        for part in message.walk():
            if not part.is_multipart():
                name = str(part.get_param("name", header="content-disposition"))
                parts[name] = (part.get_filename(), bytes(part.get_payload(decode=True)))
        return parts


class Platform:
    """Answers by method and path; of several answers each is given once, the last for ever."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[Request] = []

    def on(self, route: str, *answers: Answer) -> None:
        """Prepare the answers to e.g. ``GET runs/1/``."""
        self.answers[route] = list(answers)

    def reply(self, request: Request) -> Answer:
        self.requests.append(request)
        route = f"{request.method} {request.path.removeprefix('/api/v1/')}"
        waiting = self.answers.get(route, [Answer(404, {"detail": "Not found."})])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def run_platform() -> Iterator[Platform]:
    """Serve a platform on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _speak(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = platform.reply(Request(self.command, self.path, self.headers, body))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.payload)))
            self.end_headers()
            if answer.status != 304:
                self.wfile.write(answer.payload)

        do_GET = do_POST = _speak  # noqa: N815 - the names http.server looks for

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        platform = Platform(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield platform
        finally:
            server.shutdown()
            thread.join()
