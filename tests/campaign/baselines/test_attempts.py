"""From a config to a run, with a real child process: however it ends, the row says how."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import psutil
import pytest
from django.db import connection

from campaign import storage
from campaign.baseline_process import News
from campaign.clock import now
from campaign.models import BaselineTraining, Mail, Run, Task
from campaign.services import baseline_attempts
from campaign.services.baseline_attempts import keep, run_baseline, take, work_folder
from campaign.services.baselines import cancel_baseline, sweep_baselines
from campaign.services.hardware_prices import set_price
from tests.campaign.baselines.model import CARD, DESCRIPTION
from tests.campaign.factories import score_run

pytestmark = pytest.mark.django_db

CREDENTIALS = ("CLEFBOARD_SECRET_KEY", "DATABASE_URL", "REDIS_URL", "HF_TOKEN", "AWS_SECRET_KEY")


def trained(baseline: BaselineTraining) -> BaselineTraining:
    run_baseline(baseline_id=baseline.pk)
    baseline.refresh_from_db()
    return baseline


def attempts_until_the_end(baseline: BaselineTraining) -> BaselineTraining:
    """Try as often as the sweeper would, which waits a lease each time."""
    for _attempt in range(9):
        if not trained(baseline).is_on_its_way:
            return baseline
    raise AssertionError("it has no end")


# ---------------------------------------------------------------- it goes well
def test_a_config_becomes_a_scored_run_of_the_organisers(ask, task):
    baseline = trained(ask())
    assert (baseline.state, baseline.failure) == ("done", "")
    run = baseline.run
    assert run is not None
    assert (run.name, run.number, run.submitted_by) == ("first", 1, baseline.asked_by)
    assert run.registration.team.organisers
    assert run.registration.task == task
    assert not run.late
    assert run.description == DESCRIPTION
    assert score_run(run).evaluations.get().state == "scored"
    assert score_run(run.image_run).evaluations.get().state == "scored"
    assert baseline.card == CARD
    assert baseline.record["seconds"] == {"training": 5400.0}
    assert baseline.progress == {
        "phase": "training",
        "done": 3,
        "total": 3,
        "images_per_s": 12.5,
        "seconds_left": 0,
    }


def test_the_child_gets_the_public_tables_and_no_truth(ask, task):
    assert task.current_truth is not None
    stored = Path(storage.local_folder(task.current_truth.folder))
    assert (stored / "ground_truth.csv").exists()
    log = trained(ask()).log
    assert log.startswith("begins with ['classes.csv', 'media.csv', 'queries.csv', 'task.yaml']\n")


def test_the_child_gets_no_credentials(ask, monkeypatch):
    for name in CREDENTIALS:
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    environment = trained(ask()).record["environment"]
    assert set(CREDENTIALS) & set(environment) == set()
    assert {"PATH", "CUDA_VISIBLE_DEVICES", "MALLOC_TRIM_THRESHOLD_"} <= set(environment)
    assert not [name for name in environment if "SECRET" in name or "TOKEN" in name]


def test_the_same_answers_again_are_the_same_run(ask):
    first, second = trained(ask()), trained(ask())
    assert second.state == "done"
    assert second.run == first.run
    assert Run.objects.observation_runs().count() == 1
    assert "has the very same answers" in second.log


def test_a_task_without_image_runs_gets_none(ask, task):
    Task.objects.filter(pk=task.pk).update(run_rules_json={"shape": "ranked"})
    run = trained(ask()).run
    assert run is not None
    assert not Run.objects.filter(image_run_of=run).exists()


# ---------------------------------------------------------------- what it cost
def test_its_price_is_hours_times_pieces_times_the_longest_line_that_fits(ask, task, organiser):
    for name, eur in (("mill", "9"), ("tensor  MILL", "0.4"), ("H100", "3")):
        set_price(task=task, name=name, eur_per_hour=Decimal(eur), eur_bought=None, by=organiser)
    baseline = trained(ask())
    assert baseline.price == {
        "hardware": "tensor MILL",
        "hours": 1.5,
        "pieces": 2,
        "eur_per_hour": 0.4,
        "eur": 1.2,
    }
    assert baseline.run is not None
    assert "hardware_price_eur" not in baseline.run.description


def test_what_hardware_cost_when_bought_goes_into_the_description(ask, task, organiser):
    set_price(
        task=task, name="mill", eur_per_hour=Decimal(0), eur_bought=Decimal(1300), by=organiser
    )
    baseline = trained(ask())
    assert baseline.price["eur"] == 0
    assert baseline.run is not None
    assert baseline.run.description["hardware_price_eur"] == 2 * 1300  # one for each of its GPUs


def test_without_a_line_that_fits_there_is_no_price(ask, task, organiser):
    set_price(task=task, name="H100", eur_per_hour=Decimal(3), eur_bought=None, by=organiser)
    assert trained(ask()).price == {}


# ---------------------------------------------------------------- it goes wrong
@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("refuse", "[data] folder: there is no folder ../shared/none\N{REPLACEMENT CHARACTER}"),
        ("crash", "No module named 'torch'"),
        ("invalid", "'no such class'"),
        ("badly described", "There is no field 'colour'"),
        ("unspeakable", "record.json: "),
        ("nothing", "run.csv.gz: it is not there"),
    ],
)
def test_what_another_attempt_would_not_mend_fails_at_once(ask, end, said):
    baseline = trained(ask(f"end = '{end}'\n"))
    assert (baseline.state, baseline.attempts) == ("failed", 1)
    assert said in baseline.failure
    assert not Run.objects.exists()
    assert baseline.lease_token is None


def waiting_mails() -> list[tuple[str, str]]:
    return list(Mail.objects.values_list("to", "subject"))


def test_whoever_asked_for_one_that_failed_is_told_once(ask, organiser):
    baseline = trained(ask("end = 'refuse'\n"))
    run_baseline(baseline_id=baseline.pk)  # a second delivery
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == (
        organiser.email,
        "The baseline first for Task plants failed",
    )
    assert f"/tasks/plants/organise/baselines/{baseline.pk}/" in mail.body
    assert "../shared/none" not in mail.body


def test_of_an_attempt_that_is_not_the_last_nobody_is_told(ask, settings):
    settings.BASELINE_MAX_ATTEMPTS = 2
    baseline = trained(ask("end = 'always die'\n"))
    assert (baseline.state, waiting_mails()) == ("running", [])
    attempts_until_the_end(baseline)
    assert len(waiting_mails()) == 1


def test_one_whose_workers_all_died_is_told_once(ask, settings):
    settings.BASELINE_MAX_ATTEMPTS = 1
    baseline = ask()
    assert take(baseline_id=baseline.pk, now=now())
    later = now() + settings.BASELINE_LEASE + timedelta(seconds=1)
    for _ in range(2):
        assert take(baseline_id=baseline.pk, now=later) is None
    baseline.refresh_from_db()
    assert (baseline.state, len(waiting_mails())) == ("failed", 1)


def test_nobody_is_told_of_one_that_is_cancelled_or_done_or_nobody_s(ask, organiser):
    trained(ask())
    cancelled = ask("steps = 1\n", name="unwanted")
    assert take(baseline_id=cancelled.pk, now=now())
    cancel_baseline(baseline=cancelled, by=organiser, now=now())
    later = now() + timedelta(days=1)
    assert take(baseline_id=cancelled.pk, now=later) is None
    cancelled.refresh_from_db()
    assert cancelled.state == "cancelled"
    of_the_shell = ask("end = 'refuse'\n", name="broken", by=None)
    assert trained(of_the_shell).state == "failed"
    assert waiting_mails() == []


@pytest.mark.parametrize("gone", ["account", "role"])
def test_whoever_is_gone_is_told_nothing(ask, task, organiser, gone):
    baseline = ask("end = 'refuse'\n")
    if gone == "account":
        organiser.is_active = False
        organiser.save()
    else:
        task.campaign.roles.filter(user=organiser).delete()
    assert trained(baseline).state == "failed"
    assert waiting_mails() == []


def test_a_child_that_is_killed_goes_on_from_its_checkpoint(ask):
    baseline = ask("end = 'die'\nsteps = 4\n")
    assert trained(baseline).state == "running"
    assert "SIGKILL" in baseline.failure
    assert attempts_until_the_end(baseline).state == "done"
    assert baseline.failure == ""
    begun = (work_folder(baseline.pk) / "made" / "begun").read_text().split()[1::2]
    assert begun == ["0", "4", "4"]


def test_it_is_not_tried_for_ever(ask, settings):
    settings.BASELINE_MAX_ATTEMPTS = 2
    baseline = attempts_until_the_end(ask("end = 'always die'\n"))
    assert (baseline.state, baseline.attempts) == ("failed", 2)
    assert "SIGKILL" in baseline.failure


def test_a_child_that_says_nothing_is_ended(ask, settings):
    settings.BASELINE_MAX_SILENCE_S = 0.5
    baseline = trained(ask("end = 'hang'\n"))
    assert "It said nothing for 0.5 seconds." in baseline.failure
    assert not processes_in(work_folder(baseline.pk))


def test_a_fault_of_ours_says_no_place_of_private_storage(ask, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device", "/private/truths/secret")

    monkeypatch.setattr(baseline_attempts, "write_task", fail)
    baseline = trained(ask())
    assert baseline.state == "running"
    assert baseline.failure == "OSError: No space left on device"


# ---------------------------------------------------------------- cancelled
def processes_in(folder: Path) -> list[psutil.Process]:
    """Return the processes that were given a folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(folder) in " ".join(process.cmdline()):
                found.append(process)
    return found


