"""Announcements: mailed once to each person meant, whatever dies on the way, and stopped by a link."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.apps import apps
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.db.backends.utils import CursorWrapper

from campaign.celery import app
from campaign.models import Announcement, Membership, Registration, Task, User
from campaign.refusals import AlreadyThere, NotAllowed, NotThere
from campaign.services.announcements import (
    announce,
    mail_announcement,
    mail_next,
    stop_announcements,
    stop_token,
    sweep,
)
from campaign.services.mails import send_mails
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_task,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

AnnouncementEvent: Any = apps.get_model("campaign", "AnnouncementEvent")


@pytest.fixture
def organiser() -> User:
    return make_user("organiser")


@pytest.fixture
def task(organiser: User) -> Task:
    """Return a task with three teams of one, who get mail in this order: ada, bo, cyd."""
    made = make_task("birds", campaign=make_campaign(organiser=organiser))
    for name in ("ada", "bo", "cyd"):
        make_registration(made, make_team(captain=make_user(name)))
    return made


def tell(task: Task, by: User, **changed: Any) -> Announcement:
    news = {"subject": "New data", "text": "**Look** at it.", "audience": "registered"}
    return announce(task=task, by=by, **{"now": NOW, **news, **changed})


def receivers(mailoutbox) -> list[str]:
    assert all(len(mail.recipients()) == 1 for mail in mailoutbox)
    return [mail.to[0].split("@")[0] for mail in mailoutbox]


# ---------------------------------------------------------------- announcing
def test_it_is_on_record_and_its_job_is_sent(task, organiser, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as sent:
        made = tell(task, organiser)
    event = AnnouncementEvent.objects.get(pgh_obj=made)
    assert len(sent) == 1
    assert (event.pgh_label, event.subject) == ("insert", "New data")
    assert event.pgh_context.metadata["user"] == organiser.pk


@pytest.mark.parametrize("role", ["viewer", ""])
def test_only_organisers_announce(task, role):
    stranger = make_user()
    if role:
        task.campaign.roles.create(user=stranger, name=role)
    with pytest.raises(NotAllowed):
        tell(task, stranger)
    assert not Announcement.objects.exists()


def test_a_second_click_announces_nothing(task, organiser):
    tell(task, organiser)
    with pytest.raises(AlreadyThere):
        tell(task, organiser, now=NOW + timedelta(minutes=1))
    tell(task, organiser, now=NOW + timedelta(days=1))
    assert Announcement.objects.count() == 2


# ---------------------------------------------------------------- whom it is mailed to
def test_each_person_gets_a_mail_of_their_own(task, organiser, mailoutbox):
    made = tell(task, organiser)
    mail_announcement(announcement_id=made.pk)
    assert receivers(mailoutbox) == ["ada", "bo", "cyd"]
    for mail in mailoutbox:
        others = {"ada", "bo", "cyd", "organiser"} - {mail.to[0].split("@")[0]}
        whole = mail.message().as_string()
        assert not [name for name in others if f"{name}@" in whole]
        assert mail.subject == "[Task birds] New data"
        assert "**Look** at it." in mail.body
        assert "/tasks/birds/" in mail.body
    made.refresh_from_db()
    assert made.mailed_at is not None
    assert (made.n_mailed, made.n_refused) == (3, 0)


def test_only_those_meant_and_each_once(task, organiser, mailoutbox):
    """Pending teams are registered; refused, merged away and closed accounts are not written to."""
    ada, bo, cyd = (User.objects.get(username=name) for name in ("ada", "bo", "cyd"))
    team = Registration.objects.get(team__members=ada).team
    Membership.objects.create(team=team, user=bo, joined_at=NOW)  # twice in the task
    Registration.objects.filter(team__members=cyd).update(state="refused", state_reason="no rules")
    make_registration(task, make_team(captain=make_user("dan")), state="pending")
    make_registration(task, make_team(captain=make_user("eve", is_active=False)))
    make_registration(task, make_team(captain=make_user("fay", takes_announcements=False)))
    make_registration(make_task(), make_team(captain=make_user("gil")))  # of another task

    mail_announcement(announcement_id=tell(task, organiser).pk)
    assert receivers(mailoutbox) == ["ada", "bo", "dan"]

    mailoutbox.clear()
    approved = tell(task, organiser, subject="For the approved", audience="approved")
    mail_announcement(announcement_id=approved.pk)
    assert receivers(mailoutbox) == ["ada", "bo"]


def test_a_line_break_in_the_subject_is_a_space(task, organiser, mailoutbox):
    made = tell(task, organiser, subject="New\r\nBcc: all@example.org")
    mail_announcement(announcement_id=made.pk)
    assert {mail.subject for mail in mailoutbox} == {"[Task birds] New Bcc: all@example.org"}
    assert len(mailoutbox) == 3


# ---------------------------------------------------------------- what dies on the way
class Killed(BaseException):
    """The worker is gone: no code of ours runs after it."""


def killed_at(monkeypatch, nth: int, *, sent: bool) -> None:
    """Kill the worker at a mail, just before or just after the server took it."""
    send = EmailBackend.send_messages
    count = iter(range(1, 100))

    def send_or_die(self: EmailBackend, mails: Any) -> int:
        doomed = next(count) == nth
        if sent or not doomed:
            send(self, mails)
        if doomed:
            raise Killed
        return 1

    monkeypatch.setattr(EmailBackend, "send_messages", send_or_die)


@pytest.mark.parametrize(
    ("sent", "expected"), [(False, ["ada", "bo", "cyd"]), (True, ["ada", "bo", "bo", "cyd"])]
)
def test_a_killed_worker_repeats_one_mail_at_most(
    task, organiser, mailoutbox, monkeypatch, sent, expected
):
    made = tell(task, organiser)
    with monkeypatch.context() as patch:
        killed_at(patch, 2, sent=sent)
        with pytest.raises(Killed):
            mail_announcement(announcement_id=made.pk)
    made.refresh_from_db()
    assert (made.n_mailed, made.mailed_at) == (1, None)

    mail_announcement(announcement_id=made.pk)  # by the next worker
    made.refresh_from_db()
    assert receivers(mailoutbox) == expected
    assert (made.n_mailed, made.mailed_at is None) == (3, False)


@pytest.mark.parametrize(
    "fault",
    [
        SMTPServerDisconnected("gone"),
        TimeoutError(),
    ],
    ids=["gone", "silent"],
)
def test_a_mail_server_that_is_away_is_tried_again_from_where_it_went(
    task, organiser, mailoutbox, monkeypatch, fault
):
    made = tell(task, organiser)
    with monkeypatch.context() as patch:
        refuse(patch, "bo", fault)
        mail_announcement(announcement_id=made.pk)
    assert receivers(mailoutbox) == ["ada"]
    mail_announcement(announcement_id=made.pk)
    assert receivers(mailoutbox) == ["ada", "bo", "cyd"]


def test_an_address_that_is_refused_holds_up_nobody(
    task, organiser, mailoutbox, monkeypatch, caplog
):
    made = tell(task, organiser)
    refuse(monkeypatch, "bo", SMTPRecipientsRefused({"bo@example.org": (550, b"no such user")}))
    mail_announcement(announcement_id=made.pk)
    made.refresh_from_db()
    assert receivers(mailoutbox) == ["ada", "cyd"]
    assert (made.n_mailed, made.n_refused, made.mailed_at is None) == (2, 1, False)
    assert "is refused" in caplog.text
    assert "bo@" not in caplog.text


def test_an_address_to_be_tried_later_holds_up_nobody_and_gets_it_later(
    task, organiser, mailoutbox, monkeypatch, settings
):
    made = tell(task, organiser)
    with monkeypatch.context() as patch:
        later = SMTPRecipientsRefused({"bo@example.org": (450, b"mailbox busy, come again")})
        refuse(patch, "bo", later)
        mail_announcement(announcement_id=made.pk)
    made.refresh_from_db()
    assert receivers(mailoutbox) == ["ada", "cyd"]
    assert (made.n_mailed, made.n_refused, made.mailed_at is None) == (3, 0, False)

    settings.MAILING_RESEND_AFTER = timedelta(seconds=-1)
    send_mails()
    assert receivers(mailoutbox) == ["ada", "cyd", "bo"]
    assert mailoutbox[2].subject == mailoutbox[0].subject
    assert stop_token(User.objects.get(username="bo")) in mailoutbox[2].body


def test_what_is_no_address_holds_up_nobody(task, organiser, mailoutbox):
    User.objects.filter(username="bo").update(email="no addréss")
    made = tell(task, organiser)
    mail_announcement(announcement_id=made.pk)
    made.refresh_from_db()
    assert receivers(mailoutbox) == ["ada", "cyd"]
    assert (made.n_mailed, made.n_refused) == (2, 1)


def refuse(monkeypatch, name: str, fault: Exception) -> None:
    send = EmailBackend.send_messages

    def send_or_refuse(self: EmailBackend, mails: Any) -> int:
        if mails[0].to[0].startswith(f"{name}@"):
            raise fault
        return send(self, mails)

    monkeypatch.setattr(EmailBackend, "send_messages", send_or_refuse)


def test_a_long_mailing_is_cut_into_batches(
    task, organiser, mailoutbox, settings, django_capture_on_commit_callbacks
):
    settings.MAILS_PER_JOB = 2
    made = tell(task, organiser)
    with django_capture_on_commit_callbacks() as sent:
        mail_announcement(announcement_id=made.pk)
    assert (len(mailoutbox), len(sent)) == (2, 1)
    with django_capture_on_commit_callbacks() as sent:
        mail_announcement(announcement_id=made.pk)
    assert (len(mailoutbox), len(sent)) == (3, 0)


def test_a_second_message_mails_nobody_twice(task, organiser, mailoutbox):
    made = tell(task, organiser)
    for _ in range(2):
        mail_announcement(announcement_id=made.pk)
    assert len(mailoutbox) == 3


@contextmanager
def another_worker() -> Iterator[CursorWrapper]:
    """Open a second connection, in a transaction of its own."""
    second = connection.copy()
    second.set_autocommit(False)
    try:
        with second.cursor() as cursor:
            yield cursor
    finally:
        second.rollback()
        second.close()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_share_no_person(task, organiser, mailoutbox):
    """While one is mailing the row is locked: the other leaves it alone."""
    made = tell(task, organiser)
    with another_worker() as elsewhere:
        elsewhere.execute(
            "SELECT 1 FROM campaign_announcement WHERE id = %s FOR NO KEY UPDATE", [made.pk]
        )
        assert not mail_next(made.pk, connection=EmailBackend(), now=NOW)
    assert mailoutbox == []
    assert mail_next(made.pk, connection=EmailBackend(), now=NOW)


# ---------------------------------------------------------------- the sweeper
@pytest.mark.usefixtures("no_messages")
def test_the_sweeper_goes_on_with_what_was_left(
    task, organiser, settings, django_capture_on_commit_callbacks
):
    made = tell(task, organiser)
    later = NOW + settings.MAILING_RESEND_AFTER + timedelta(seconds=1)
    assert sweep(now=NOW + timedelta(seconds=1)) == 0
    with django_capture_on_commit_callbacks() as sent:
        assert sweep(now=later) == 1
    assert len(sent) == 1
    assert sweep(now=later) == 0  # a while later only
    made.refresh_from_db()
    made.mailed_at = later
    made.save()
    assert sweep(now=later + timedelta(days=1)) == 0


@pytest.mark.usefixtures("no_messages")
def test_the_sweeper_sends_a_row_of_which_no_message_ever_went_off(task, organiser):
    task.announcements.create(subject="s", text="t", author=organiser, created_at=NOW)
    assert sweep(now=NOW) == 1


@pytest.mark.usefixtures("no_messages")
def test_the_sweeper_adds_nothing_to_a_long_queue(task, organiser):
    tell(task, organiser)
    app.send_task("mail_announcement", args=[0], queue="default")
    assert sweep(now=NOW + timedelta(days=1)) == 0


def test_a_mail_is_no_event(task, organiser):
    """How far a mailing is, is no news: the history has its beginning and its end."""
    made = tell(task, organiser)
    mail_announcement(announcement_id=made.pk)
    events = AnnouncementEvent.objects.filter(pgh_obj=made).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "update"]


# ---------------------------------------------------------------- stopping
def test_the_link_of_a_mail_stops_them_for_its_reader_alone(task, organiser, mailoutbox):
    made = tell(task, organiser)
    mail_announcement(announcement_id=made.pk)
    header = mailoutbox[0].extra_headers["List-Unsubscribe"]
    (token,) = re.findall(r"/announcements/stop/([^/]+)/", header)
    assert header.strip("<>") in mailoutbox[0].body
    assert mailoutbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop_announcements(token=token)
    stopped = User.objects.filter(takes_announcements=False)
    assert [user.username for user in stopped] == ["ada"]


def test_who_stops_while_it_is_mailed_gets_none(task, organiser, mailoutbox, settings):
    settings.MAILS_PER_JOB = 1
    made = tell(task, organiser)
    mail_announcement(announcement_id=made.pk)
    stop_announcements(token=stop_token(User.objects.get(username="bo")))
    settings.MAILS_PER_JOB = 50
    mail_announcement(announcement_id=made.pk)
    assert receivers(mailoutbox) == ["ada", "cyd"]


@pytest.mark.parametrize("made_up", ["{token}x", "x{token}", "nothing"])
def test_a_made_up_link_stops_nothing(task, made_up):
    token = stop_token(User.objects.get(username="ada"))
    with pytest.raises(NotThere):
        stop_announcements(token=made_up.format(token=token))
    assert not User.objects.filter(takes_announcements=False).exists()
