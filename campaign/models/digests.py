"""What the database itself says of the content of a column."""

from django.db import models
from django.db.models.functions import MD5, Cast


def digest_of(column: str) -> models.GeneratedField:
    """Return a column with the digest of a JSON column, kept by the database; null where that is.

    It tells contents apart, and guards nothing.
    """
    return models.GeneratedField(
        expression=MD5(Cast(column, models.TextField())),
        output_field=models.CharField(max_length=32, null=True),
        db_persist=True,
    )
