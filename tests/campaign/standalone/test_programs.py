"""Which programs `manage.py up` starts on which machine."""

from importlib.util import find_spec

from campaign.standalone import programs


def test_a_machine_trains_that_has_torch_or_another_python_for_it(monkeypatch):
    monkeypatch.delenv("BASELINES_COMMAND", raising=False)
    assert programs.trains_baselines() == (find_spec("torch") is not None)
    monkeypatch.setenv("BASELINES_COMMAND", "/opt/torch/bin/python -m baselines")
    assert programs.trains_baselines()


def test_who_trains_takes_one_at_a_time_from_a_queue_of_its_own():
    words = " ".join(map(str, programs.gpu().argv))
    assert "-n gpu@%h -Q gpu --concurrency 1 " in words
