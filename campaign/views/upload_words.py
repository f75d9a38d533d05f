"""What the upload page's script says: in the reader's language, so not in the script."""

from django.utils.translation import gettext as _


def upload_words() -> dict[str, str]:
    """Return the sentences of static/campaign/js/upload.js; `{name}` is filled in there."""
    return {
        "size": _("Size"),
        "packing": _("Packing"),
        "encoding": _("Encoding"),
        "separator": _("Separator"),
        "columns": _("Columns"),
        "first_lines": _("First lines"),
        "plain": _("not compressed"),
        "gzip": _("gzip: the server unpacks it"),
        "zstd": _("zstd: the server unpacks it"),
        "zip": _("zip: the server unpacks it; it must hold exactly one file"),
        "utf8": _("UTF-8"),
        "utf8_bom": _("UTF-8 with a byte order mark"),
        "semicolon": _("semicolon"),
        "comma": _("comma"),
        "tab": _("tab"),
        "none": _("none found"),
        "empty": _("The file is empty."),
        "too_large": _("The file is larger than the {limit} this task takes."),
        "not_utf8": _("This is not UTF-8 text. Save the file as UTF-8 text and choose it again."),
        "not_text": _(
            "This does not look like a text file. A run is a text file, or one in gzip, zstd or zip."
        ),
        "no_separator": _(
            "The first line has no semicolon, comma or tab: it should hold {columns} columns."
        ),
        "wrong_columns": _("Line {line} has {found} columns; this task takes {columns}."),
        "or": _("or"),
        "looks_right": _("At first look this is right. Every line is checked after the upload."),
        "sending": _("{percent} % sent, {speed} a second, {left} left"),
        "sending_first": _("{percent} % sent"),
        "sent": _("Sent. The server unpacks the file and checks that it may be taken …"),
        "checking": _("Sent. The server checks every line …"),
        "cancelled": _("Cancelled. Nothing was kept."),
        "broken": _(
            "The connection broke before an answer came. Send the file again: if it had arrived after all, you are led to the run it became."
        ),
        "fault": _(
            "Something went wrong on our side; it is not the file's fault. Try again in a minute."
        ),
        "no_file": _("Choose a run file first."),
        "seconds": _("{n} s"),
        "minutes": _("{n} min"),
    }
