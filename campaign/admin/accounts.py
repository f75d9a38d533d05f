"""People and their tokens."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from campaign.admin.kept import OnlyRead
from campaign.clock import now
from campaign.models import ApiToken, User
from campaign.services.accounts import revoke_token


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("username", "email", "affiliation", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_active")
    search_fields = ("username", "email", "first_name", "last_name", "affiliation")
    date_hierarchy = "date_joined"
    fieldsets = (
        *(DjangoUserAdmin.fieldsets or ()),
        (_("Science"), {"fields": ("affiliation", "orcid")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "usable_password", "password1", "password2")}),
    )


@admin.register(ApiToken)
class ApiTokenAdmin(OnlyRead, admin.ModelAdmin):
    """Tokens by their last characters; what is stored of the secret does not show."""

    list_display = (
        "name",
        "user",
        "hint",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "user__email")
    exclude = ("digest",)
    actions = ("revoke",)

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            revoke_token(token=token, now=now())
        self.message_user(request, _("The chosen tokens are of no use any more."))

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("campaign.change_apitoken")
