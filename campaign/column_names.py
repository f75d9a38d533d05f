"""What people call the columns of a test and their values, as far as they are known."""

from django.utils.translation import gettext_lazy, pgettext_lazy

_NAMES = {
    "Author": gettext_lazy("author"),
    "Domain": gettext_lazy("domain"),
    "Family": gettext_lazy("family"),
    "Genus": gettext_lazy("genus"),
    "Organ": gettext_lazy("organ"),
    "Species": pgettext_lazy("one of them", "species"),
    "TrainImages": gettext_lazy("training images"),
    "View": gettext_lazy("view"),
}
_VALUES = {
    "branch": gettext_lazy("branch"),
    "entire": gettext_lazy("entire"),
    "flower": gettext_lazy("flower"),
    "fruit": gettext_lazy("fruit"),
    "leaf": gettext_lazy("leaf"),
    "photo": gettext_lazy("photo"),
    "scan": gettext_lazy("scan"),
    "stem": gettext_lazy("stem"),
}


def column_name(name: str) -> str:
    """Return how people call a column of a table; one of the task's own as it is written."""
    return str(_NAMES.get(name, name))


def value_name(value: str) -> str:
    """Return how people call a value of a column, such as an organ; any other one as it is written."""
    return str(_VALUES.get(value, value))
