"""The people of a campaign: who has which role, giving and taking roles, inviting others."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.clock import now
from campaign.forms.roles import CampaignInvitationForm, GiveRoleForm, RoleForm
from campaign.models import Campaign, CampaignInvitation, CampaignRole
from campaign.reads.roles import campaign_people, role_in
from campaign.refusals import Invalid
from campaign.services.campaign_invitations import (
    accept_campaign_invitation,
    find_campaign_invitation,
    invite_organiser,
    revoke_campaign_invitation,
    send_invitation_again,
)
from campaign.services.roles import give_role, require_owner, take_role
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals


def _campaign_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let a view of a campaign be found by its people only; it gets the campaign, not its slug."""

    @login_required
    @says_refusals
    @wraps(view)
    def answer(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        campaign = get_object_or_404(Campaign, slug=slug)
        if not role_in(campaign, request.user):
            raise Http404
        return view(request, campaign, **kwargs)

    return answer


@_campaign_view
@require_safe
def people(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    return _page(request, campaign)


def _page(
    request: PersonRequest,
    campaign: Campaign,
    *,
    give_form: GiveRoleForm | None = None,
    invitation_form: CampaignInvitationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "campaign": campaign,
        "people": campaign_people(campaign=campaign, viewer=request.user),
        "names": CampaignRole.Name.choices,
        "give_form": give_form or GiveRoleForm(prefix="give"),
        "invitation_form": invitation_form or CampaignInvitationForm(prefix="invite"),
    }
    return render(request, "campaign/campaign_people.html", context, status=status)


# ---------------------------------------------------------------- roles
@_campaign_view
@require_POST
def give(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    require_owner(campaign=campaign, user=request.user)  # first: the form tells who has an account
    form = GiveRoleForm(request.POST, prefix="give")
    if not form.is_valid():
        return _page(request, campaign, give_form=form, status=422)
    role = give_role(
        campaign=campaign,
        user=form.cleaned_data["username"],
        name=form.cleaned_data["role"],
        by=request.user,
    )
    return _given(request, role)


@_campaign_view
@require_POST
def change(request: PersonRequest, campaign: Campaign, pk: int) -> HttpResponse:
    person = get_object_or_404(CampaignRole, campaign=campaign, pk=pk).user
    require_owner(campaign=campaign, user=request.user)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose owner, organiser or viewer."), code="no_such_role")
    role = give_role(
        campaign=campaign, user=person, name=form.cleaned_data["role"], by=request.user
    )
    return _given(request, role)


def _given(request: PersonRequest, role: CampaignRole) -> HttpResponse:
    words = {"person": role.user.username, "role": role.get_name_display()}
    messages.success(request, _("%(person)s is %(role)s now.") % words)
    return redirect("campaign-people", role.campaign.slug)


@_campaign_view
@require_POST
def take(request: PersonRequest, campaign: Campaign, pk: int) -> HttpResponse:
    role = get_object_or_404(CampaignRole, campaign=campaign, pk=pk)
    take_role(role=role, by=request.user)
    messages.success(
        request, _("%(person)s has no role here any more.") % {"person": role.user.username}
    )
    still_here = role_in(campaign, request.user)
    return redirect("campaign-people" if still_here else "campaign", campaign.slug)


# ---------------------------------------------------------------- invitations
@_campaign_view
@require_POST
def invite(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    require_owner(campaign=campaign, user=request.user)
    form = CampaignInvitationForm(request.POST, prefix="invite")
    if not form.is_valid():
        return _page(request, campaign, invitation_form=form, status=422)
    invitation = invite_organiser(
        campaign=campaign,
        email=form.cleaned_data["email"],
        role=form.cleaned_data["role"],
        by=request.user,
        now=now(),
    )
    return _mailed(request, invitation)


@_campaign_view
@require_POST
def send_again(request: PersonRequest, campaign: Campaign, pk: int) -> HttpResponse:
    invitation = get_object_or_404(CampaignInvitation, campaign=campaign, pk=pk)
    send_invitation_again(invitation=invitation, by=request.user, now=now())
    return _mailed(request, invitation)


def _mailed(request: PersonRequest, invitation: CampaignInvitation) -> HttpResponse:
    messages.success(
        request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email}
    )
    return redirect("campaign-people", invitation.campaign.slug)


@_campaign_view
@require_POST
def revoke(request: PersonRequest, campaign: Campaign, pk: int) -> HttpResponse:
    invitation = get_object_or_404(CampaignInvitation, campaign=campaign, pk=pk)
    revoke_campaign_invitation(invitation=invitation, by=request.user, now=now())
    messages.success(request, _("The invitation is revoked: its link opens nothing any more."))
    return redirect("campaign-people", campaign.slug)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@says_refusals
@sensitive_variables("secret")
def join(request: PersonRequest, secret: str) -> HttpResponse:
    """Show what one is invited to; the POST accepts."""
    if request.method == "POST":
        role = accept_campaign_invitation(secret=secret, user=request.user, now=now())
        words = {"role": role.get_name_display(), "campaign": role.campaign.title}
        messages.success(request, _("You are %(role)s of %(campaign)s now.") % words)
        return redirect("campaign-people", role.campaign.slug)
    invitation = find_campaign_invitation(secret=secret, user=request.user, now=now())
    return render(request, "campaign/campaign_join.html", {"invitation": invitation})
