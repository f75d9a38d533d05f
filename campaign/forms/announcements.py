"""Writing an announcement."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, ngettext

from campaign.models import Announcement, Task
from campaign.reads.announcements import takers


class AnnouncementForm(forms.Form):
    subject = forms.CharField(
        label=_("Subject"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write a subject.")},
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 12}),
        error_messages={"required": _("Write what there is to say.")},
        help_text=_("Markdown. The mail holds it as you write it, the page shows it formatted."),
    )
    audience = forms.ChoiceField(
        label=_("Mail it to"),
        choices=Announcement.Audience.choices,
        initial=Announcement.Audience.REGISTERED,
        help_text=_("Everybody reads it on the task's page, whomever it is mailed to."),
    )

    def __init__(self, *args: Any, task: Task, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["audience"].choices = [  # type: ignore[attr-defined]  # a choice field's
            (value, _with_count(label, takers(task, value).count()))
            for value, label in Announcement.Audience.choices
        ]


def _with_count(audience: object, n: int) -> str:
    said = ngettext("%(audience)s (%(n)s person)", "%(audience)s (%(n)s people)", n)
    return said % {"audience": audience, "n": n}
