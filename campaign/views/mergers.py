"""Merging two teams whose captains agree: one proposes, one of the other answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaign.clock import now
from campaign.forms.teams import MergeProposalForm
from campaign.models import MergeProposal, Team
from campaign.services.mergers import accept_merge, close_proposal, propose_merge
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals
from campaign.views.teams import own_team, render_team


@login_required
@require_POST
@says_refusals
def propose(request: PersonRequest, slug: str) -> HttpResponse:
    team = own_team(request, slug)
    form = MergeProposalForm(request.POST)
    if not form.is_valid() or not _proposed(request, team, form):
        return render_team(request, team, status=422, merge_form=form)
    names = {"team": form.cleaned_data["staying"].name}
    messages.success(request, _("The captains of %(team)s are asked by mail.") % names)
    return redirect(team)


def _proposed(request: PersonRequest, team: Team, form: MergeProposalForm) -> bool:
    staying = form.cleaned_data["staying"]
    try:
        propose_merge(ending=team, staying=staying, by=request.user, now=now())
    except ValidationError as error:  # itself, or a second proposal
        form.add_error("staying", error.messages)
        return False
    return True


@login_required
@require_POST
@says_refusals
def accept(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    team = own_team(request, slug)
    proposal = get_object_or_404(_proposals().filter(staying=team), pk=pk)
    accept_merge(proposal=proposal, by=request.user, now=now())
    messages.success(
        request,
        _("%(ending)s is merged into %(team)s.")
        % {"ending": proposal.ending.name, "team": team.name},
    )
    return redirect(team)


@login_required
@require_POST
@says_refusals
def close(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    team = own_team(request, slug)
    proposals = _proposals().filter(Q(ending=team) | Q(staying=team))
    close_proposal(proposal=get_object_or_404(proposals, pk=pk), by=request.user, now=now())
    messages.success(request, _("The proposal is closed; nothing was merged."))
    return redirect(team)


def _proposals() -> QuerySet[MergeProposal]:
    return MergeProposal.objects.select_related("ending", "staying", "proposed_by")
