"""What staff reads here and the platform alone writes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class NoDeletion:
    """History hangs on these rows: a mistake is put right by a new row, not by a hole."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NotMadeHere(NoDeletion):
    """These rows come from a service; the fields that staff may change are few."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OnlyRead(NotMadeHere):
    """These rows are looked at and never changed by hand."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OnlyReadInline(OnlyRead, admin.TabularInline):
    """Rows of a parent, to look at."""

    extra = 0
