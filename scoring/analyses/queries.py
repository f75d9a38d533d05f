"""What a metric is made of, query by query: to compare queries, every one must have a figure."""

from scoring.metrics.metric import Metric, parse_metric

_OF_QUERIES = {
    "s_score": "mrr",
    "cmap": "map",
    "f1_macro": "f1_samples",
    "f1_micro": "f1_samples",
    "snake_1": "fungi_1",
    "snake_2": "fungi_1",
    "median_position": "mrr",
}
"""For metrics that are no mean over queries, the nearest that is; `fungi_1` is the share answered wrong."""


def metric_of_queries(metric: Metric) -> Metric:
    """Return the mean over queries that comes nearest to a metric, without subset and level.

    Examples
    --------
    >>> [str(metric_of_queries(parse_metric(name))) for name in ("macro_top_5", "s_score", "top_1@Organ=leaf")]
    ['top_5', 'mrr', 'top_1']
    """
    name = metric.name.partition(":")[0].removeprefix("macro_")
    return parse_metric(_OF_QUERIES.get(name, name))
