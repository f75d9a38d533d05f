"""How likely a count is by chance, and how sure a share is."""

from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)
_NOTHING = 2.0**-53  # of a sum: below what a double can tell


def binomial_tail(least: int, n: int, share: float) -> float:
    r"""Return how likely at least so many of n hit, each with the same chance.

    .. math:: \sum_{i \ge x} \binom{n}{i} s^i (1 - s)^{n - i}

    Examples
    --------
    >>> binomial_tail(0, 5, 0.1), round(binomial_tail(2, 2, 0.5), 3)
    (1.0, 0.25)
    """
    if least <= 0 or share >= 1:
        return 1.0
    if share <= 0 or least > n:
        return 0.0
    ways = lgamma(n + 1) - lgamma(least + 1) - lgamma(n - least + 1)
    term = exp(ways + least * log(share) + (n - least) * log1p(-share))
    total, odds = 0.0, share / (1 - share)
    for i in range(least, n + 1):
        total += term
        if i > n * share and term < total * _NOTHING:
            break
        term *= (n - i) / (i + 1) * odds
    return min(1.0, total)


def share_interval(hits: int, n: int) -> tuple[float, float]:
    r"""Return the 95 % interval of a share (Wilson 1927), which holds for few of few as well.

    .. math:: \frac{\hat p + z^2 / 2n \pm z \sqrt{\hat p (1 - \hat p) / n + z^2 / 4n^2}}{1 + z^2 / n}

    Examples
    --------
    >>> [round(end, 3) for end in share_interval(11, 12)]
    [0.646, 0.985]
    """
    share, by = hits / n, _Z**2 / n
    middle = (share + by / 2) / (1 + by)
    reach = _Z * sqrt(share * (1 - share) / n + by / (4 * n)) / (1 + by)
    return max(0.0, middle - reach), min(1.0, middle + reach)
