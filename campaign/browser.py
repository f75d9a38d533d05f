"""Pictures of figures, drawn by the Chromium of this machine: without network, in a group of its own.

It draws as pages do, by the plotly that ships; nothing but the program has to be installed.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

from django.conf import settings

PLOTLY = Path(__file__).parent / "static/campaign/vendor/plotly/plotly-cartesian-4.1.1.min.js"
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_MOST_SECONDS = 40  # shorter than the lease of the package that waits
_PATIENCE_MS = 60_000  # of the page's own clock, which runs ahead where nothing is to be done
_MADE = re.compile(r'<pre id="made">(.*?)</pre>', re.DOTALL)
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' file:; style-src 'unsafe-inline'; img-src data: blob:">
<title>Figures</title>
<script src="plotly.min.js"></script>
</head>
<body>
<script id="figures" type="application/json">%s</script>
<script>
async function drawn({ data, layout }) {
  try {
    const { width, height } = layout;
    return {
      svg: await Plotly.toImage({ data, layout }, { format: "svg", width, height }),
      png: await Plotly.toImage({ data, layout }, { format: "png", width, height, scale: 3 }),
    };
  } catch {
    return null;
  }
}
(async () => {
  const made = [];
  for (const figure of JSON.parse(document.getElementById("figures").textContent)) made.push(await drawn(figure));
  const answer = document.createElement("pre");
  answer.id = "made";
  answer.textContent = JSON.stringify(made);
  document.body.replaceChildren(answer);
})();
</script>
</body>
</html>
"""


class NotDrawn(Exception):
    """Why there are no pictures, as a sentence."""


@dataclass(frozen=True)
class Picture:
    """A figure as a picture."""

    svg: str
    png: bytes

    @classmethod
    def of(cls, addresses: Mapping[str, str]) -> Self:
        """Return the picture that the page gave back as two `data:` addresses."""
        return cls(
            svg=unquote(addresses["svg"].partition(",")[2]),
            png=b64decode(addresses["png"].partition(",")[2]),
        )


def draw(figures: Sequence[Mapping[str, Any]]) -> list[Picture | None]:
    """Return a picture of each figure of plotly, whose layout has a width and a height.

    None stands where plotly could not draw one.

    Raises
    ------
    NotDrawn
        There is no Chromium here, or it did not answer.
    """
    browser = _browser()
    with tempfile.TemporaryDirectory(prefix="figures-") as folder:
        page = Path(folder) / "figures.html"
        shutil.copy(PLOTLY, page.with_name("plotly.min.js"))
        page.write_text(_PAGE % json.dumps(figures).replace("<", "\\u003c"), encoding="utf-8")
        answer = _MADE.search(_dom(browser, page))
    if answer is None:
        raise NotDrawn("Chromium was found, and did not draw them.")
    return [one and Picture.of(one) for one in json.loads(unescape(answer[1]))]


def _browser() -> str:
    names = [settings.CHROMIUM] if settings.CHROMIUM else _NAMES
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise NotDrawn("There is no Chromium where they were made.")
    return found


def _dom(browser: str, page: Path) -> str:
    """Return a page as it is when its scripts have ended; the browser and all that it started are gone."""
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={page.parent / 'profile'}",
        f"--virtual-time-budget={_PATIENCE_MS}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),  # it refuses to run as root otherwise
        "--dump-dom",
        page.as_uri(),
    ]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(page.parent)},
        process_group=0,
    ) as process:
        try:
            return process.communicate(timeout=_MOST_SECONDS)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            raise NotDrawn(f"Chromium did not draw them in {_MOST_SECONDS} seconds.") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
