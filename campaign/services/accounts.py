"""Accounts that need no mail to be confirmed, and tokens for people's programs."""

import hashlib
import secrets
from datetime import datetime

from allauth.account.models import EmailAddress

from campaign.models import ApiToken, User

_PREFIX = "clef_"  # lets secret scanners find a leaked token
_USED_EVERY_S = 60


def trust_address(*, user: User) -> None:
    """Take the mail address of an account as confirmed, on the word of who made the account."""
    if user.email:
        EmailAddress.objects.update_or_create(
            user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
        )


def digest(secret: str) -> str:
    """Return what is stored of a secret. It is random and long, so it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(
    *, user: User, name: str, expires_at: datetime | None, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token; the second value is the secret, to be shown once."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        name=name,
        digest=digest(secret),
        hint=secret[-4:],
        created_at=now,
        expires_at=expires_at,
    )
    token.full_clean()
    token.save()
    return token, secret


def revoke_token(*, token: ApiToken, now: datetime) -> None:
    """Make a token useless from now on; revoking twice keeps the first moment."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def use_token(*, secret: str, now: datetime) -> ApiToken | None:
    """Return the usable token of a secret, noting its use at most once a minute."""
    token = (
        ApiToken.objects.usable_at(now).select_related("user").filter(digest=digest(secret)).first()
    )
    if token and (
        not token.last_used_at or (now - token.last_used_at).total_seconds() > _USED_EVERY_S
    ):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
