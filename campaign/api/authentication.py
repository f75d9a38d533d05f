"""Who calls the API: the owner of a personal token."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from campaign.clock import now
from campaign.models import ApiToken, User
from campaign.services.accounts import use_token

_SCHEME = "bearer"


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer TOKEN`, with a token from the profile page."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token's owner; None leaves the request to the next way of logging in."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != _SCHEME:
            return None
        token = use_token(secret=secret.strip(), now=now())
        if token is None:
            raise AuthenticationFailed(
                _("This token is wrong, expired or revoked. Make a new one on your profile page."),
                code="bad_token",
            )
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 says of how to do it right (RFC 6750)."""
        return 'Bearer realm="clefboard"'


def person(request: Request) -> User:
    """Return who asks, where a view is for people who are logged in only."""
    user = request.user
    assert isinstance(user, User)  # IsAuthenticated has seen to it
    return user


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped there
    """What the API's description says of tokens; drf-spectacular finds it by being imported."""

    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return OpenAPI's words for it."""
        return {"type": "http", "scheme": _SCHEME}
