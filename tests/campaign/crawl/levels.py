"""Task folders and run files whose scores say by their height of what they are.

By the first truth the runs are good on the public part and bad on the private one, by the second the other
way about, though never so good; and the better a run is on the one part, the worse on the other. So no
rounding of a score that shows is one of a score that is hidden, and neither is a rank. No wrong answer has the
right genus or family by either truth: scores at these levels are those of the species, and as hidden.
"""

import hashlib
from datetime import datetime
from pathlib import Path

N = 400  # queries, the first half of them public
CLASSES = 40
SIGHTING, USAGE = "ZqSighting", "ZqUsage"  # hidden columns, names that stand nowhere by chance

_TASK = """task: {slug}
campaign: campaign
title: {{en: {slug}}}
question: {{en: Which species?}}
shape: ranked
run: {{image_runs: true}}
metrics: {metrics}
subsets: [Domain, Family, {sighting}]
limits: {{runs_per_team: 30}}
visibility: {visibility}
truth: {truth}
split: {split}
phases:
  test_data: {{opens: 2017-04-01}}
  submission: {{opens: 2017-04-01, closes: {closes}}}
  results: {{opens: 2017-06-01}}
  post_campaign: {{opens: {closes}}}
method_description: {{required: [training_data]}}
"""


def query(i: int) -> str:
    return f"obs-{i:03}"


def label(i: int, version: int = 1) -> int:
    """Return the class of a query: the second truth has another one for some."""
    if version == 1 or _stays(i):
        return 7 * i % CLASSES
    return _answered(i) if _is_found(i) else (7 * i + 20) % CLASSES


def _stays(i: int) -> bool:
    return i < N // 2 and i % 10 < 7


def _is_found(i: int) -> bool:
    """Tell whether a private query has by the second truth the class that all runs answer first."""
    return i >= N // 2 and i % 3 == 0


def _answered(i: int) -> int:
    return (7 * i + 11) % CLASSES


# ---------------------------------------------------------------- folders
def write_folder(
    parent: Path,
    slug: str,
    *,
    closes: datetime,
    silent: bool = False,
    version: int = 1,
    released: bool = False,
) -> Path:
    """Write a task folder; a silent one has no split, and no score shows before results open."""
    (parent / "campaign.yaml").write_text(
        "campaign: campaign\ntitle: {en: Campaign}\ndescription: A lab.\n"
    )
    folder = parent / slug
    folder.mkdir(exist_ok=True)
    task = _TASK.format(
        slug=slug,
        closes=closes.isoformat(),
        metrics="[mrr]" if silent else "[mrr, top_1, mrr@Domain=sheet]",
        sighting=SIGHTING,
        visibility="never" if silent else "live",
        truth="released" if released else "hidden",
        split="null" if silent else f"{{column: {USAGE}, final: private}}",
    )
    files = {"task.yaml": task, "overview.md": "About it.\n", "rules.md": "Be fair.\n"}
    for name, text in (files | _tables(slug, version)).items():
        (folder / name).write_text(text)
    for access in ("public", "registered", "approved"):
        _write_data_set(folder / "data" / access, slug, access)
    return folder


def _tables(slug: str, version: int) -> dict[str, str]:
    everything = range(N)
    return {
        "classes.csv": "ClassId;Species;Genus;Family\n"
        + "".join(f"c{i};Species{i};Genus{i // 2};Family{i // 8}\n" for i in range(CLASSES)),
        "queries.csv": "QueryId;Domain\n"
        + "".join(f"{query(i)};{'sheet' if i % 2 else 'photo'}\n" for i in everything),
        "media.csv": "MediaId;QueryId\n" + "".join(f"img-{i:03};{query(i)}\n" for i in everything),
        "ground_truth.csv": f"QueryId;ClassId;{USAGE};{SIGHTING}\n"
        + "".join(
            f"{query(i)};c{label(i, version)};{'public' if i < N // 2 else 'private'};{sighting(slug, i)}\n"
            for i in everything
        ),
    }


def sighting(slug: str, i: int) -> str:
    """Return what the ground truth alone says of a query: of four values, so that it parts a test."""
    return f"zqsighting{slug}{i // 5 % 4}"


def _write_data_set(folder: Path, slug: str, access: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = f"zqdata{slug}{access};1\n".encode()
    (folder / "file.csv").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (folder / "data.yaml").write_text(
        f"title: {access}\nrole: training_trusted\naccess: {access}\nlicence: CC0\n"
        f"files:\n  - {{name: file.csv, size: {len(content)}, sha256: {digest}}}\n"
    )


# ---------------------------------------------------------------- runs
def run_lines(
    rank: int, *, silent: bool = False, public: int = 97, private: int = 5, image: bool = False
) -> str:
    """Return a run file; on the public part a run of a lower rank is better, on the private one worse.

    Parameters
    ----------
    public, private
        On how many of a hundred queries of a part the run of rank 0 is right.
    image
        Of an image run.
    """
    of_hundred = (80 - rank, 80) if silent else (public - rank, private + 2 * rank)
    lines = []
    for i in range(N):
        name = f"img-{i:03}" if image else query(i)
        # A step that has no factor in common with a hundred: each part of a test gets its share.
        right = i * 37 % 100 < of_hundred[i >= N // 2]
        answers = [label(i), _answered(i)] if right else [_answered(i), (7 * i + 30) % CLASSES]
        lines += [f"{name};c{answers[0]};0.9\n", f"{name};c{answers[1]};0.5\n"]
    return "".join(lines)
