"""Problems and warnings of a run file, as every answer carries them."""

from typing import Any

from rest_framework import serializers


class FindingOut(serializers.Serializer[Any]):
    """One kind of problem or warning, with the first ten lines it is on."""

    kind = serializers.CharField(help_text="For programs; stable.")
    message = serializers.CharField(help_text="What was read, and what would be right; English.")
    template = serializers.CharField(
        required=False, help_text="Of a run file: the message with names where its values stand."
    )
    values = serializers.DictField(
        required=False,
        help_text="What stands there: numbers, words of the file, templates with values of their own.",
    )
    file = serializers.CharField(
        required=False, help_text="Of a task's folder: which of its files is meant."
    )
    lines = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="The first ten lines of the decompressed file concerned; the first line is 1.",
    )
    count = serializers.IntegerField(required=False, help_text="How many lines are concerned.")
