"""The method description as a form, built from the one schema of `scoring`.

The schema's words are English; a catalogue that has them shows them in the reader's language.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _, gettext_lazy

from scoring import METHOD_SCHEMA, METHOD_TAGS, check_method_description

_Schema = Mapping[str, Any]

_EMPTY_LINES = 2  # of a list, for those without scripts
_TEMPLATE = "campaign/forms/unmarked_field.html"
_YES_OR_NO = [
    ("", gettext_lazy("not said")),
    ("true", gettext_lazy("yes (true)")),
    ("false", gettext_lazy("no (false)")),
]


class TagInput(forms.TextInput):
    """One text, completed from method tags."""

    template_name = "campaign/forms/tag_input.html"

    def __init__(self, tags: Iterable[str] = (), attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.tags = list(tags)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        list_id = f"tags-{name}"
        completed = {"list": list_id} if self.tags else {}
        context = super().get_context(name, value, {**(attrs or {}), **completed})
        return context | {"tags": self.tags, "list_id": list_id}


class TagListInput(TagInput):
    """A list of texts, an input each; those left empty do not count."""

    template_name = "campaign/forms/tag_list_input.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        given = attrs or {}
        lines = []
        for number, text in enumerate([*(value or []), *[""] * _EMPTY_LINES], start=1):
            own = {
                "id": f"{given.get('id', name)}_{number}",
                "aria-label": _("entry %(number)s") % {"number": number},
            }
            lines.append(super().get_context(name, text, given | own)["widget"])
        return super().get_context(name, None, given) | {"lines": lines}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        texts = data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name, [])
        return [text.strip() for text in texts if text.strip()]

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}_1"


class TagListField(forms.Field):
    """A list of texts; what is wrong with one is for the schema to say."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != list(data or [])


def _choices(schema: _Schema, **options: Any) -> forms.Field:
    words = schema["items"]["enum"]
    return forms.MultipleChoiceField(
        choices=[(word, _(word)) for word in words], widget=forms.CheckboxSelectMultiple, **options
    )


def _list(schema: _Schema, **options: Any) -> forms.Field:
    if "enum" in schema["items"]:
        return _choices(schema, **options)
    return TagListField(widget=TagListInput(_vocabulary(schema)), **options)


def _vocabulary(schema: _Schema) -> Iterable[str]:
    return METHOD_TAGS.get(schema.get("x-vocabulary", ""), ())


def _text(schema: _Schema, **options: Any) -> forms.Field:
    widget = TagInput(_vocabulary(schema), {"placeholder": _example(schema)})
    return forms.CharField(max_length=schema.get("maxLength", 200), widget=widget, **options)


def _whole(schema: _Schema, **options: Any) -> forms.Field:
    return forms.IntegerField(
        min_value=schema["minimum"],
        max_value=schema["maximum"],
        widget=_number(schema, 1),
        **options,
    )


def _decimal(schema: _Schema, **options: Any) -> forms.Field:
    return forms.FloatField(
        min_value=schema["minimum"],
        max_value=schema["maximum"],
        widget=_number(schema, "any"),
        **options,
    )


def _number(schema: _Schema, step: int | str) -> forms.NumberInput:
    return forms.NumberInput({"step": step, "placeholder": _example(schema)})


def _boolean(schema: _Schema, **options: Any) -> forms.Field:
    return forms.TypedChoiceField(
        choices=_YES_OR_NO, coerce=lambda text: text == "true", empty_value=None, **options
    )


_FIELDS: Mapping[str, Callable[..., forms.Field]] = {
    "array": _list,
    "string": _text,
    "integer": _whole,
    "number": _decimal,
    "boolean": _boolean,
}


def _example(schema: _Schema) -> str:
    example = next(iter(schema.get("examples", ())), None)
    return "" if example is None else _("e.g. %(example)s") % {"example": example}


class DescriptionForm(forms.Form):
    """Every field is optional; those the task requires are marked, and asked first.

    Tags are completed from the vocabulary, and after that from those that runs here have (`used`).
    """

    def __init__(
        self,
        sent: QueryDict | None = None,
        *,
        required: Collection[str],
        description: Mapping[str, Any],
        used: Mapping[str, Iterable[str]],
    ) -> None:
        super().__init__(sent, initial=_as_initial(description))
        for name, schema in _in_order(required):
            self.fields[name] = field = _FIELDS[schema.get("type", "string")](
                schema,
                label=_label(schema),
                help_text=_(schema["description"]),
                required=False,
                template_name=_TEMPLATE,
            )
            field.needed = name in required  # type: ignore[attr-defined]  # for the template
            if isinstance(field.widget, TagInput):
                field.widget.tags += used.get(schema.get("x-vocabulary", ""), ())

    def clean(self) -> dict[str, Any]:
        """Let `scoring` judge each field: the schema is its own."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in list(self.description().items()):
            for problem in check_method_description({name: value}):
                self.add_error(name, problem)
        return cleaned

    def description(self) -> dict[str, Any]:
        """Return what was filled in."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value is not None and value not in ("", [])
        }


def _in_order(required: Collection[str]) -> Iterator[tuple[str, _Schema]]:
    fields: _Schema = METHOD_SCHEMA["properties"]
    return iter(sorted(fields.items(), key=lambda field: field[0] not in required))


def _label(schema: _Schema) -> str:
    title, unit = str(schema["title"]), str(schema.get("x-unit", ""))
    said = not unit or unit.lower() in title.lower()
    return _(title) if said else f"{_(title)} ({_(unit)})"


def _as_initial(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description as the fields' first values; a yes or no is a word in its field."""
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in description.items()
    }
