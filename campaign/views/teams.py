"""Teams: making one, who is in it, inviting, joining, leaving."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.clock import now
from campaign.forms.teams import AffiliationForm, InvitationForm, MergeProposalForm, TeamForm
from campaign.models import Invitation, Membership, Team
from campaign.reads.snapshots import one_snapshot
from campaign.reads.team_results import team_results
from campaign.reads.teams import own_teams, team_page
from campaign.services.teams import (
    appoint_captain,
    change_affiliation,
    create_team,
    find_invitation,
    hand_over,
    invite,
    join_team,
    leave_team,
    remove_member,
    revoke_invitation,
)
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals


@login_required
@require_safe
def teams(request: PersonRequest) -> HttpResponse:
    return render(request, "campaign/teams.html", {"teams": own_teams(request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: PersonRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = create_team(
                name=form.cleaned_data["name"],
                affiliation=form.cleaned_data["affiliation"],
                captain=request.user,
                now=now(),
            )
        except ValidationError as error:  # another took the name since the form was checked
            form.add_error(None, error.messages)
        else:
            return redirect(team)
    status = 422 if form.errors else 200
    return render(request, "campaign/team_new.html", {"form": form}, status=status)


@require_safe
@one_snapshot()
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a team; the page of one that was merged leads to the one it went into."""
    found = get_object_or_404(Team.objects.select_related("merged_into"), slug=slug)
    if found.merged_into:
        return redirect(found.merged_into)
    return render_team(request, found)


def render_team(
    request: HttpRequest, team: Team, *, status: int = 200, **sent: forms.BaseForm
) -> HttpResponse:
    """Answer with a team's page; a form with mistakes takes the place of the empty one."""
    results = team_results(team=team, now=now())
    context = {
        "page": team_page(team=team, viewer=request.user, now=now()),
        "team": team,
        "results": results,
        "scores": [result.score for result in results],
        "affiliation_form": AffiliationForm(instance=team),
        "invitation_form": InvitationForm(),
        "merge_form": MergeProposalForm(),
    }
    return render(request, "campaign/team.html", context | sent, status=status)


@login_required
@require_POST
@says_refusals
def change(request: PersonRequest, slug: str) -> HttpResponse:
    found = own_team(request, slug)
    # Of their own: a form that is not valid has changed the row it is about.
    form = AffiliationForm(request.POST, instance=own_team(request, slug))
    if not form.is_valid():
        return render_team(request, found, status=422, affiliation_form=form)
    change_affiliation(team=found, affiliation=form.cleaned_data["affiliation"], by=request.user)
    messages.success(request, _("The affiliation of the team is saved."))
    return redirect(found)


# ---------------------------------------------------------------- members
@login_required
@require_POST
@says_refusals
def leave(request: PersonRequest, slug: str) -> HttpResponse:
    found = own_team(request, slug)
    leave_team(team=found, user=request.user)
    messages.success(request, _("You left %(team)s.") % {"team": found.name})
    return redirect("teams")


@login_required
@require_POST
@says_refusals
def remove(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    found = own_team(request, slug)
    member = get_object_or_404(Membership, team=found, pk=pk).user
    remove_member(team=found, user=member, by=request.user, now=now())
    messages.success(
        request,
        _("%(member)s is out of the team, and links into it open nothing any more.")
        % {"member": member},
    )
    return redirect(found)


@login_required
@require_POST
@says_refusals
def appoint(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    found = own_team(request, slug)
    member = get_object_or_404(Membership, team=found, pk=pk).user
    appoint_captain(team=found, user=member, by=request.user)
    messages.success(request, _("%(member)s is a captain now.") % {"member": member})
    return redirect(found)


@login_required
@require_POST
@says_refusals
def hand_over_role(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    found = own_team(request, slug)
    member = get_object_or_404(Membership, team=found, pk=pk).user
    hand_over(team=found, user=member, by=request.user)
    messages.success(
        request, _("%(member)s is captain in your place; you are a member.") % {"member": member}
    )
    return redirect(found)


# ---------------------------------------------------------------- invitations
@login_required
@require_POST
@never_cache
@says_refusals
@sensitive_variables("secret")
def make_invitation(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the new link at once: no redirect, for its secret must be kept nowhere."""
    found = own_team(request, slug)
    invitation, secret = invite(team=found, by=request.user, now=now())
    link = request.build_absolute_uri(reverse("team-join", args=[secret]))
    context = {"team": found, "invitation": invitation, "link": link}
    return render(request, "campaign/invitation_made.html", context, status=201)


@login_required
@require_POST
@says_refusals
def end_invitation(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    found = own_team(request, slug)
    invitation = get_object_or_404(Invitation, team=found, pk=pk)
    revoke_invitation(invitation=invitation, by=request.user, now=now())
    messages.success(request, _("The invitation is revoked: its link opens nothing any more."))
    return redirect(found)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@says_refusals
@sensitive_variables("secret")
def join(request: PersonRequest, secret: str) -> HttpResponse:
    """Show what one would join; the POST joins."""
    if request.method == "POST":
        joined = join_team(secret=secret, user=request.user, now=now())
        messages.success(request, _("You are a member of %(team)s now.") % {"team": joined.name})
        return redirect(joined)
    invitation = find_invitation(secret=secret, now=now())
    context = {
        "invitation": invitation,
        "team": invitation.team,
        "member": invitation.team.memberships.filter(user=request.user).exists(),
        "registrations": invitation.team.registrations.select_related("task"),
    }
    return render(request, "campaign/team_join.html", context)


def own_team(request: PersonRequest, slug: str) -> Team:
    """Return a team of the person; others' teams have nothing to do here."""
    return get_object_or_404(Team.objects.of(request.user), slug=slug)
