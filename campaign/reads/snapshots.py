"""Reading at one moment: ranks, scores and what they are by are of one state of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Let all queries inside see the database as the first of them does; also a door's decorator.

    Each query of its own sees what was committed before it. Were a truth version put in force between
    two of them, an answer could have ranks by the one and scores by the other. Inside a transaction
    that runs already it changes nothing: whoever began that has decided what it sees.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
