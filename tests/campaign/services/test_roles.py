"""Roles in a campaign: owners give and take them, and one owner stays."""

from typing import Any

import pytest
from django.apps import apps

from campaign.models import CampaignRole
from campaign.refusals import NotAllowed
from campaign.services.roles import give_role, take_role
from tests.campaign.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db

RoleEvent: Any = apps.get_model("campaign", "CampaignRoleEvent")


@pytest.fixture
def campaign():
    return make_campaign("lab")


@pytest.fixture
def owner(campaign):
    return with_role(campaign, "owner")


def with_role(campaign, name):
    user = make_user()
    campaign.roles.create(user=user, name=name)
    return user


def roles(campaign) -> list[str]:
    return sorted(campaign.roles.values_list("name", flat=True))


def test_an_owner_gives_changes_and_takes_a_role_and_all_is_on_record(campaign, owner):
    guest = make_user()
    role = give_role(campaign=campaign, user=guest, name="viewer", by=owner)
    give_role(campaign=campaign, user=guest, name="organiser", by=owner)
    assert roles(campaign) == ["organiser", "owner"]
    take_role(role=CampaignRole.objects.get(pk=role.pk), by=owner)
    assert roles(campaign) == ["owner"]
    events = RoleEvent.objects.filter(user=guest).order_by("pgh_id")
    assert [(event.pgh_label, event.name) for event in events] == [
        ("insert", "viewer"),
        ("update", "organiser"),
        ("delete", "organiser"),
    ]
    for event in events:
        assert event.pgh_context.metadata["user"] == owner.pk
        assert event.pgh_context.metadata["reason"]


@pytest.mark.parametrize("name", ["organiser", "viewer", ""])
def test_nobody_else_does(campaign, owner, name):
    person = with_role(campaign, name) if name else make_user()
    with pytest.raises(NotAllowed, match="Only an owner"):
        give_role(campaign=campaign, user=person, name="owner", by=person)
    with pytest.raises(NotAllowed, match="Only an owner"):
        take_role(role=campaign.roles.get(user=owner), by=person)


def test_an_owner_of_another_campaign_is_nobody_here(campaign, owner):
    stranger = with_role(make_campaign(), "owner")
    with pytest.raises(NotAllowed):
        give_role(campaign=campaign, user=stranger, name="viewer", by=stranger)


def test_staff_gives_the_first_role(campaign):
    staff = make_user(is_staff=True)
    give_role(campaign=campaign, user=make_user(), name="owner", by=staff)
    assert roles(campaign) == ["owner"]


@pytest.mark.parametrize("by_staff", [False, True])
def test_the_last_owner_stays(campaign, owner, by_staff):
    by = make_user(is_staff=True) if by_staff else owner
    with pytest.raises(NotAllowed, match="needs an owner"):
        take_role(role=campaign.roles.get(user=owner), by=by)
    with pytest.raises(NotAllowed, match="needs an owner"):
        give_role(campaign=campaign, user=owner, name="viewer", by=by)
    assert roles(campaign) == ["owner"]


def test_one_of_two_owners_may_go(campaign, owner):
    second = with_role(campaign, "owner")
    take_role(role=campaign.roles.get(user=second), by=owner)
    assert roles(campaign) == ["owner"]


@pytest.mark.parametrize("name", ["organiser", "viewer"])
def test_everybody_may_lay_down_their_own_role(campaign, owner, name):
    person = with_role(campaign, name)
    take_role(role=campaign.roles.get(user=person), by=person)
    assert roles(campaign) == ["owner"]
