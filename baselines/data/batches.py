"""Batches in an order that depends on seed and epoch alone: any worker, any rank, any beginning."""

import math
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.context import BaseContext
from typing import NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from baselines.chance import Draw, torch_generator
from baselines.data.images import Unreadable, read_image
from baselines.data.items import Item, Vocabulary
from baselines.data.tables import CannotRead
from baselines.data.views import View
from baselines.place import Place
from baselines.stopping import leave_stopping_to_parent

Kind = TypeVar("Kind")

UNKNOWN = -1
"""The number of a class that nobody says; no loss and no score counts it."""


class Batch(NamedTuple):
    """Images with what is known of them; each field has a row for each image.

    Attributes
    ----------
    pixels
        ``(images, 3, size, size)``, bytes; ``(images, views, 3, size, size)`` of several views.
    classes, organs
        Their numbers, or `UNKNOWN`.
    places
        Which items they are.
    broken
        Whether the file could not be read: it is grey then, and counts for nothing.
    """

    pixels: Tensor
    classes: Tensor
    organs: Tensor
    places: Tensor
    broken: Tensor


class Visit(NamedTuple):
    """An item in an epoch: what is drawn for it depends on both."""

    epoch: int
    place: int


class Images(Dataset[Batch]):
    """Items as the network sees them, one at a time.

    Parameters
    ----------
    items
        In a fixed order.
    classes, organs
        Whose numbers the batches carry.
    view
        How each is shown.
    size
        Side of the squares that the view makes.
    seed
        Of what the view draws.
    """

    def __init__(
        self,
        items: Sequence[Item],
        classes: Vocabulary,
        organs: Vocabulary,
        view: View,
        size: int,
        seed: int = 0,
    ) -> None:
        self.items = items
        self.view = view
        self.size = size
        self.seed = seed
        self.class_numbers = numbers_of((item.class_id for item in items), classes)
        self.organ_numbers = numbers_of((item.organ for item in items), organs)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, visit: Visit) -> Batch:
        generator = torch_generator(Draw.ITEM, self.seed, *visit)
        try:
            pixels = self.view(read_image(self.items[visit.place].path), generator)
        except Unreadable:
            return self._broken(visit.place)
        return Batch(
            pixels,
            self.class_numbers[visit.place],
            self.organ_numbers[visit.place],
            torch.tensor(visit.place),
            torch.tensor(False),
        )

    def _broken(self, place: int) -> Batch:
        square = torch.zeros(3, self.size, self.size, dtype=torch.uint8)
        grey = torch.full_like(self.view(square, torch.Generator()), 128)
        unknown = torch.tensor(UNKNOWN)
        return Batch(grey, unknown, unknown, torch.tensor(place), torch.tensor(True))


def numbers_of(names: Iterable[str], vocabulary: Vocabulary) -> Tensor:
    """Return the number of each name, `UNKNOWN` for what the vocabulary does not have."""
    numbers = vocabulary.numbers
    return torch.tensor([numbers.get(name, UNKNOWN) for name in names], dtype=torch.long)


class Shuffled(Sampler[list[Visit]]):
    """The order of an epoch, cut into batches and dealt to the ranks.

    Every batch is whole, so that all ranks do the same number of steps on as many images.

    Parameters
    ----------
    n
        Images there are.
    batch_size
        Images of a step over all ranks.
    place
        Which rank this is.
    weights
        How likely each is drawn, with repeats; None takes each once.

    Raises
    ------
    CannotRead
        When there are fewer images, or a batch has fewer, than ranks.
    """

    def __init__(
        self,
        n: int,
        batch_size: int,
        place: Place,
        seed: int,
        weights: Tensor | None = None,
    ) -> None:
        if min(batch_size, n) < place.world:
            raise CannotRead(
                f"{n} images in batches of {batch_size} are too few for {place.world} ranks; right is"
                " an image of each batch for each rank at least"
            )
        self.n = n
        self.batch_size = min(batch_size, n) // place.world * place.world
        self.place = place
        self.seed = seed
        self.weights = weights
        self.epoch = 0
        self.first_step = 0

    @property
    def steps(self) -> int:
        """Steps of a whole epoch."""
        return self.n // self.batch_size

    def begin(self, epoch: int, first_step: int = 0) -> None:
        """Go to an epoch, or on with one that was interrupted."""
        self.epoch, self.first_step = epoch, first_step

    def __len__(self) -> int:
        return self.steps - self.first_step

    def __iter__(self) -> Iterator[list[Visit]]:
        order = self._order()
        for step in range(self.first_step, self.steps):
            batch = order[step * self.batch_size :][: self.batch_size]
            yield [Visit(self.epoch, p) for p in batch[self.place.rank :: self.place.world]]

    def _order(self) -> list[int]:
        generator = torch_generator(Draw.ORDER, self.seed, self.epoch)
        if self.weights is None:
            drawn = torch.randperm(self.n, generator=generator)
        else:
            drawn = torch.multinomial(self.weights, self.n, replacement=True, generator=generator)
        places: list[int] = drawn.tolist()
        return places


class InOrder(Sampler[list[Visit]]):
    """Every item once over all ranks, for what is counted: none twice, none left out."""

    def __init__(self, n: int, batch_size: int, place: Place) -> None:
        self.places = range(place.rank, n, place.world)
        self.batch_size = max(1, batch_size // place.world)

    def __len__(self) -> int:
        return math.ceil(len(self.places) / self.batch_size)

    def __iter__(self) -> Iterator[list[Visit]]:
        for first in range(0, len(self.places), self.batch_size):
            yield [Visit(0, place) for place in self.places[first : first + self.batch_size]]


class Numbered(Protocol):
    """Items that are learnt from, by the numbers of their classes."""

    class_numbers: Tensor


def balanced_weights(images: Numbered) -> Tensor:
    """Return weights by which all classes are drawn equally often."""
    numbers = images.class_numbers.tolist()
    counts = Counter(numbers)
    return torch.tensor([1 / counts[number] for number in numbers], dtype=torch.float64)


def loader(
    items: Dataset[Kind], order: Sampler[list[Visit]], workers: int, place: Place
) -> DataLoader[Kind]:
    """Return what reads the items of an order, in this process or in others."""
    return DataLoader(
        items,
        batch_sampler=order,
        num_workers=workers,
        multiprocessing_context=_processes() if workers else None,
        persistent_workers=workers > 0,
        pin_memory=place.is_gpu,
        # Without a generator of its own it draws from torch's, and a resumed training differs.
        generator=torch.Generator(),
        worker_init_fn=leave_stopping_to_parent,
    )


def _processes() -> BaseContext:
    """Return how workers start: not as forks of this process.

    A fork takes along the locks of threads that it does not have, and may wait for them for ever.
    What is imported once in the server of workers is there in each of them.
    """
    known = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in known else "spawn")
    context.set_forkserver_preload([__name__, "baselines.networks.table"])
    return context
