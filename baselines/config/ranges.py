"""The numbers that fields take."""

from math import inf
from typing import Annotated, NamedTuple


class Between(NamedTuple):
    """The numbers that a field takes, both ends among them."""

    least: float
    most: float = inf

    def __str__(self) -> str:
        return (
            f"from {self.least:g} to {self.most:g}"
            if self.most < inf
            else f"{self.least:g} or more"
        )


BelowOne = Annotated[float, Between(0, 0.999999)]
Share = Annotated[float, Between(0, 1)]
Amount = Annotated[float, Between(0)]
Count = Annotated[int, Between(1)]
Whole = Annotated[int, Between(0)]
