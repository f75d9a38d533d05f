"""Mails: written with what they tell of, handed over apart from it, lost with nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.template.loader import get_template
from django.utils import translation

from campaign.celery import app
from campaign.models import Mail
from campaign.services import mails
from campaign.services.mails import send_mails, send_next, sweep_mails, tell
from tests.campaign.factories import NOW, make_team, make_user

pytestmark = pytest.mark.django_db

PEOPLE = ["ada@example.org", "bo@example.org", "cyd@example.org"]


@pytest.fixture(autouse=True)
def clock(settings) -> None:
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)


def tell_all(
    people: list[str] = PEOPLE, what: str = "Run 1 was disqualified", team: str = "Sedges"
) -> None:
    words = {"what": what, "reason": "<b> & 'so'", "link": "x", "team": make_team(team)}
    tell(to=people, template="judgement.txt", **words)


def receivers(mailoutbox: Any) -> list[str]:
    assert all(len(mail.recipients()) == 1 for mail in mailoutbox)
    return [mail.to[0] for mail in mailoutbox]


def waiting() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("to", flat=True))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Exception]], None]:
    """Return what makes the mail server answer some addresses with a fault, until told anew."""
    send = EmailBackend.send_messages

    def answer(faults: dict[str, Exception]) -> None:
        def send_or_fail(self: EmailBackend, messages: Any) -> int:
            if fault := faults.get(messages[0].to[0]):
                raise fault
            return send(self, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", send_or_fail)

    return answer


def refused(address: str, code: int) -> SMTPRecipientsRefused:
    return SMTPRecipientsRefused({address: (code, b"no")})


# ---------------------------------------------------------------- written
def test_each_person_gets_a_mail_of_their_own_and_its_row_is_gone(mailoutbox):
    tell_all()
    assert mailoutbox == []  # not before a worker comes to it
    send_mails()
    assert receivers(mailoutbox) == PEOPLE
    assert waiting() == []
    for mail in mailoutbox:
        whole = mail.message().as_string()
        assert not [other for other in PEOPLE if other != mail.to[0] and other in whole]
        assert mail.subject == "Run 1 was disqualified"
        assert mail.body.startswith("Run 1 was disqualified.\n\n")
        assert "reason: <b> & 'so'" in mail.body  # plain text: nothing is escaped
        assert mail.body.endswith("\n-- \nYou get this mail as a member of Sedges.\n")


@pytest.mark.django_db(transaction=True)
def test_what_is_not_done_is_not_told():
    def fail() -> None:
        with transaction.atomic():
            tell_all()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert waiting() == []


def test_who_has_no_address_is_left_out(mailoutbox):
    tell_all(["", PEOPLE[0]])
    send_mails()
    assert receivers(mailoutbox) == PEOPLE[:1]


def test_a_name_with_line_breaks_stays_in_the_subject(mailoutbox):
    tell_all(PEOPLE[:1], "Run\n\nBcc: all@example.org")
    send_mails()
    assert mailoutbox[0].subject == "Run Bcc: all@example.org"


def test_a_mail_is_in_the_platform_s_language_and_not_in_its_cause_s(monkeypatch, settings):
    seen = []

    def render(*_: Any) -> str:
        seen.append(translation.get_language())
        return "subject\n\nbody"

    monkeypatch.setattr(mails, "render_to_string", render)
    with translation.override("fr"):
        tell_all(PEOPLE[:1])
    assert seen == [settings.LANGUAGE_CODE]


@pytest.mark.parametrize(
    "name",
    [
        "announcement",
        "baseline_failed",
        "campaign_invitation",
        "decision",
        "extra_runs",
        "invitation",
        "judgement",
        "merged",
        "merger_proposed",
        "run_failed",
    ],
)
def test_every_mail_has_a_subject_a_text_and_says_why_it_comes(name):
    text = get_template(f"campaign/mails/{name}.txt").render(
        {"limit": 4, "announcement": {"text": "News.", "subject": "News"}}
    )
    subject, _, body = text.strip().partition("\n\n")
    said, _, why = body.partition("\n\n-- \n")
    assert "\n" not in subject
    assert said.strip()
    assert why.startswith("You get this mail ")


# ---------------------------------------------------------------- handed over
def test_a_server_that_is_away_loses_nothing(mailoutbox, server, settings, caplog):
    tell_all()
    server({address: SMTPServerDisconnected(f"{address}: gone") for address in PEOPLE})
    send_mails()
    assert (mailoutbox, waiting()) == ([], PEOPLE)
    assert "@" not in caplog.text
    server({})
    settings.CLOCK_OFFSET += settings.MAILING_RESEND_AFTER + timedelta(seconds=1)
    send_mails()
    assert (sorted(receivers(mailoutbox)), waiting()) == (PEOPLE, [])


def test_an_address_that_is_refused_for_good_is_passed_over(mailoutbox, server, caplog):
    tell_all()
    server({PEOPLE[0]: refused(PEOPLE[0], 550), PEOPLE[1]: ValueError("no address")})
    send_mails()
    assert (receivers(mailoutbox), waiting()) == (PEOPLE[2:], [])
    assert "@" not in caplog.text


def test_an_address_that_is_put_off_holds_up_nobody_and_is_tried_again(
    mailoutbox, server, settings
):
    tell_all()
    server({PEOPLE[0]: refused(PEOPLE[0], 450)})
    send_mails()
    assert (receivers(mailoutbox), waiting()) == (PEOPLE[1:], PEOPLE[:1])
    server({})
    send_mails()
    assert waiting() == PEOPLE[:1]  # not at once
    settings.CLOCK_OFFSET += settings.MAILING_RESEND_AFTER + timedelta(seconds=1)
    send_mails()
    assert waiting() == []


def test_a_mail_that_the_server_dislikes_stands_behind_the_others(mailoutbox, server, settings):
    tell_all()
    server({PEOPLE[0]: SMTPDataError(451, b"looks odd")})
    for _ in range(2):
        send_mails()  # the first one ends with it: who knows what the connection is worth
    assert (receivers(mailoutbox), waiting()) == (PEOPLE[1:], PEOPLE[:1])
    settings.CLOCK_OFFSET += settings.MAILING_RESEND_AFTER + timedelta(seconds=1)
    tell_all(["dan@example.org"], team="Rushes")
    send_mails()
    assert receivers(mailoutbox)[-1] == "dan@example.org"


def test_what_nobody_takes_for_days_is_given_up(server, settings, caplog):
    tell_all(PEOPLE[:1])
    server({PEOPLE[0]: refused(PEOPLE[0], 450)})
    settings.CLOCK_OFFSET += mails.GIVEN_UP_AFTER - timedelta(minutes=1)
    send_mails()
    assert waiting() == PEOPLE[:1]
    settings.CLOCK_OFFSET += timedelta(hours=1)
    send_mails()
    assert waiting() == []
    assert "given up" in caplog.text


def test_a_worker_that_dies_loses_nothing(server, mailoutbox):
    """As a kill does: its transaction is never committed."""
    tell_all(PEOPLE[:1])
    server({PEOPLE[0]: KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        send_mails()
    assert waiting() == PEOPLE[:1]
    server({})
    send_mails()
    assert receivers(mailoutbox) == PEOPLE[:1]


def test_many_are_cut_into_batches(mailoutbox, settings, django_capture_on_commit_callbacks):
    settings.MAILS_PER_JOB = 2
    tell_all()
    with django_capture_on_commit_callbacks() as sent:
        send_mails()
    assert (len(mailoutbox), len(sent)) == (2, 1)  # one message for the rest
    with django_capture_on_commit_callbacks() as sent:
        send_mails()
    assert (len(mailoutbox), len(sent)) == (3, 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_nothing_twice(mailoutbox):
    """While one hands a mail over its row is locked: the other takes the next."""
    tell_all(PEOPLE[:2])
    first = Mail.objects.order_by("pk")[0]
    elsewhere = connection.copy()
    try:
        elsewhere.set_autocommit(False)
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT 1 FROM campaign_mail WHERE id = %s FOR UPDATE", [first.pk])
        assert send_next(connection=EmailBackend(), now=NOW)
        assert not send_next(connection=EmailBackend(), now=NOW)
    finally:
        elsewhere.rollback()
        elsewhere.close()
    assert receivers(mailoutbox) == [PEOPLE[1]]
    assert waiting() == [PEOPLE[0]]


# ---------------------------------------------------------------- the sweeper
@pytest.mark.usefixtures("no_messages")
def test_the_sweeper_asks_for_what_was_left(server, settings, django_capture_on_commit_callbacks):
    assert not sweep_mails(now=NOW)
    tell_all(PEOPLE[:1])
    with django_capture_on_commit_callbacks() as sent:
        assert sweep_mails(now=NOW)
    assert len(sent) == 1
    server({PEOPLE[0]: refused(PEOPLE[0], 450)})
    send_mails()
    assert not sweep_mails(now=NOW)  # it was put off just now
    assert sweep_mails(now=NOW + settings.MAILING_RESEND_AFTER + timedelta(minutes=1))


@pytest.mark.usefixtures("no_messages")
def test_the_sweeper_adds_nothing_to_a_long_queue():
    tell_all(PEOPLE[:1])
    app.send_task("send_mails", queue="default")
    assert not sweep_mails(now=NOW)


def test_a_mail_names_nobody_where_it_is_logged():
    tell_all([make_user("ada").email])
    assert "ada" not in repr(Mail.objects.get())