def test_one_that_waits_is_cancelled_at_once(ask, organiser):
    baseline = ask()
    cancel_baseline(baseline=baseline, by=organiser, now=now())
    assert trained(baseline).state == "cancelled"
    assert baseline.attempts == 0


def test_one_whose_worker_died_is_cancelled_at_once(ask, organiser):
    baseline = ask()
    take(baseline_id=baseline.pk, now=now() - timedelta(hours=1))
    cancel_baseline(baseline=baseline, by=organiser, now=now())
    baseline.refresh_from_db()
    assert baseline.state == "cancelled"


def test_one_whose_worker_dies_before_it_hears_of_it_is_cancelled_by_the_sweeper(ask, organiser):
    baseline = ask()
    take(baseline_id=baseline.pk, now=now())
    cancel_baseline(baseline=baseline, by=organiser, now=now())
    sweep_baselines(now=now() + timedelta(minutes=2))
    baseline.refresh_from_db()
    assert baseline.state == "cancelled"


# ---------------------------------------------------------------- the lease
def test_nobody_takes_what_another_trains_and_what_was_lost_is_taken(ask, settings):
    baseline = ask()
    first = take(baseline_id=baseline.pk, now=now())
    assert first is not None
    assert take(baseline_id=baseline.pk, now=now()) is None
    later = now() + settings.BASELINE_LEASE + timedelta(seconds=1)
    second = take(baseline_id=baseline.pk, now=later)
    assert second is not None
    with pytest.raises(baseline_attempts.Overtaken):
        keep(lease=first, news=News(lines=["from the dead"]), now=later)
    baseline.refresh_from_db()
    assert "from the dead" not in baseline.log


