"""Announcements: written once, mailed to each person, stopped for whoever wants none.

The row is the truth: after each mail a commit says how far the mailing is. A worker that dies
leaves one mail at most of which nobody knows whether it went off; that one is sent again.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core import signing
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext as _

from campaign.celery import n_messages, send_on_commit
from campaign.clock import now
from campaign.models import Announcement, Task, User
from campaign.reads.announcements import takers
from campaign.refusals import AlreadyThere, NotThere
from campaign.services.mails import full_address, hand_over, in_a_batch, try_later, write_mail
from campaign.services.roles import on_record, require_organiser

log = logging.getLogger(__name__)

_TWICE_WITHIN = timedelta(hours=1)


@transaction.atomic
def announce(
    *, task: Task, subject: str, text: str, audience: str, by: User, now: datetime
) -> Announcement:
    """Put news on a task's page, and have them mailed to the members of its teams.

    Raises
    ------
    NotAllowed
        From whoever may not act for the task.
    AlreadyThere
        The same was announced within the hour: a second click mails nobody twice.
    """
    require_organiser(task=task, user=by)
    Task.objects.select_for_update(no_key=True).get(pk=task.pk)  # a second click waits here
    _refuse_twice(task, subject, text, now)
    announcement = Announcement(
        task=task, audience=audience, subject=subject, text=text, author=by, created_at=now
    )
    announcement.full_clean()
    with on_record(by=by, reason=_("Announced to the teams.")):
        return publish(announcement)


def publish(announcement: Announcement) -> Announcement:
    """Put an announcement on its task's page, and begin to mail it."""
    announcement.sent_at = announcement.created_at
    announcement.save()
    send_on_commit("mail_announcement", "default", announcement.pk)
    return announcement


def _refuse_twice(task: Task, subject: str, text: str, now: datetime) -> None:
    since = now - _TWICE_WITHIN
    if task.announcements.filter(subject=subject, text=text, created_at__gt=since).exists():
        raise AlreadyThere(
            _("The same announcement was made within the last hour; it is being mailed once."),
            code="announced_already",
        )


# ---------------------------------------------------------------- mailing
def mail_announcement(*, announcement_id: int) -> None:
    """Mail an announcement to the next people, and ask for the next batch: runs have a turn between.

    A mail server that is away ends the batch; the sweeper begins it again where it ended.
    """
    if not Announcement.objects.unfinished().filter(pk=announcement_id).exists():
        return
    if in_a_batch(
        lambda connection: mail_next(announcement_id, connection=connection, now=now()),
        what=f"announcement {announcement_id}",
    ):
        send_on_commit("mail_announcement", "default", announcement_id)


@transaction.atomic
def mail_next(announcement_id: int, *, connection: BaseEmailBackend, now: datetime) -> bool:
    """Mail an announcement to one more person, and write down that it is done.

    The row is locked while the mail goes off: no two workers mail to the same person.

    Returns
    -------
    bool
        Whether to go on: not when all is done, or another worker is at it.
    """
    row = (
        Announcement.objects.unfinished()
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("task")
        .filter(pk=announcement_id)
        .first()
    )
    if row is None:
        return False
    people = takers(row.task, row.audience).filter(pk__gt=row.mailed_up_to)
    person = people.order_by("pk").first()
    if person is None:
        row.mailed_at = now
    else:
        _mail(row, person, connection)
        row.mailed_up_to = person.pk
        row.sent_at = now
    row.save()
    return person is not None


def _mail(row: Announcement, person: User, connection: BaseEmailBackend) -> None:
    """Mail it to one person, and count that; an address that is refused holds up nobody else.

    Nor does one that the server wants to be asked about later: else whoever lets their own address
    answer so would keep everybody behind them from reading it.
    """
    stop = full_address("announcements-stop", stop_token(person))
    mail = write_mail(
        to=person.email,
        template="announcement.txt",
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
        announcement=row,
        task=row.task,
        link=full_address("task", row.task.slug),
        stop=stop,
    )
    try:
        taken = hand_over(mail)
    except SMTPRecipientsRefused:
        try_later(mail)
        taken = True
    if taken:
        row.n_mailed += 1
        return
    # Without its text: that holds the address.
    log.warning("announcement %s: the address of user %s is refused", row.pk, person.pk)
    row.n_refused += 1


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Go on with the mailings whose worker died, or whose mail server or message was lost.

    Returns
    -------
    int
        How many messages were sent.
    """
    if n_messages("default"):
        return 0  # the workers are busy: nothing is lost
    stuck = Announcement.objects.stuck(unsent_since=now - settings.MAILING_RESEND_AFTER)
    ids = list(stuck.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Announcement.objects.filter(pk__in=ids).update(sent_at=now)
    for announcement_id in ids:
        send_on_commit("mail_announcement", "default", announcement_id)
    return len(ids)


# ---------------------------------------------------------------- who wants none
def _signer() -> signing.Signer:
    return signing.Signer(salt="campaign.announcements.stop", sep=".")  # a colon ends some links


def stop_token(person: User) -> str:
    """Return what stands in a mail's link to stop announcements; it can do that and nothing else."""
    return _signer().sign_object(person.pk)


def person_of(*, token: str) -> User:
    """Return whose mail a link to stop announcements stood in.

    Raises
    ------
    NotThere
        We never made such a link, or the account is gone.
    """
    try:
        person = User.objects.filter(pk=_signer().unsign_object(token))
    except signing.BadSignature:
        person = User.objects.none()
    if found := person.first():
        return found
    raise NotThere(
        _(
            "This link is not whole. Copy all of it from the mail, or log in: your profile has it too."
        ),
        code="no_such_link",
    )


def stop_announcements(*, token: str) -> None:
    """Mail no more announcements to whoever got this link."""
    User.objects.filter(pk=person_of(token=token).pk).update(takes_announcements=False)
