"""What pages say of metrics and of their intervals."""

from campaign.reads.scores import ShownScore
from campaign.templatetags.metrics import MEANINGS, interval_words, metric_meanings
from scoring import METRICS


def score(metric: str, low: float | None = 0.4) -> ShownScore:
    high = None if low is None else low + 0.2
    return ShownScore(metric, 0.5, low, high, 20, "")


def test_every_metric_of_the_scorer_is_explained_in_the_readers_language():
    assert list(MEANINGS) == list(METRICS)


def test_a_cost_says_that_less_is_better():
    [one, other] = metric_meanings(["fungi_4", "f1_samples"])["meanings"]
    assert one.name == "FungiCLEF track 4"
    assert one.text.endswith("1 for any other error; lower is better")
    assert one.origin == "FungiCLEF 2023, track 4"
    assert "lower" not in other.text


def test_a_line_says_what_intervals_resample():
    plain = "Intervals are 95 %, percentile bootstrap over queries"
    assert interval_words([score("mrr"), score("top_1@Domain=sheet")]) == f"{plain}."
    assert interval_words([score("map"), score("cmap"), score("macro_top_5"), score("cmap")]) == (
        f"{plain} (over classes for cMAP, Macro top 5)."
    )
    assert interval_words([score("s_score"), score("macro_mrr")]) == (
        f"{plain} (over authors for S-score; over classes for Macro MRR)."
    )
    assert interval_words([score("f1_samples")], "transect") == (
        f"{plain} (over transect for F1, samples)."
    )


def test_without_an_interval_there_is_nothing_to_say():
    assert interval_words([score("mrr", low=None), None]) == ""
    assert interval_words([]) == ""
