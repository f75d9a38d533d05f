"""The words of method descriptions: the vocabulary's tags, and what each field asks for.

The scorer's schema and vocabulary are English; here their words are messages. Proper names are the same in
every language and do not stand here.
"""

from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

_TAGS = {
    "trusted": gettext_lazy("trusted"),
    "noisy": gettext_lazy("noisy"),
    "filtered": gettext_lazy("filtered"),
    "external": gettext_lazy("external"),
    "validation": gettext_lazy("validation"),
    "trusted training data": gettext_lazy("trusted training data"),
    "noisy training data": gettext_lazy("noisy training data"),
    "noisy web training data": gettext_lazy("noisy web training data"),
    "filtered training data": gettext_lazy("filtered training data"),
    "filtered web training data": gettext_lazy("filtered web training data"),
    "deep neural network": gettext_lazy("deep neural network"),
    "convolutional neural network": gettext_lazy("convolutional neural network"),
    "recurrent neural network": gettext_lazy("recurrent neural network"),
    "convolutional recurrent neural network": gettext_lazy(
        "convolutional recurrent neural network"
    ),
    "support vector machine": gettext_lazy("support vector machine"),
    "random forest or trees": gettext_lazy("random forest or trees"),
    "nearest neighbours": gettext_lazy("nearest neighbours"),
    "gaussian mixture model": gettext_lazy("gaussian mixture model"),
    "linear classifier": gettext_lazy("linear classifier"),
    "MFCC-type features": gettext_lazy("MFCC-type features"),
    "none": pgettext_lazy("pre-training", "none"),
    "herbarium sheets": gettext_lazy("herbarium sheets"),
    "horizontal flip": gettext_lazy("horizontal flip"),
    "vertical flip": gettext_lazy("vertical flip"),
    "random crop": gettext_lazy("random crop"),
    "rotation": gettext_lazy("rotation"),
    "scale": gettext_lazy("scale"),
    "colour jitter": gettext_lazy("colour jitter"),
    "blur": gettext_lazy("blur"),
    "random erasing": gettext_lazy("random erasing"),
    "background noise": gettext_lazy("background noise"),
    "time shift": gettext_lazy("time shift"),
    "time stretch": gettext_lazy("time stretch"),
    "pitch shift": gettext_lazy("pitch shift"),
    "spectrogram masking": gettext_lazy("spectrogram masking"),
    "metadata": gettext_lazy("metadata"),
    "organ": gettext_lazy("organ"),
    "date": gettext_lazy("date"),
    "time of day": gettext_lazy("time of day"),
    "location": gettext_lazy("location"),
    "altitude": gettext_lazy("altitude"),
    "author": gettext_lazy("author"),
}

# A test holds these together with the schema.
QUESTIONS = frozenset(
    {
        gettext_noop(
            "What the networks learned from: trusted (checked by people), noisy (gathered, not checked), filtered (noisy data cleaned by a program), external (not published by the task), validation (its labels were learned too)."
        ),
        gettext_noop("The networks and other classifiers, each kind once."),
        gettext_noop("How many trained networks were fused; 1 for a single one."),
        gettext_noop("What the networks had learned before; none for training from scratch."),
        gettext_noop("true when only a classifier on fixed features was trained."),
        gettext_noop(
            "How many training images (or recordings) of a class were used: the most of any class where that was limited, otherwise the mean."
        ),
        gettext_noop("How training images or sounds were varied."),
        gettext_noop(
            "How many network outputs are fused for one query: images × views × networks."
        ),
        gettext_noop("What was used beside the image or the sound."),
        gettext_noop("true when no person helped to answer the test, false when one did."),
        gettext_noop("Person-days spent on code and data before training."),
        gettext_noop("What the training ran on, with its memory."),
        gettext_noop("How many GPUs trained at once; 0 for processors alone."),
        gettext_noop(
            "Hours by the clock until the last network was trained, all networks together."
        ),
        gettext_noop("What the hardware cost when it was bought, in euros."),
        gettext_noop(
            "Images (or recordings) a minute that the whole system answers on this hardware."
        ),
        gettext_noop("A link to the paper, starting with https:// or http://."),
    }
)

# What a field counts in, where its title does not say so.
UNITS = frozenset(
    {
        gettext_noop("outputs per query"),
        gettext_noop("days"),
        gettext_noop("hours"),
        gettext_noop("euros"),
        gettext_noop("images per minute"),
    }
)


def tag_name(tag: str) -> str:
    """Return a method tag as people read it; a name, or a team's own word, as it is written."""
    return str(_TAGS.get(tag, tag))
