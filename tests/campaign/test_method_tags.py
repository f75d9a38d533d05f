"""Method tags: what counts as what, who says so, and that nothing tells of hidden runs."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.test import Client

from campaign.models import CampaignRole, Run, TagMerge
from campaign.reads.method_tags import TagReader, method_tags, used_tags
from campaign.refusals import AlreadyThere, Invalid, NotAllowed
from campaign.services.leaderboards import rank_task
from campaign.services.method_tags import merge_tag, part_tag
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_user,
    ranked_lines,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    user = make_user("olga")
    CampaignRole.objects.create(campaign=make_campaign(), user=user, name="owner")
    return user


@pytest.fixture
def at_now(settings):
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)


def merge(owner, tag, into, **asked):
    return merge_tag(
        **{"kind": "architectures", "tag": tag, "into": into, "reason": "the same", **asked},
        by=owner,
        now=NOW,
    )


def counts(now=NOW):
    """Return how many runs have each tag that any has, of all kinds."""
    return {
        use.name: use.n_runs
        for kind in method_tags(now)
        for use in (*kind.known, *kind.others)
        if use.n_runs
    }


@pytest.fixture
def described(tmp_path):
    """Return what sends a scored run with these architectures."""

    def send(*architectures, task=None, **described):
        registration = make_registration(task or make_task())
        run = make_run(
            registration,
            tmp_path,
            ranked_lines(),
            description={"architectures": list(architectures), **described},
        )
        return score_run(run)

    return send


# ---------------------------------------------------------------- what counts as what
def test_what_is_written_like_a_synonym_counts_as_its_tag_and_as_what_that_is_a_kind_of(described):
    described("resnet50", "Our own")
    described("ResNet-101", pre_training="ILSVRC")
    found = counts()
    assert (found["ResNet-50"], found["ResNet-101"], found["ResNet"]) == (1, 1, 2)
    assert (found["Our own"], found["ImageNet-1k"]) == (1, 1)


def test_a_merged_tag_counts_as_the_other_wherever_it_was_written(described, owner):
    run = described("Our ResNet (tuned)", "MyNet")
    merge(owner, "our resnet (tuned)", "resnet50")
    merge(owner, "MyNet", "my net 2")
    found = counts()
    assert (found["ResNet-50"], found["my net 2"]) == (1, 1)
    assert not {"MyNet", "Our ResNet (tuned)"} & found.keys()
    assert Run.objects.get(pk=run.pk).description["architectures"][1] == "MyNet"


def test_what_a_tag_counts_as_may_be_merged_in_its_turn(described, owner):
    described("A")
    merge(owner, "A", "B")
    merge(owner, "B", "VGG-16")
    assert counts()["VGG-16"] == 1
    assert TagReader.now().tag("metadata", "A") == "A"  # each kind by itself


def test_taken_back_it_counts_as_itself_and_both_stand_in_the_record(described, owner):
    described("MyNet")
    merged = merge(owner, "MyNet", "VGG-16")
    part_tag(merge=merged, by=owner, reason="another network after all")
    assert counts() == {"MyNet": 1}
    events = apps.get_model("campaign", "TagMergeEvent").objects.order_by("pgh_id")
    said = [(one.pgh_label, one.pgh_context.metadata["reason"]) for one in events]
    assert said == [("insert", "the same"), ("delete", "another network after all")]


@pytest.mark.parametrize(
    ("tag", "into", "refusal", "code"),
    [
        ("ResNet-50", "VGG-16", Invalid, "tag_of_vocabulary"),
        ("resnet50", "VGG-16", Invalid, "tag_of_vocabulary"),
        ("MyNet", "my-net", Invalid, "same_tag"),
        ("MyNet", " ", Invalid, "same_tag"),
        ("B", "A", Invalid, "same_tag"),
        ("A", "VGG-16", AlreadyThere, "tag_merged"),
    ],
)
def test_no_circle_no_second_merger_and_none_of_the_vocabulary(owner, tag, into, refusal, code):
    merge(owner, "A", "B")
    with pytest.raises(refusal) as refused:
        merge(owner, tag, into)
    assert refused.value.code == code
    assert TagMerge.objects.count() == 1


@pytest.mark.parametrize("role", ["organiser", "viewer", None])
def test_only_owners_and_staff_merge(owner, role, admin_user):
    person = make_user()
    if role:
        CampaignRole.objects.create(campaign=make_campaign(), user=person, name=role)
    with pytest.raises(NotAllowed):
        merge(person, "A", "B")
    merged = merge(admin_user, "A", "B")
    with pytest.raises(NotAllowed):
        part_tag(merge=merged, by=person, reason="mine")


# ---------------------------------------------------------------- what may show
def test_the_method_of_a_run_counts_no_sooner_than_its_score_shows(described):
    task = make_task(visibility="never", phases={"results": (DEADLINE, None)})
    described("SecretNet", task=task)
    assert counts() == {}
    assert used_tags(NOW)["architectures"] == []
    assert counts(DEADLINE) == {"SecretNet": 1}


def test_withdrawn_runs_do_not_count(described):
    run = described("MyNet")
    Run.objects.filter(pk=run.pk).update(standing="withdrawn")
    rank_task(task_id=run.registration.task_id, now=NOW)
    assert counts() == {}


# ---------------------------------------------------------------- the page and the form
def test_the_page_has_the_vocabulary_with_synonyms_and_what_teams_wrote(client, described, at_now):
    described("<b>MyNet</b>", "resnet50")
    page = main_of(client.get("/method-tags/"))
    words = text_of(page)
    assert "GoogLeNet" in words
    assert "Inception v1" in words
    assert (
        "Written by teams, and not in the vocabulary Tag Also written Runs <b>MyNet</b> 1" in words
    )
    assert "<b>" not in page
    assert "<form" not in page


def test_an_owner_merges_and_takes_back_by_the_page(owner, described, at_now):
    described("MyNet")
    client = Client()
    client.force_login(owner)
    sent = {
        "architectures-tag": "MyNet",
        "architectures-into": "VGG-16",
        "architectures-reason": "it is one",
    }
    wrong = client.post("/method-tags/architectures/merge/", sent | {"architectures-into": ""})
    assert wrong.status_code == 422
    assert "Name the tag that it counts as." in wrong.content.decode()
    assert client.post("/method-tags/architectures/merge/", sent)["Location"] == "/method-tags/"
    assert "MyNet counts as VGG-16 · olga, 1 May 2017" in text_of(
        main_of(client.get("/method-tags/"))
    )
    merged = TagMerge.objects.get()
    client.post(f"/method-tags/merged/{merged.pk}/part/", {"reason": ""})
    assert TagMerge.objects.exists()
    client.post(f"/method-tags/merged/{merged.pk}/part/", {"reason": "no"})
    assert not TagMerge.objects.exists()
    assert client.post("/method-tags/training_data/merge/", sent).status_code == 404


def test_a_description_is_completed_from_the_vocabulary_and_from_tags_used_here(
    client, described, at_now
):
    described("MyNet")
    own = described("VGG-16")
    client.force_login(own.registration.team.members.get())
    page = client.get(f"/runs/{own.pk}/description/").content.decode()
    lists = page.partition('<datalist id="tags-architectures">')[2].partition("</datalist>")[0]
    assert lists.index('value="deep neural network"') < lists.index('value="MyNet"')
    assert lists.count('value="VGG-16"') == 1


def test_the_queries_do_not_grow(described, owner, django_assert_num_queries):
    described("A")
    merge(owner, "A", "B")
    with django_assert_num_queries(5):  # what counts as what, tasks, phases, runs, mergers
        method_tags(NOW)
    described("C", task=make_task())
    merge(owner, "C", "D")
    with django_assert_num_queries(5):
        method_tags(NOW)
