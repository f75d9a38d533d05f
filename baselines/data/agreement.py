"""Noisy images kept only where a model that learnt from trusted ones agrees with their class.

Two teams of PlantCLEF 2017 filtered the noisy images of the web with a network of their own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from baselines.config import AgreementConfig
from baselines.data.items import Findings, Item


@dataclass(frozen=True)
class Opinion:
    """What a model says of the class that an image is said to have.

    Attributes
    ----------
    place
        Of this class among its answers, the first is 1; a class that shares its place comes after
        those it shares it with. 0 where the model does not name this class, -1 where the file
        cannot be read.
    probability
        Of this class.
    """

    place: int
    probability: float

    def agrees(self, config: AgreementConfig) -> bool:
        """Return whether this is enough for the image to be kept."""
        is_early = self.place <= config.first if config.first else True
        return self.place > 0 and is_early and self.probability >= config.least


@dataclass(frozen=True)
class Judge:
    """A model that has learnt from trusted images.

    Attributes
    ----------
    name
        Of its file.
    sha256
        Of that file.
    opinions
        What it says of some items, in their order.
    """

    name: str
    sha256: str
    opinions: Callable[[Sequence[Item]], Sequence[Opinion]]

    def kept(
        self, items: Sequence[Item], config: AgreementConfig, findings: Findings
    ) -> tuple[Item, ...]:
        """Return those that it agrees with; both these and the others are counted and listed."""
        opinions = self.opinions(items)
        for item, opinion in zip(items, opinions, strict=True):
            findings.add(self._found(opinion, config), item.path.name)
        agreed = zip(items, opinions, strict=True)
        return tuple(item for item, opinion in agreed if opinion.agrees(config))

    def _found(self, opinion: Opinion, config: AgreementConfig) -> str:
        if opinion.place < 0:
            return "noisy, and cannot be read, left out"
        if opinion.place == 0:
            return f"noisy, of a class that {self.name} does not name, left out"
        rule = " and ".join(_rules(config))
        if opinion.agrees(config):
            return f"noisy, kept: {self.name} gives their class {rule}"
        return f"noisy, left out: {self.name} does not give their class {rule}"


def _rules(config: AgreementConfig) -> Iterator[str]:
    if config.first:
        yield "the first place" if config.first == 1 else f"one of the first {config.first} places"
    if config.least or not config.first:
        yield f"a probability of {config.least:g} or more"
