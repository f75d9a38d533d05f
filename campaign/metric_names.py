"""What people call the metrics."""

from django.utils.translation import gettext as _, gettext_lazy

from campaign.column_names import value_name

_NAMES = {
    "mrr": gettext_lazy("MRR"),
    "map": gettext_lazy("MAP"),
    "map_foreground": gettext_lazy("MAP, foreground"),
    "macro_mrr": gettext_lazy("Macro MRR"),
    "s_score": gettext_lazy("S-score"),
    "cmap": gettext_lazy("cMAP"),
    "f1_samples": gettext_lazy("F1, samples"),
    "f1_macro": gettext_lazy("F1, macro"),
    "f1_micro": gettext_lazy("F1, micro"),
    "fungi_1": gettext_lazy("FungiCLEF track 1"),
    "fungi_2": gettext_lazy("FungiCLEF track 2"),
    "fungi_3": gettext_lazy("FungiCLEF track 3"),
    "fungi_4": gettext_lazy("FungiCLEF track 4"),
    "snake_1": gettext_lazy("SnakeCLEF track 1"),
    "snake_2": gettext_lazy("SnakeCLEF track 2"),
    "coverage": gettext_lazy("Coverage"),
    "median_position": gettext_lazy("Median position"),
}


_LEVELS = {"Genus": gettext_lazy("genus"), "Family": gettext_lazy("family")}


def metric_name(name: str) -> str:
    """Return how people call a metric: `top_1:Genus@Domain=sheet` is "Top 1 · genus · sheet"."""
    statistic, _at, subset = name.partition("@")
    statistic, _colon, level = statistic.partition(":")
    value = value_name(subset.partition("=")[2])
    words = (_statistic(statistic), str(_LEVELS.get(level, level)), value)
    return " · ".join(filter(None, words))


def metric_at_level(name: str) -> str:
    """Return how people call a metric where the level of all of them is said already."""
    statistic, at, subset = name.partition("@")
    return metric_name(statistic.partition(":")[0] + at + subset)


def _statistic(name: str) -> str:
    if name in _NAMES:
        return str(_NAMES[name])
    for start, words in (("macro_top_", _("Macro top %(k)s")), ("top_", _("Top %(k)s"))):
        if name.startswith(start):
            return words % {"k": name.removeprefix(start)}
    return name.replace("_", " ").capitalize()