def test_the_log_keeps_its_newest_part(ask, monkeypatch):
    monkeypatch.setattr(baseline_attempts, "LOG_MAX", 20)
    baseline = ask()
    lease = take(baseline_id=baseline.pk, now=now())
    assert lease is not None
    for line in ("one", "two " * 9, "three"):
        keep(lease=lease, news=News(lines=[line]), now=now())
    baseline.refresh_from_db()
    assert baseline.log.endswith("two \nthree\n")
    assert len(baseline.log) == 20


def test_the_sweeper_sends_again_what_was_lost_and_no_more(ask, no_messages, settings):
    ask("steps = 1\n", name="one")
    ask("steps = 2\n", name="two")
    late = now() + settings.SCORING_RESEND_AFTER + timedelta(seconds=1)
    assert sweep_baselines(now=late) == 2
    assert sweep_baselines(now=late) == 0
    assert BaselineTraining.objects.filter(sent_at=late).count() == 2


# ---------------------------------------------------------------- beside a thread, as beside a worker
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["hang", "stubborn", "children"])
def test_cancelled_while_it_runs_it_ends_with_all_its_processes(ask, organiser, end):
    baseline = ask(f"end = '{end}'\n")
    worker = threading.Thread(target=_beside, args=[baseline.pk])
    worker.start()
    made = work_folder(baseline.pk) / "made"
    wait_until((made / ("child" if end == "children" else "checkpoint")).exists)
    child = int((made / "child").read_text()) if end == "children" else None
    cancel_baseline(baseline=baseline, by=organiser, now=now())
    worker.join(30)
    assert not worker.is_alive()
    baseline.refresh_from_db()
    assert baseline.state == "cancelled"
    assert not processes_in(work_folder(baseline.pk))
    assert child is None or has_ended(child)
    assert not work_folder(baseline.pk).exists()


def has_ended(pid: int) -> bool:
    """Tell whether a process is gone, or only waits to be missed by whoever inherited it."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _beside(baseline_id: int) -> None:
    try:
        run_baseline(baseline_id=baseline_id)
    finally:
        connection.close()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
