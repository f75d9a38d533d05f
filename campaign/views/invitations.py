"""Inviting into a team by mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaign.clock import now
from campaign.forms.teams import InvitationForm
from campaign.models import Invitation
from campaign.services.invitations import invite_by_mail, resend_invitation
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals
from campaign.views.teams import own_team, render_team


@login_required
@require_POST
@says_refusals
def mail(request: PersonRequest, slug: str) -> HttpResponse:
    team = own_team(request, slug)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return render_team(request, team, status=422, invitation_form=form)
    invitation = invite_by_mail(
        team=team, email=form.cleaned_data["email"], by=request.user, now=now()
    )
    _say(request, invitation)
    return redirect(team)


@login_required
@require_POST
@says_refusals
def resend(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    team = own_team(request, slug)
    old = get_object_or_404(Invitation, team=team, pk=pk)
    invitation = resend_invitation(invitation=old, by=request.user, now=now())
    _say(request, invitation)
    return redirect(team)


def _say(request: PersonRequest, invitation: Invitation) -> None:
    messages.success(request, _("A link is on its way to %(email)s.") % {"email": invitation.email})
