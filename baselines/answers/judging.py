"""A trained model asked which noisy images are what they are said to be."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from baselines.answers.models import Model, load_model
from baselines.config import Baseline
from baselines.data.agreement import Judge, Opinion
from baselines.data.batches import Batch, Images, InOrder, loader
from baselines.data.items import Item, Vocabulary
from baselines.data.tables import CannotRead, read_table, write_table
from baselines.data.views import Whole
from baselines.networks.weights import file_digest
from baselines.place import Place
from baselines.training.progress import Progress

_BATCH = 32
_COLUMNS = ("File", "ClassId", "Place", "Probability")


def judge_of(config: Baseline, folder: Path, place: Place, progress: Progress) -> Judge | None:
    """Return who says which noisy images a config learns from; None where it does not ask.

    Parameters
    ----------
    folder
        Where the opinions are written, and found again when the training goes on.

    Raises
    ------
    CannotRead
        When there is no such model; one that cannot be taken up is refused when it is asked.
    """
    if config.data.roles != "filtered":
        return None
    path = Path(config.data.agreement.model)
    if not path.is_file():
        raise CannotRead(
            f"data.agreement.model: {path} is no file; right is what a training on trusted data wrote"
        )
    digest = file_digest(path)
    table = folder / f"opinions_{digest[:16]}.csv"

    def opinions(items: Sequence[Item]) -> Sequence[Opinion]:
        known = _read(table, items)
        if known is None:
            known = _asked(load_model(path, place), items, config.data.workers, place, progress)
            if place.is_first:
                _write(table, items, known)
        return known

    return Judge(str(path), digest, opinions)


def _asked(
    model: Model, items: Sequence[Item], workers: int, place: Place, progress: Progress
) -> Sequence[Opinion]:
    """Ask a model, each rank for its share of the images."""
    images = Images(items, Vocabulary(model.classes), Vocabulary(()), Whole(model.size), model.size)
    order = InOrder(len(items), _BATCH * place.world, place)
    said = torch.zeros(2, len(items), dtype=torch.float64)
    progress.begin("opinions of noisy images", len(items))
    for batch in loader(images, order, workers, place):
        said[:, batch.places] = _opinions(model.probabilities(batch.pixels), batch)
        progress.images(len(batch.places) * place.world)
    places, probabilities = place.total(said.to(place.device)).tolist()
    return [Opinion(int(p), q) for p, q in zip(places, probabilities, strict=True)]


def _opinions(probabilities: Tensor, batch: Batch) -> Tensor:
    """Return the places of the images' classes, and the probabilities of these."""
    own = probabilities.gather(1, batch.classes.clamp(min=0)[:, None])
    places = (probabilities >= own).sum(1)
    places[batch.classes < 0] = 0
    places[batch.broken] = -1
    return torch.stack([places.double(), own[:, 0].double() * (places > 0)])


def _write(path: Path, items: Sequence[Item], opinions: Sequence[Opinion]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (
        (item.path, item.class_id, opinion.place, opinion.probability)
        for item, opinion in zip(items, opinions, strict=True)
    )
    write_table(path, _COLUMNS, rows)


def _read(path: Path, items: Sequence[Item]) -> Sequence[Opinion] | None:
    """Return the opinions of a table, None where there is none or it is of other images."""
    if not path.is_file():
        return None
    rows = list(read_table(path, *_COLUMNS))
    asked = [(str(item.path), item.class_id) for item in items]
    if asked != [(row["File"], row["ClassId"]) for row in rows]:
        return None
    return [Opinion(int(row["Place"]), float(row["Probability"])) for row in rows]
