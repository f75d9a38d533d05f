"""How every form of the platform is drawn."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Label, field, help, errors: in this order and with the classes of forms.css."""

    form_template_name = "campaign/forms/form.html"
    field_template_name = "campaign/forms/field.html"
