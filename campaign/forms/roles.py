"""Giving roles in a campaign: to an account, or by mail to whoever has an address."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.models import CampaignRole, User


def _role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Role"), choices=CampaignRole.Name.choices, initial=CampaignRole.Name.ORGANISER
    )


class RoleForm(forms.Form):
    """Another role for somebody who has one."""

    role = _role_field()


class GiveRoleForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Of somebody who has an account here."),
    )
    role = _role_field()

    def clean_username(self) -> User:
        """Return the account of that name."""
        name = self.cleaned_data["username"].strip()
        found = User.objects.filter(username=name, is_active=True).first()
        if found is None:
            raise ValidationError(
                _("Nobody here is called “%(name)s”. Invite them by mail instead."),
                params={"name": name},
            )
        return found


class CampaignInvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text=_("Only an account that has confirmed this address can accept."),
    )
    role = _role_field()
