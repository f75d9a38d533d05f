"""The HTTP client of the platform's API."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from clefboard.answers import raise_for_status, read_findings, read_json, read_list
from clefboard.data_sets import OfferedDataSet
from clefboard.errors import Refused, ServerFailed, Unreachable
from clefboard.findings import Finding
from clefboard.upload import WatchedFile, compress

END_STATES = frozenset({"scored", "rejected", "failed", "withdrawn", "disqualified"})
_TIMEOUT = httpx.Timeout(60, connect=10, read=300)  # reading: a large upload is hashed first


@dataclass(frozen=True)
class SubmittedRun:
    """A run the platform has accepted."""

    id: str
    url: str
    state: str
    number: int | None = None


@dataclass(frozen=True)
class CheckResult:
    """What the platform says of a file that was not submitted."""

    valid: bool
    problems: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    n_lines: int | None
    n_queries: int | None
    coverage: float | None


@dataclass(frozen=True)
class RunStatus:
    """A run as the platform shows it to this token.

    Attributes
    ----------
    scores
        Metric to value; a value is None where the metric is undefined, and the whole is empty
        while the task hides scores.
    """

    id: str
    task: str
    state: str
    name: str = ""
    team: str = ""
    number: int | None = None
    rank: int | None = None
    problems: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    scores: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether the state is not going to change by itself."""
        return self.state in END_STATES


