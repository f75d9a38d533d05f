"""What people call the columns of a test, as far as they are known."""

from django.utils.translation import gettext_lazy

_NAMES = {
    "Author": gettext_lazy("author"),
    "Domain": gettext_lazy("domain"),
    "Family": gettext_lazy("family"),
    "Genus": gettext_lazy("genus"),
    "Organ": gettext_lazy("organ"),
    "Species": gettext_lazy("species"),
    "TrainImages": gettext_lazy("training images"),
    "View": gettext_lazy("view"),
}


def column_name(name: str) -> str:
    """Return how people call a column of a table; one of the task's own as it is written."""
    return str(_NAMES.get(name, name))
