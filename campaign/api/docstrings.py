"""What the API's description takes from the code: a method's docstring says what it does."""

from drf_spectacular.openapi import AutoSchema


class DocstringSchema(AutoSchema):
    """Describes an operation by its docstring: the first line in the list, the rest when opened."""

    def get_summary(self) -> str:
        """Return the first line."""
        return self._parts()[0].removesuffix(".")

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """Return what follows it."""
        return self._parts()[1]

    def _parts(self) -> tuple[str, str]:
        first, _, rest = super().get_description().partition("\n")
        return first, rest.strip()
