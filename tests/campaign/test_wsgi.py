"""The frame in which a request is answered has room for all that are called from it."""

import resource
from typing import Any

from campaign import wsgi

DEPTHS = 300
CALLS = 50


def leaf(a=0, b=0, c=0, d=0, e=0, f=0) -> None:
    pass


def call_often(depth: int) -> None:
    if depth:
        call_often(depth - 1)
        return
    for _ in range(CALLS):
        leaf()


def answer_at_all_depths(*_request: object) -> list[bytes]:
    for depth in range(DEPTHS):
        call_often(depth)
    return []


def pages_mapped() -> int:
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt


def test_no_call_at_any_depth_has_memory_mapped_for_itself(monkeypatch):
    """Where a chunk of frames ends, each of the calls would map a page and give it back."""
    monkeypatch.setattr(wsgi, "_answer", answer_at_all_depths)
    nobody: Any = None
    before = pages_mapped()
    wsgi.application({}, nobody)
    assert pages_mapped() - before < DEPTHS
