"""How a conversion says that it cannot be done."""


class CannotConvert(ValueError):
    """What was asked cannot be written, or not read; the text says why."""
