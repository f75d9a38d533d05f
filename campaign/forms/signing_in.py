"""allauth's forms in the words of this site: labels say everything, so nothing repeats them inside."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class _WithoutPlaceholders:
    """A placeholder that repeats its label disappears when it is needed."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_WithoutPlaceholders, forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or mail address")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignupForm(_WithoutPlaceholders, forms.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].help_text = _("Shown to your team mates and to organisers.")
        self.fields["email"].label = _("Mail address")
        self.fields["email"].help_text = _("We send you a link there to confirm it.")
        self.fields["password2"].label = _("The same password again")


class AddEmailForm(_WithoutPlaceholders, forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Mail address")


class ChangePasswordForm(_WithoutPlaceholders, forms.ChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("The same password again")


class ResetPasswordForm(_WithoutPlaceholders, forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Mail address")


class ResetPasswordKeyForm(_WithoutPlaceholders, forms.ResetPasswordKeyForm):
    """The new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("The same password again")


class ReauthenticateForm(_WithoutPlaceholders, forms.ReauthenticateForm):
    """The password once more."""
