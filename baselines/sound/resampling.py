"""Another rate for samples: a sinc under a window, one filter for each place between two samples."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import conv1d, pad

_ZEROS = 24  # zero crossings of the sinc on either side: how steep the filter is
_PASSED = 0.95  # share of the lower rate's frequencies that pass; above half of it they would fold


@dataclass(frozen=True)
class Resampler:
    """Brings sound to another rate, any stretch of it as it would be in the whole.

    Both rates are divided by what they share: ``n_in`` samples then last as long as ``n_out``.

    Attributes
    ----------
    filters
        ``(n_out, 1, margin + n_in + margin)``.
    margin
        Samples that a filter needs before and after those it makes anew.
    """

    filters: Tensor
    n_in: int
    n_out: int
    margin: int

    def length(self, n: int) -> int:
        """Return how many samples become of n."""
        return math.ceil(n * self.n_out / self.n_in)

    def needs(self, first: int, n: int) -> tuple[int, int]:
        """Return from which sample to which the source is needed for some of the result.

        What lies before the source's beginning or after its end is silence.
        """
        begin, end = first // self.n_out, math.ceil((first + n) / self.n_out)
        return begin * self.n_in - self.margin, end * self.n_in + self.margin

    def made(self, source: Tensor, first: int, n: int) -> Tensor:
        """Return n samples of the result from the first one on, of what they need."""
        blocks = conv1d(source[None, None], self.filters, stride=self.n_in)
        made: Tensor = blocks[0].T.flatten()[first % self.n_out :][:n]
        return made

    def __call__(self, samples: Tensor) -> Tensor:
        """Return all of a sound at the other rate."""
        n = self.length(len(samples))
        begin, end = self.needs(0, n)
        return self.made(pad(samples, (-begin, max(0, end - len(samples)))), 0, n)


@lru_cache(maxsize=16)
def resampler(rate_in: int, rate_out: int) -> Resampler:
    """Return what brings sound of a rate to another, both in hertz.

    Its filters are those of J. O. Smith, *Digital Audio Resampling*, with a Hann window.
    """
    shared = math.gcd(rate_in, rate_out)
    n_in, n_out = rate_in // shared, rate_out // shared
    if n_in == n_out:
        return Resampler(torch.ones(1, 1, 1), 1, 1, 0)
    cutoff = _PASSED * min(n_in, n_out)
    margin = math.ceil(_ZEROS * n_in / cutoff)
    sources = torch.arange(-margin, n_in + margin, dtype=torch.float64) / n_in
    places = torch.arange(n_out, dtype=torch.float64)[:, None] / n_out
    crossings = ((sources - places) * cutoff).clamp(-_ZEROS, _ZEROS)
    window = (crossings * (math.pi / 2 / _ZEROS)).cos().square()
    filters = torch.sinc(crossings) * window * (cutoff / n_in)
    return Resampler(filters[:, None].float(), n_in, n_out, margin)
