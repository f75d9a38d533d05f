"""Teams, invitations and registrations."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaign.admin.kept import NoDeletion, OnlyRead
from campaign.models import Invitation, Membership, Registration, Team


class MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Team)
class TeamAdmin(NoDeletion, admin.ModelAdmin):
    list_display = ("name", "affiliation", "n_members", "organisers", "generated", "created_at")
    list_filter = ("organisers", "generated")
    search_fields = ("name", "slug", "affiliation", "members__username", "members__email")
    readonly_fields = ("organisers", "generated", "merged_into")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        counted: QuerySet[Team] = super().get_queryset(request)
        return counted.annotate(n_members=Count("memberships"))

    @admin.display(description=_("members"), ordering="n_members")
    def n_members(self, team: Team) -> int:
        n: int = team.n_members  # type: ignore[attr-defined]  # annotated above
        return n


@admin.register(Invitation)
class InvitationAdmin(OnlyRead, admin.ModelAdmin):
    """Links that were given out; what is stored of their secret does not show."""

    list_display = ("team", "created_by", "created_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("team", "created_by")
    search_fields = ("team__name",)
    exclude = ("digest",)


@admin.register(Registration)
class RegistrationAdmin(OnlyRead, admin.ModelAdmin):
    """To look at; the page of the task's organisers decides, with a reason and a mail."""

    list_display = ("team", "task", "state", "rules_number", "accepted_at", "extra_runs")
    list_filter = ("state", "task", "team__organisers")
    list_select_related = ("team", "task", "rules_version")
    search_fields = ("team__name", "task__slug")
    date_hierarchy = "accepted_at"

    def view_on_site(self, registration: Registration) -> str:
        task = registration.task
        if registration.team.organisers or registration.merged_into_id:
            return reverse("organise-registrations", args=[task.slug])
        return reverse("organise-registration", args=[task.slug, registration.pk])

    @admin.display(description=_("rules"), ordering="rules_version__number")
    def rules_number(self, registration: Registration) -> int:
        return registration.rules_version.number
