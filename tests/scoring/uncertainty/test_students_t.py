"""Student's t against scipy's, which the platform does without."""

import pytest
from scipy import stats

from scoring.uncertainty.students_t import t_quantile


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 8, 29, 100, 1_001])
@pytest.mark.parametrize("confidence", [0.0, 0.5, 0.95, 0.999, 0.99999])
def test_a_quantile_is_that_of_the_distribution(df: int, confidence: float):
    assert t_quantile(confidence, df) == pytest.approx(
        stats.t.ppf((1 + confidence) / 2, df), rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize(("confidence", "df"), [(1.0, 3), (-0.1, 3), (0.95, 0)])
def test_what_is_no_share_or_no_distribution_is_refused(confidence: float, df: int):
    with pytest.raises(ValueError, match=r"right are 0\.95 and 7"):
        t_quantile(confidence, df)
