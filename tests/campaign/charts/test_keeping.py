"""A figure is drawn once for the same data in a language, and anew for any other."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from campaign.charts import editions
from campaign.models import Edition
from campaign.reads.history import past
from campaign.services.history import load_history

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def history() -> None:
    load_history(folder=Path(settings.FIXTURES_DIR) / "history")


def plants() -> list[Edition]:
    return list(past().of("PlantCLEF"))


def test_the_same_data_read_twice_are_drawn_once():
    assert editions.performance(plants()) is editions.performance(plants())


def test_a_changed_number_is_drawn_at_once():
    before = editions.performance(plants())
    last = plants()[-1]
    last.score = 0.9191
    last.save()
    assert editions.performance(plants()) is not before
    assert "0.9191" in json.dumps(editions.performance(plants()).spec)


def test_each_language_has_its_own():
    english = editions.performance(plants())
    with translation.override("fr"):
        french = editions.performance(plants())
        assert french.title != english.title
        assert french.spec["layout"]["separators"].startswith(",")
    assert editions.performance(plants()).spec["layout"]["separators"].startswith(".")


def test_other_arguments_have_their_own():
    assert editions.performance(plants(), height=380) is not editions.performance(plants())
    assert editions.performance(plants(), height=380).spec["layout"]["height"] == 380
