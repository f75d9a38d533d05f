import pytest

from tests.bench.scoring.worlds import Files, World, written

TINY = World("tiny", 40, 30, (1, 999), (1, 99_999), n_predictions=10, trec=True)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return written(TINY, tmp_path_factory.mktemp("worlds"))