class Client:
    """The API of one platform, with or without a token.

    Every method raises an `ApiError`, whose message is one line for people, when the platform
    cannot be reached, refuses, or fails.

    Parameters
    ----------
    url
        Address of the platform, e.g. ``https://clef.example``.
    token
        A personal API token; empty for what everybody may read.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url.rstrip("/")
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            self._http = httpx.Client(
                base_url=f"{self.url}/api/v1/", headers=headers, timeout=_TIMEOUT
            )
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Refused(
                f"'{url}' is not an address: right is e.g. https://clef.example"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    def submit_run(
        self,
        task: str,
        file: Path,
        *,
        name: str = "",
        description: Mapping[str, Any] | None = None,
        image_run: Path | None = None,
        on_progress: Callable[[int, int], None] = lambda sent, total: None,
    ) -> SubmittedRun:
        """Submit a run, compressed while it travels.

        Parameters
        ----------
        task
            Slug of the task.
        file, image_run
            The run file and its optional image run, plain or compressed.
        description
            The method description.
        on_progress
            Called with the bytes sent and the bytes in all.

        Raises
        ------
        DuplicateRun
            When the team has submitted the same content before.
        InvalidRunFile
            When the platform refuses the file at once.
        """
        fields = {"name": name, "description": json.dumps(dict(description or {}))}
        paths = {"file": file} | ({"image_run": image_run} if image_run else {})
        answer = self._upload(f"tasks/{task}/runs/", paths, fields, on_progress)
        data = read_json(answer)
        url = str(self._http.base_url.join(str(data["url"])))
        return SubmittedRun(str(data["id"]), url, str(data["state"]), data.get("number"))

    def check_run(
        self,
        task: str,
        file: Path,
        *,
        on_progress: Callable[[int, int], None] = lambda sent, total: None,
    ) -> CheckResult:
        """Have a file checked by the platform, without a run and without quota."""
        data = read_json(self._upload(f"tasks/{task}/checks/", {"file": file}, {}, on_progress))
        return CheckResult(
            valid=bool(data["valid"]),
            problems=read_findings(data, "problems"),
            warnings=read_findings(data, "warnings"),
            n_lines=data.get("n_lines"),
            n_queries=data.get("n_queries"),
            coverage=data.get("coverage"),
        )

    def read_run(self, run_id: str) -> RunStatus:
        """Return the state of a run, with its scores as far as this token may see them."""
        data = read_json(self._request("GET", f"runs/{run_id}/"))
        return RunStatus(
            id=str(data["id"]),
            task=str(data.get("task") or ""),
            state=str(data["state"]),
            name=str(data.get("name") or ""),
            team=str(data.get("team") or ""),
            number=data.get("number"),
            rank=data.get("rank"),
            problems=read_findings(data, "problems"),
            warnings=read_findings(data, "warnings"),
            scores=data.get("scores") or {},
        )

    def read_task(self, slug: str) -> Mapping[str, Any]:
        """Return what the API says of a task, `run_rules` and `metrics` among it."""
        return read_json(self._request("GET", f"tasks/{slug}/"))

    def read_data_sets(self, slug: str) -> list[OfferedDataSet]:
        """Return the data sets of a task, and what of them this token may have."""
        entries = read_list(self._request("GET", f"tasks/{slug}/data-sets/"))
        return [OfferedDataSet.from_json(entry) for entry in entries]

    @contextmanager
    def open_data_file(
        self, task: str, data_set: OfferedDataSet, name: str, headers: Mapping[str, str]
    ) -> Iterator[httpx.Response]:
        """Give the answer whose body is a file of a data set, or the part of it that was asked for.

        Where the file is kept elsewhere the answer is from there, and the token stays here. 416 is
        no error: it says where a file ends.
        """
        place = "/".join(quote(word, safe="") for word in (data_set.slug, data_set.version, name))
        asked = {"Accept": "*/*", "Accept-Encoding": "identity", **headers}
        with (
            self._unreachable_is_said(),
            self._http.stream(
                "GET", f"tasks/{task}/data-sets/{place}/", headers=asked, follow_redirects=True
            ) as answer,
        ):
            if (
                answer.is_error
                and answer.status_code != httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE
            ):
                answer.read()
                if answer.history:
                    raise ServerFailed(f"{answer.url} answers {answer.status_code}: no {name}")
                raise_for_status(answer)
            yield answer

    def download_table(self, slug: str, table: str, target: Path) -> bool:
        """Bring a public table of a task up to date.

        Parameters
        ----------
        table
            ``classes``, ``queries`` or ``media``.
        target
            The file to write; beside it ``<target>.etag`` remembers which version it is.

        Returns
        -------
        bool
            Whether the task has such a table.
        """
        etag = target.with_name(f"{target.name}.etag")
        known = etag.read_text() if etag.is_file() and target.is_file() else ""
        headers = {"Accept": "text/csv", **({"If-None-Match": known} if known else {})}
        answer = self._http_request("GET", f"tasks/{slug}/{table}/", headers=headers)
        if answer.status_code == httpx.codes.NOT_FOUND:
            target.unlink(missing_ok=True)
            return False
        if answer.status_code != httpx.codes.NOT_MODIFIED:
            raise_for_status(answer)
            etag.unlink(missing_ok=True)  # never an old mark beside a new table
            target.write_bytes(answer.content)
            etag.write_text(answer.headers.get("ETag", ""))
        return True

    def _upload(
        self,
        path: str,
        files: Mapping[str, Path],
        fields: Mapping[str, str],
        on_progress: Callable[[int, int], None],
    ) -> httpx.Response:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="clefboard-")))
            packed = {}
            for name, file in files.items():
                (folder / name).mkdir()  # both may have the same file name
                packed[name] = compress(file, folder / name)
            total = sum(file.stat().st_size for file in packed.values())
            sent = dict.fromkeys(packed, 0)

            def report(name: str) -> Callable[[int, int], None]:
                def moved(_: int, position: int) -> None:
                    sent[name] = position
                    on_progress(sum(sent.values()), total)

                return moved

            parts = {
                name: (file.name, stack.enter_context(WatchedFile(file, report(name))))
                for name, file in packed.items()
            }
            return self._request("POST", path, data=dict(fields), files=parts)

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self._http_request(method, path, **options)
        raise_for_status(answer)
        return answer

    def _http_request(self, method: str, path: str, **options: Any) -> httpx.Response:
        with self._unreachable_is_said():
            return self._http.request(method, path, **options)

    @contextmanager
    def _unreachable_is_said(self) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException as error:
            raise Unreachable(f"no answer from {self.url} in time: try again") from error
        except (httpx.TransportError, httpx.UnsupportedProtocol) as error:
            raise Unreachable(f"cannot reach {self.url}: {error}") from error


def split_run_url(text: str) -> tuple[str, str]:
    """Return the platform's address and the run's id of a run's URL, or an empty address and the id.

    Examples
    --------
    >>> split_run_url("https://clef.example/runs/17/")
    ('https://clef.example', '17')
    >>> split_run_url("17")
    ('', '17')
    """
    found = re.search(r"/runs/([^/?#]+)", text)
    if found is None:
        return "", text
    parts = urlsplit(text)
    return (f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""), found[1]
