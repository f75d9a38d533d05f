"""What the fields of method descriptions are called."""

from django.utils.translation import gettext_lazy

# The fields of scoring's schema in its order; a test holds the two together.
LABELS = {
    "training_data": gettext_lazy("Training data"),
    "architectures": gettext_lazy("Architectures"),
    "n_networks": gettext_lazy("Number of networks"),
    "pre_training": gettext_lazy("Pre-training"),
    "frozen": gettext_lazy("Frozen features"),
    "images_per_class": gettext_lazy("Training images per class"),
    "augmentation": gettext_lazy("Augmentation at training"),
    "test_time_outputs": gettext_lazy("Outputs fused at test"),
    "metadata": gettext_lazy("Metadata used"),
    "automatic": gettext_lazy("Automatic"),
    "preparation_days": gettext_lazy("Preparation"),
    "hardware": gettext_lazy("Hardware"),
    "n_gpus": gettext_lazy("Number of GPUs"),
    "training_hours": gettext_lazy("Training time"),
    "hardware_price_eur": gettext_lazy("Hardware price"),
    "inference_per_minute": gettext_lazy("Inference"),
    "paper": gettext_lazy("Paper"),
}


def field_name(name: str) -> str:
    """Return what a field of a description is called."""
    return str(LABELS.get(name, name))
