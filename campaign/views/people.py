"""Requests of people who are logged in."""

from django.http import HttpRequest

from campaign.models import User


class PersonRequest(HttpRequest):
    """What a view behind `login_required` gets; for types only, no request is made one."""

    user: User
