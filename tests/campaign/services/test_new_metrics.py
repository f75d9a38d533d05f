"""A metric that is asked for later is computed from what was kept: but for one, no file is read."""

from collections.abc import Iterator

import pytest

from campaign import storage
from campaign.models import Evaluation
from campaign.services.rescorings import continue_rescorings, start_rescoring
from campaign.services.results import evaluate
from scoring import METRICS
from tests.campaign.factories import (
    CLASSES,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_truth,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db

FIRST = {"ranked": "mrr", "set": "f1_samples", "label": "fungi_1"}
CONTENT = {
    "ranked": ranked_lines(5),
    "set": "".join(f"q{i};[c{i % 6}, c{(i + 1) % 6}]\n" for i in range(8)),
    "label": "".join(f"q{i};c{i * i % 6}\n" for i in range(8)),
}
_COLUMNS = ["poisonous;venomous", *(f"{i % 2};{i % 2}" for i in range(6))]  # for the costs of 2023
FILES = {
    "classes.csv": "".join(
        f"{line};{more}\n" for line, more in zip(CLASSES.splitlines(), _COLUMNS, strict=True)
    )
}


def later_metrics(shape: str) -> Iterator[str]:
    """Yield every metric of a shape that ranks no column, and one on a subset."""
    for name, record in METRICS.items():
        if shape in record.shapes and not record.needs_class_columns:
            yield name.replace("_k", "_3")
    yield f"{FIRST[shape]}@Domain=sheet"


@pytest.mark.parametrize("shape", FIRST)
def test_every_metric_but_cmap_comes_from_what_was_kept(shape, tmp_path):
    task = make_task(shape=shape, metrics=[FIRST[shape]], files=FILES)
    run = score_run(make_run(make_registration(task), tmp_path, CONTENT[shape]))
    storage.delete(run.file_key)
    metrics = list(later_metrics(shape))
    truth = make_truth(task, metrics, FILES)
    start_rescoring(truth=truth, by=None, reason="more metrics", now=NOW)
    continue_rescorings(now=NOW)
    [waiting] = Evaluation.objects.unfinished()

    evaluate(evaluation_id=waiting.pk)

    done = Evaluation.objects.get(pk=waiting.pk)
    assert (done.state, done.failure) == ("scored", "")
    assert sorted(done.scores.values_list("metric", flat=True)) == sorted(metrics)
    assert len(metrics) > 4
