"""Every test of the platform gets private storage of its own, and begins in English."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.utils import translation
from pytest_django import Settings

from campaign.services.mails import send_mails
from tests.campaign.boards import forget_messages


@pytest.fixture(autouse=True)
def private_files(settings: Settings, tmp_path: Path) -> Path:
    """Return the folder where this test's ground truth and run files lie."""
    folder = tmp_path / "private"
    default = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder, "base_url": None},
    }
    settings.STORAGES = settings.STORAGES | {"default": default}
    settings.FILE_UPLOAD_TEMP_DIR = folder / "incoming"
    (folder / "incoming").mkdir(parents=True)
    return folder


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Begin in English: a request leaves its language in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def mailed(mailoutbox: list[EmailMessage]) -> Callable[[], list[EmailMessage]]:
    """Return what hands over the mails that wait, as a worker does, and tells all that were sent."""

    def hand_over() -> list[EmailMessage]:
        send_mails()
        return mailoutbox

    return hand_over


@pytest.fixture
def no_messages() -> None:
    """Empty the queues of what other tests left there."""
    forget_messages()
