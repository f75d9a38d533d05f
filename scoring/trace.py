"""The trace: what a scoring leaves of a run file, enough for every metric."""


class WrongTrace(ValueError):
    """Bytes that are no trace, or the trace of another truth."""


class Trace:
    """The product of a scoring."""

    @classmethod
    def from_bytes(cls, data: bytes) -> "Trace":
        """Read a trace."""
        raise NotImplementedError
