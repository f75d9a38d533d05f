"""Options that take a list."""

from clefboard.cli.ending import CommandError


def split_list(text: str, option: str) -> list[str]:
    """Return the entries of a list with commas; one that holds a comma stands in quotes, as in a run file.

    Examples
    --------
    >>> split_list('mrr, top_1,"top_5@Place=Rennes, France"', "--metrics")
    ['mrr', 'top_1', 'top_5@Place=Rennes, France']
    """
    from scoring.dialect import BadQuotes, take_field

    entries, place = [], 0
    try:
        while place <= len(text):
            place += len(text[place:]) - len(text[place:].lstrip())
            entry, end = take_field(text, place, ",")
            entries.append(entry.strip())
            place = end + 1
    except BadQuotes as error:
        raise CommandError(f"{option} {text}: {error}") from error
    return list(filter(None, entries))
