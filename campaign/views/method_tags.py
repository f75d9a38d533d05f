"""The vocabulary of method tags: what runs are described by, and what counts as what."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaign.clock import now
from campaign.forms.method_tags import MergeForm, PartForm
from campaign.models import TagMerge
from campaign.reads import method_tags as reads
from campaign.reads.method_tags import TagKind
from campaign.services.method_tags import merge_tag, part_tag
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals


@dataclass(frozen=True)
class Section:
    """A kind of tags, with the form that merges one of the teams' own; None where nobody may."""

    tags: TagKind
    form: MergeForm | None


@require_safe
def method_tags(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: HttpRequest, *, status: int = 200, sent: Mapping[str, MergeForm] | None = None
) -> HttpResponse:
    """Answer with the page; a form with mistakes takes the place of the empty one."""
    merges = reads.may_merge_tags(request.user)
    kinds = reads.method_tags(now())
    context = {
        "sections": [
            Section(kind, (sent or {}).get(kind.kind) or (_form(kind) if merges else None))
            for kind in kinds
        ],
        "merges": merges,
    }
    return render(request, "campaign/method_tags.html", context, status=status)


def _form(kind: TagKind, request: HttpRequest | None = None) -> MergeForm | None:
    if not kind.mergeable or not kind.others:
        return None
    return MergeForm(
        request.POST if request else None,
        prefix=kind.kind,
        written=[tag.name for tag in kind.others],
        known=[tag.name for tag in kind.known],
    )


@login_required
@require_POST
@says_refusals
def merge(request: PersonRequest, kind: str) -> HttpResponse:
    _require_right(request)
    found = next((one for one in reads.method_tags(now()) if one.kind == kind), None)
    form = _form(found, request) if found else None
    if form is None:
        raise Http404
    if not form.is_valid():
        return _page(request, status=422, sent={kind: form})
    merged = merge_tag(kind=kind, by=request.user, now=now(), **form.cleaned_data)
    messages.success(
        request,
        _("“%(tag)s” counts as “%(into)s” from now on.") % {"tag": merged.tag, "into": merged.into},
    )
    return redirect("method-tags")


@login_required
@require_POST
@says_refusals
def part(request: PersonRequest, pk: int) -> HttpResponse:
    _require_right(request)
    merged = get_object_or_404(TagMerge, pk=pk)
    form = PartForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["reason"])))
        return redirect("method-tags")
    part_tag(merge=merged, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("“%(tag)s” counts as itself again.") % {"tag": merged.tag})
    return redirect("method-tags")


def _require_right(request: PersonRequest) -> None:
    """Hide what there is to change from whoever may not."""
    if not reads.may_merge_tags(request.user):
        raise Http404
