"""What of a leaderboard is asked for: which runs, which columns, in which order."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from campaign.field_names import LABELS
from campaign.metric_names import metric_name
from campaign.models import Task
from campaign.reads.board_filters import ALL_RUNS, TRAINING_DATA, Filters
from campaign.reads.leaderboards import DESCRIBED, Asked
from campaign.reads.levels import at_level
from campaign.refusals import Refusal

KINDS = {
    "official": gettext_lazy("official"),
    "baseline": gettext_lazy("baselines"),
    "late": gettext_lazy("late"),
    "unranked": gettext_lazy("not ranked"),
}


class LeaderboardForm(forms.Form):
    """The filters in the address of a leaderboard, its page and its files; at a level, with the metrics there."""

    q = forms.CharField(
        label=gettext_lazy("Team or run"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search"}),
    )
    training_data = forms.ChoiceField(
        label=gettext_lazy("Training data"),
        required=False,
        choices=[("", gettext_lazy("any")), *TRAINING_DATA.items()],
    )
    runs = forms.MultipleChoiceField(
        label=gettext_lazy("Runs"),
        required=False,
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    generated = forms.MultipleChoiceField(
        required=False,
        choices=[("no", gettext_lazy("without generated runs"))],
        widget=forms.CheckboxSelectMultiple,
    )
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, task: Task, address: QueryDict, level: str = "") -> None:
        metrics = at_level(task.metrics, level) if level else task.metrics
        everything = {
            "runs": list(KINDS),
            "columns": [*metrics, *DESCRIBED],
        }
        filled = address.copy()
        for name, values in everything.items():
            if name not in address:  # all of them, so that each can be unticked
                filled.setlist(name, values)
        super().__init__(filled, auto_id="board_%s")
        self.address, self.everything, self.level = address, everything, level
        self.fields["columns"].choices = [  # type: ignore[attr-defined]  # a choice field's
            *((name, metric_name(name)) for name in metrics),
            *((name, str(LABELS[name])) for name in DESCRIBED),
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what of the address the form itself does not ask, and must not lose."""
        kept = ((name, self.address.get(name, "")) for name in ("sort", "best", "at", "level"))
        return [(name, value) for name, value in kept if value]

    @property
    def leaves_out(self) -> bool:
        """Tell whether some runs are not asked for."""
        return self.asked().only != ALL_RUNS

    @property
    def kinds(self) -> str:
        """Say which kinds of runs show."""
        chosen = self.asked().only.kinds
        return ", ".join(str(KINDS[kind]) for kind in chosen) if chosen else _("all")

    @property
    def n_columns(self) -> str:
        """Say how many columns show."""
        chosen, known = self.asked().columns, self.everything["columns"]
        words = _("%(n)s of %(all)s") % {"n": len(chosen), "all": len(known)}
        return words if chosen else _("all")

    def asked(self) -> Asked:
        """Return what is asked for; what makes no sense there is as if it were not."""
        self.is_valid()
        sent: dict[str, Any] = self.cleaned_data
        return Asked(
            sort=self.address.get("sort", ""),
            best=self.address.get("best") == "1",
            only=Filters(
                search=sent.get("q", ""),
                kinds=self._chosen("runs"),
                training_data=sent.get("training_data", ""),
                generated=not sent.get("generated"),
            ),
            columns=self._chosen("columns"),
            level=self.level,
        )

    def _chosen(self, name: str) -> tuple[str, ...]:
        """Return the ticked ones in their order; where all or none are, there is no choice."""
        everything = self.everything[name]
        ticked = tuple(one for one in everything if one in self.cleaned_data.get(name, ()))
        return () if len(ticked) == len(everything) else ticked

    def asked_strictly(self) -> Asked:
        """Return what is asked for, for a file: nobody would see there that it was not understood.

        Raises
        ------
        Refusal
            There is no such column (`no_column`), or no such filter (`no_filter`).
        """
        asked = self.asked()
        known = [*self.everything["columns"], "team"]
        refuse_unknown_columns([asked.sort, *self.address.getlist("columns")], known)
        for name, problems in self.errors.items():
            raise Refusal(
                f"{self.fields[name].label}: {' '.join(map(str, problems))}", code="no_filter"
            )
        return asked


def refuse_unknown_columns(names: list[str], known: list[str]) -> None:
    """Refuse a column that a leaderboard does not have.

    Raises
    ------
    Refusal
        There is no such column (`no_column`).
    """
    for name in names:
        if name and name not in known:
            raise Refusal(
                _("This leaderboard has no column '%(name)s'; there are %(known)s.")
                % {"name": name, "known": ", ".join(known)},
                code="no_column",
            )
