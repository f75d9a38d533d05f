"""Every test of the platform gets private storage of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings


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
