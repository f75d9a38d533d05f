"""The organisers' pages of baselines, and what shows of one beside its run."""

import pytest
from django.test import Client

from campaign.baseline_process import News
from campaign.clock import now
from campaign.models import BaselineTraining, Run, User
from campaign.reads.attention import concerns
from campaign.services.baseline_attempts import keep, run_baseline, take
from tests.campaign.baselines.conftest import Ask
from tests.campaign.factories import make_registration, make_run, make_user
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

AT = "/tasks/plants/organise/baselines/"


def person(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


@pytest.fixture
def page(organiser: User) -> Client:
    return person("ada")


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return text_of(main_of(answer))


def running(baseline: BaselineTraining, **progress: object) -> None:
    lease = take(baseline_id=baseline.pk, now=now())
    assert lease is not None
    keep(lease=lease, news=News(progress=dict(progress), lines=["<b>epoch 1"]), now=now())


# ---------------------------------------------------------------- starting one
def test_an_organiser_chooses_a_config_and_says_why(page, task):
    text = read(page, AT)
    assert "No baseline yet" in text
    assert "Nobody listens: no worker that trains answers." in text
    assert "first: Answers with the first classes. It learns nothing." in text

    answer = page.post(AT, {"config": "first", "reason": "a first"})
    baseline = BaselineTraining.objects.get()
    assert answer["Location"] == f"{AT}{baseline.pk}/"
    assert (baseline.task, baseline.name, baseline.state) == (task, "first", "waiting")
    assert (baseline.reason, str(baseline.asked_by)) == ("a first", "ada")
    assert "first waiting" in read(page, AT)


@pytest.mark.parametrize("name", ["../secret", "secret", "/etc/passwd", "first.toml", ""])
def test_no_other_file_of_the_machine_can_be_named(page, task, configs, name):
    answer = page.post(AT, {"config": name, "reason": "a first"})
    assert answer.status_code == 422
    assert "open sesame" not in answer.content.decode()
    assert not BaselineTraining.objects.exists()


def test_what_is_no_config_is_not_offered(page, task, configs):
    (configs / "broken.toml").write_text("steps = \n")
    (configs / "huge.toml").write_text("#" * 200_000)
    (configs / "folder.toml").mkdir()
    text = read(page, AT)
    assert "first:" in text
    assert not [name for name in ("broken", "huge", "folder") if name in text]


def test_the_same_config_is_not_started_twice_at_once(page, ask):
    ask()
    answer = page.post(AT, {"config": "first", "reason": "again"})
    assert answer.status_code == 409
    assert "This config is on its way for this task already." in answer.content.decode()


def test_a_viewer_looks_on(ask):
    baseline = ask()
    client = person("viewer")
    assert "Start the baseline" not in client.get(AT).content.decode()
    assert "Cancel" not in client.get(f"{AT}{baseline.pk}/").content.decode()
    for path, sent in (
        (AT, {"config": "first", "reason": "mine"}),
        (f"{AT}{baseline.pk}/cancel/", {}),
        (f"{AT}{baseline.pk}/see/", {}),
        (f"{AT}prices/", {"name": "H100", "eur_per_hour": "3"}),
    ):
        assert client.post(path, sent).status_code == 403
    baseline.refresh_from_db()
    assert baseline.cancel_asked_at is None


def test_the_form_says_what_will_be_published(page, task):
    assert (
        "Config, model card and record are published with the run: whoever sees it reads them"
        in read(page, AT)
    )


# ---------------------------------------------------------------- watching one
def test_the_page_of_one_says_how_far_it_is_without_scripts(page, ask):
    baseline = ask()
    assert "It waits for a worker that trains" in read(page, f"{AT}{baseline.pk}/")
    running(baseline, phase="training", done=30, total=120, images_per_s=456.78, seconds_left=125)
    answer = page.get(f"{AT}{baseline.pk}/")
    text = text_of(main_of(answer))
    assert "running training, 25 % · 456.8 images a second · about 2 minutes left" in text
    assert "Look again" in text
    assert '<progress max="100" value="25"' in main_of(answer)
    assert "&lt;b&gt;epoch 1" in main_of(answer)
    assert page.get(f"{AT}{baseline.pk}/log/").content.decode() == "<b>epoch 1\n"


def test_its_fragment_answers_only_when_something_moved(page, ask):
    baseline = ask()
    running(baseline, phase="training", done=1, total=9)
    fragment = page.get(f"{AT}{baseline.pk}/progress/").content.decode()
    seen = fragment.partition("?seen=")[2].partition('"')[0]
    assert page.get(f"{AT}{baseline.pk}/progress/", {"seen": seen}).status_code == 204
    BaselineTraining.objects.update(progress={"phase": "training", "done": 2, "total": 9})
    moved = page.get(f"{AT}{baseline.pk}/progress/", {"seen": seen})
    assert "22&#8239;%" in moved.content.decode()
    page.post(f"{AT}{baseline.pk}/cancel/")
    assert "It is being cancelled." in page.get(f"{AT}{baseline.pk}/progress/").content.decode()


def test_one_that_has_ended_asks_no_more(page, ask):
    baseline = ask()
    run_baseline(baseline_id=baseline.pk)
    answer = page.get(f"{AT}{baseline.pk}/").content.decode()
    assert "hx-get" not in answer[answer.index('id="baseline-now"') :]
    assert "It was sent as Run 1." in answer
    assert page.post(f"{AT}{baseline.pk}/cancel/").status_code == 403


def test_one_that_failed_wants_attention_until_somebody_has_seen_it(page, ask, task):
    def waits() -> list[str]:
        return [one.kind for one in concerns([task], now())[task.pk]]

    baseline = ask("end = 'refuse'\n", name="broken")
    run_baseline(baseline_id=baseline.pk)
    assert "baselines" in waits()
    assert "1 baseline failed" in read(page, "/tasks/plants/organise/")
    assert "there is no folder ../shared/none" in read(page, f"{AT}{baseline.pk}/")
    page.post(f"{AT}{baseline.pk}/see/")
    assert "baselines" not in waits()


def test_one_that_is_tried_again_wants_none(ask, task):
    run_baseline(baseline_id=ask("end = 'refuse'\n", name="broken").pk)
    ask("steps = 1\n", name="broken")
    assert [one.kind for one in concerns([task], now())[task.pk] if one.kind == "baselines"] == []


def test_all_of_it_stands_in_the_record(page, ask):
    baseline = ask()
    page.post(f"{AT}{baseline.pk}/cancel/")
    page.post(f"{AT}prices/", {"name": "H100", "eur_per_hour": "3"})
    text = read(page, "/tasks/plants/organise/record/")
    assert "a first" in text
    assert "Cancelled the baseline." in text
    assert "Set a price of hardware." in text


# ---------------------------------------------------------------- beside the run
@pytest.fixture
def run(ask: Ask) -> Run:
    baseline = ask()
    run_baseline(baseline_id=baseline.pk)
    baseline.refresh_from_db()
    assert baseline.run is not None
    return baseline.run


def test_card_record_and_config_show_beside_the_run(page, run):
    path = f"/runs/{run.pk}/"
    text = read(page, path)
    assert "Model card, record and config" in text
    assert "What the training cost is not known" in text
    answer = page.get(f"{path}card/")
    card = main_of(answer)
    assert "<h2>First classes</h2>" in card
    assert "Answers <strong>each</strong> query alike." in card
    assert "<script" not in card
    assert "Seconds · training 5 400" in text_of(card)
    assert page.get(f"{path}card/config.toml").content.decode().startswith("# Answers with")
    assert page.get(f"{path}card/record.json").json()["seconds"] == {"training": 5400.0}
    assert page.get(f"{path}card/card.md").content.decode().startswith("# First classes")
    assert page.get(f"{path}card/secret.toml").status_code == 404


def test_whoever_may_not_see_the_run_sees_no_card(run, task):
    task.visibility = "never"
    task.save()
    stranger = Client()
    stranger.force_login(make_user("stranger"))
    for name in ("", "card/", "card/record.json"):
        assert stranger.get(f"/runs/{run.pk}/{name}").status_code == 404


def test_other_runs_have_none(page, task, tmp_path):
    run = make_run(make_registration(task), tmp_path)
    assert "Model card" not in page.get(f"/runs/{run.pk}/").content.decode()
    assert page.get(f"/runs/{run.pk}/card/").status_code == 404


# ---------------------------------------------------------------- prices
def test_an_organiser_edits_the_table(page, task):
    assert "No price yet" in read(page, f"{AT}prices/")
    page.post(f"{AT}prices/", {"name": " H100 ", "eur_per_hour": "3", "eur_bought": "30000"})
    page.post(f"{AT}prices/", {"name": "h100", "eur_per_hour": "2.5"})
    (price,) = task.campaign.prices.all()
    assert (price.name, float(price.eur_per_hour), price.eur_bought) == ("H100", 2.5, None)
    assert "H100 2.50" in read(page, f"{AT}prices/")
    assert page.post(f"{AT}prices/", {"name": "x", "eur_per_hour": "-1"}).status_code == 422
    page.post(f"{AT}prices/{price.pk}/remove/")
    assert not task.campaign.prices.exists()
