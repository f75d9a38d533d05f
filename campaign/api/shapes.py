"""What requests must look like: a field that is not known is named, never lost in silence."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, FileField, JSONField, Serializer, URLField


class Shape(Serializer[Any]):
    """The fields of a request; all that is wrong with them is said at once."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the checked values."""
        wrong = self._unknown(data) if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(data)
        except ValidationError as invalid:
            complaints = (
                invalid.detail if isinstance(invalid.detail, dict) else {"": invalid.detail}
            )
            raise ValidationError({**wrong, **complaints}) from None
        if wrong:
            raise ValidationError(wrong)
        return values

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, Any]:
        known = ", ".join(self.fields)
        message = _("There is no such field; there are %(known)s.") % {"known": known}
        return {name: [message] for name in data if name not in self.fields}


class Json(JSONParser):
    """JSON bodies; one of nothing but brackets is as malformed as any other."""

    def parse(self, *args: Any, **options: Any) -> Any:
        """Return the parsed body."""
        try:
            return super().parse(*args, **options)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None


def checked(shape: type[Shape], data: Any) -> dict[str, Any]:
    """Return the values of a request's data in a shape, or refuse it with 400."""
    given = shape(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def query(shape: type[Shape], request: Request) -> dict[str, Any]:
    """Return the values of a request's query string in a shape."""
    return checked(shape, request.query_params)


@extend_schema_field(OpenApiTypes.OBJECT)
class ObjectField(JSONField):
    """A JSON object."""

    default_error_messages = {"no_object": "Send a JSON object, e.g. {{}}."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the object."""
        try:
            value = super().to_internal_value(data)
        except RecursionError:  # a megabyte of brackets
            self.fail("invalid")
        if not isinstance(value, dict):
            self.fail("no_object")
        return value


@extend_schema_field({"type": "string", "default": "{}"})
class ObjectTextField(ObjectField):
    """A JSON object as text: a form has no other way, and sends fields that are left empty too."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the object; no text is an empty one."""
        return {} if data == "" else super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.BINARY)
class UploadField(FileField):
    """A file of a form."""


class PageLink(URLField):
    """The address of a row's page, with host and scheme."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"source": "*", "read_only": True, **options})

    def to_representation(self, value: Any) -> str:
        """Return the address as the caller reaches us."""
        request: Request = self.context["request"]
        return request.build_absolute_uri(value.get_absolute_url())


def answer(shape: type[BaseSerializer[Any]], value: Any, request: Request, **options: Any) -> Any:
    """Return a value in a shape, ready for a `Response`."""
    return shape(value, context={"request": request}, **options).data
