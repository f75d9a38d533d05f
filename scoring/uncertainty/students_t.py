"""Student's t: how far the mean of few may lie from what it estimates."""

from functools import lru_cache
from math import cos, pi, sin, sqrt, tan

_MOST_DF = 1_000  # beyond, the quantile is that of the normal distribution to three digits
_HALVINGS = 60  # of a right angle: below what a double can tell


@lru_cache  # intervals that hold together all ask for the same
def t_quantile(confidence: float, df: int) -> float:
    r"""Return the t within which a share of Student's distribution lies, to both sides of 0.

    With :math:`\theta = \arctan(t / \sqrt\nu)` the share is a finite sum for whole degrees of freedom
    (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4). It grows with :math:`\theta`, which is found by halving.

    Parameters
    ----------
    confidence
        At least 0, below 1.
    df
        Degrees of freedom, at least 1.

    Raises
    ------
    ValueError
        When either is outside.

    Examples
    --------
    >>> round(t_quantile(0.95, 7), 3), round(t_quantile(0.95, 1_000), 2)
    (2.365, 1.96)
    """
    if not 0 <= confidence < 1 or df < 1:
        raise ValueError(
            f"no share {confidence!r} with {df!r} degrees of freedom; right are 0.95 and 7"
        )
    low, high = 0.0, pi / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _share(middle, df) < confidence:
            low = middle
        else:
            high = middle
    return tan(low) * sqrt(df)


def interval_around(
    value: float, error: float, df: int, n_together: int = 1, confidence: float = 0.95
) -> tuple[float, float]:
    """Return Student's interval of a figure, which holds together with those of others (Bonferroni).

    Parameters
    ----------
    error
        The standard error of the value.
    df
        Degrees of freedom of that.
    n_together
        How many are looked at together, this one among them.
    confidence
        In which share of such families all intervals hold.

    Examples
    --------
    >>> [round(end, 3) for end in interval_around(0.5, 0.1, 7)]
    [0.264, 0.736]
    """
    reach = error * t_quantile(1 - (1 - confidence) / n_together, min(df, _MOST_DF))
    return value - reach, value + reach


def _share(theta: float, df: int) -> float:
    """Return the share of the distribution within an angle."""
    odd = df % 2
    term, total = cos(theta) ** odd, 0.0
    for step in range(1, (df - odd) // 2 + 1):
        total += term
        term *= cos(theta) ** 2 * (2 * step - 1 + odd) / (2 * step + odd)
    return 2 / pi * (theta + sin(theta) * total) if odd else sin(theta) * total
