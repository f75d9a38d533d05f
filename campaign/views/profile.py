"""What a person says about themselves, and the tokens of their programs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from campaign.clock import now
from campaign.forms.accounts import ProfileForm, TokenForm
from campaign.models import User
from campaign.services.accounts import issue_token, revoke_token
from campaign.views.people import PersonRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    # Of their own: a form that is not valid has changed the row it is about.
    person = get_object_or_404(User, pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return _page(request, form=form)


@login_required
@require_POST
@never_cache
@sensitive_variables("secret")
def make_token(request: PersonRequest) -> HttpResponse:
    """Show the new token at once: no redirect, for its secret must be kept nowhere."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, token_form=form, status=422)
    token, secret = issue_token(
        user=request.user,
        name=form.cleaned_data["name"],
        expires_at=form.expires_at(now()),
        now=now(),
    )
    context = {"token": token, "secret": secret}
    return render(request, "campaign/token_made.html", context, status=201)


@login_required
@require_POST
def end_token(request: PersonRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    revoke_token(token=token, now=now())
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("profile")


def _page(
    request: PersonRequest,
    *,
    form: ProfileForm | None = None,
    token_form: TokenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form or ProfileForm(instance=request.user),
        "token_form": token_form or TokenForm(),
        "tokens": request.user.api_tokens.all(),
    }
    return render(request, "campaign/profile.html", context, status=status)
