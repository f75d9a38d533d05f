"""How alike runs answer: against scipy, and against what was planted."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from scoring import Estimate, Likeness, alike_order, likeness

N_QUERIES = 400


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(17)


def positions(
    rng: np.random.Generator, teams: str, *, shared: float = 0.0, n_queries: int = N_QUERIES
) -> list[list[float]]:
    """Return positions of runs that find the same queries hard, and those of one team others than another's."""
    hard = rng.normal(size=n_queries)
    of_team = {team: rng.normal(size=n_queries) for team in teams}
    noise = rng.normal(size=(len(teams), n_queries))
    scale = np.exp(hard + shared * np.array([of_team[team] for team in teams]) + noise)
    found = np.ceil(scale)
    found[found > 20] = np.inf
    runs: list[list[float]] = found.tolist()
    return runs


def interval(found: Estimate, n_together: int = 1) -> tuple[float, float]:
    ends = found.interval(n_together)
    assert ends is not None
    return ends


def within(found: Likeness, teams: str) -> Estimate:
    estimate = found.within_teams(teams)
    assert estimate is not None
    return estimate


def test_correlations_are_those_of_scipy_with_ties_and_classes_never_found(rng):
    runs = positions(rng, "abc")
    wanted = stats.spearmanr(np.minimum(runs, 1e9), axis=1).statistic
    assert likeness(runs).values == pytest.approx(wanted)


def test_an_interval_is_as_wide_as_the_figure_varies(rng):
    found = [likeness(positions(rng, "ab")).of(0, 1) for _ in range(400)]
    truth = likeness(positions(rng, "ab", n_queries=200_000)).values[0, 1]
    ends = list(map(interval, found))
    assert 0.90 <= np.mean([low < truth < high for low, high in ends]) <= 0.99
    errors = [(high - low) / 2 / stats.t.ppf(0.975, 49) for low, high in ends]
    assert np.mean(errors) == pytest.approx(np.std([one.value for one in found]), rel=0.15)


def test_intervals_of_many_pairs_are_wider(rng):
    found = likeness(positions(rng, "ab", n_queries=14))
    (low, high), (lowest, highest) = (interval(found.of(0, 1), n) for n in (1, 10_000))
    assert lowest < low < high < highest


def test_too_few_queries_have_no_interval(rng):
    assert likeness(positions(rng, "ab", n_queries=9)).of(0, 1).interval() is None


def test_runs_of_a_team_are_told_to_be_alike_where_they_are_and_not_where_not(rng):
    teams = "aabbccddd"
    told = {0.0: 0, 1.0: 0}
    for shared in told:
        for _ in range(40):
            found = likeness(positions(rng, teams, shared=shared))
            low, high = interval(within(found, teams))
            told[shared] += low > 0 or high < 0
    assert told[1.0] == 40
    assert told[0.0] <= 5


def test_two_teams_tell_nothing_of_teams(rng):
    found = within(likeness(positions(rng, "aabb", shared=1.0)), "aabb")
    assert found.value > 0
    assert found.interval() is None
    assert likeness(positions(rng, "abc")).within_teams("abc") is None
    assert likeness(positions(rng, "aa")).within_teams("aa") is None


def test_a_pair_leads_by_what_the_two_correlations_differ(rng):
    runs = positions(rng, "aabc", shared=1.0)
    found = likeness(runs)
    lead = found.lead((0, 1), [(0, 2)])
    assert lead.value == pytest.approx(found.values[0, 1] - found.values[0, 2])
    assert interval(lead)[0] > 0


def test_a_pair_leads_as_far_as_it_can_be_told_from_the_one_that_is_hardest_to_tell(rng):
    found = likeness(positions(rng, "aabcd", shared=1.0))
    others = [pair for pair in combinations(range(5), 2) if pair != (0, 1)]
    least = min(interval(found.lead((0, 1), [other]))[0] for other in others)
    assert 0 < interval(found.lead((0, 1), others))[0] == pytest.approx(least, rel=0.2)


def test_copies_do_not_lead_each_other(rng):
    """Gaps that do not vary have no error."""
    one, other = positions(rng, "ab")
    found = likeness([one, one, other, other])
    assert found.lead((0, 1), [(2, 3)]).value == pytest.approx(0, abs=1e-12)
    assert found.lead((0, 1), [(0, 2), (2, 3)]).value == pytest.approx(0, abs=1e-12)


def test_runs_that_are_alike_stand_together(rng):
    teams = "abababab"
    order = alike_order(likeness(positions(rng, teams, shared=1.5)).values)
    assert "".join(teams[place] for place in order) in {"aaaabbbb", "bbbbaaaa"}


def test_a_run_that_is_always_as_good_is_like_none():
    with pytest.raises(ValueError, match="same position"):
        likeness([[1.0] * 20, list(range(20))])
