"""Read LaTeX tables and text, and BibTeX entries, as strictly as TeX would: what is not known here is an error."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

_COMMANDS = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textasciigrave": "`",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textquotedbl": '"',
}
_SIGNS = "&%$#_"  # printed behind a backslash
_WRONG = set('&%$#_^~<>|"`')  # alone they do something, or print something else
_JOINED = ("--", "''", ",,", "?`", "!`")
_TOKEN = re.compile(r"\\([A-Za-z]+)\{\}|\\(.)|([{}])|(.)", re.DOTALL)


class NotTex(AssertionError):
    """What TeX would refuse, or print otherwise than it stands there."""


def printed(tex: str) -> str:
    """Return what TeX prints of a text that holds no command but those for single signs."""
    out: list[str] = []
    depth, before = 0, ""
    for token in _TOKEN.finditer(tex):
        command, sign, brace, plain = token.groups()
        if command or sign:
            out.append(_sign(command, sign))
        elif brace:
            depth += 1 if brace == "{" else -1
            if depth < 0:
                raise NotTex(f"a brace closes that was not open: {tex}")
        elif plain in _WRONG or before + plain in _JOINED:
            raise NotTex(f"{before + plain!r} stands alone: {tex}")
        else:
            out.append(plain)
        before = plain or ""
    if depth:
        raise NotTex(f"a brace stays open: {tex}")
    return "".join(out)


def _sign(command: str | None, sign: str | None) -> str:
    if command in _COMMANDS:
        return _COMMANDS[command]
    if sign and sign in _SIGNS:
        return sign
    raise NotTex(f"unknown: \\{command or sign}")


# ---------------------------------------------------------------- tables
@dataclass(frozen=True)
class TexTable:
    """A `tabular`: its columns, the cells of each row, and where its rules stand among them."""

    columns: str
    rows: list[list[str]]
    rules: list[tuple[str, int]]  # the rule, and the number of rows above it


def read_table(text: str) -> TexTable:
    """Read what an export wrote: comments, then one table whose rows all have all columns."""
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    begin = re.fullmatch(r"\\begin\{tabular\}\{([lrc]+)\}", lines[0])
    if not begin or lines[-1] != r"\end{tabular}":
        raise NotTex(f"no table: {lines[0]} ... {lines[-1]}")
    rows: list[list[str]] = []
    rules = []
    for line in lines[1:-1]:
        if line in {r"\toprule", r"\midrule", r"\bottomrule"}:
            rules.append((line[1:], len(rows)))
        else:
            rows.append(list(_cells(line, len(begin[1]))))
    return TexTable(begin[1], rows, rules)


def _cells(line: str, n_columns: int) -> Iterator[str]:
    if not line.endswith(r" \\"):
        raise NotTex(f"a row without an end: {line}")
    cells = re.split(r"(?<!\\) ?& ?", line.removesuffix(r" \\"))
    if cells[0].startswith("["):
        raise NotTex(f"it would be taken for an option of the row above: {line}")
    wide = re.fullmatch(r"\\multicolumn\{(\d+)\}\{l\}\{\\emph\{(.*)\}\}", cells[0])
    if (int(wide[1]) if wide else len(cells)) != n_columns or (wide and len(cells) > 1):
        raise NotTex(f"another number of columns than {n_columns}: {line}")
    yield from [printed(wide[2])] if wide else cells


# ---------------------------------------------------------------- text
_HEAD = re.compile(r"\\paragraph\{(.*)\} \\cite\{([\w:-]+)\}")
_ITEM = re.compile(r"  \\item (.*) \\emph\{(.*)\}")


def read_items(text: str) -> list[str]:
    """Read what an export wrote as a list; what stands in italics is left out."""
    begin, *lines, end = _code(text)
    if (begin, end) != (r"\begin{itemize}", r"\end{itemize}"):
        raise NotTex(f"no list: {begin} ... {end}")
    items = [_ITEM.fullmatch(line) or _refuse(line) for line in lines]
    return [_sentence(item[1]) for item in items if _sentence(item[2])]


def read_paragraphs(text: str) -> dict[str, list[str]]:
    """Read what an export wrote as paragraphs, a sentence a line, by their titles; "" has what stands before."""
    found: dict[str, list[str]] = {"": []}
    for line in _code(text):
        if head := _HEAD.fullmatch(line):
            found[printed(head[1])] = []
        else:
            list(found.values())[-1].append(_sentence(line))
    return found


def _code(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("%")]


def _refuse(line: str) -> NoReturn:
    raise NotTex(f"no item: {line}")


def _sentence(tex: str) -> str:
    """Return what TeX prints of a sentence, which may have thin spaces, minus signs and dashes."""
    return printed(tex.replace(r"\,", "\u202f").replace("$-$", "\u2212").replace("--", "\u2013"))


# ---------------------------------------------------------------- bibliographies
_KEY = re.compile(r"""@([a-z]+)\{([^\s"#%'(),={}\\~]+),""")
_FIELD = re.compile(r"  ([a-z]+) = \{(.*)\},")


def read_bibliography(text: str) -> dict[str, dict[str, str]]:
    """Read entries, each field on one line; a key that stands twice is an error."""
    found: dict[str, dict[str, str]] = {}
    for entry in text.strip().split("\n\n"):
        first, *fields, last = entry.splitlines()
        key = _KEY.fullmatch(first)
        if not key or last != "}" or key[2] in found:
            raise NotTex(f"no entry, or one more of that name: {entry}")
        found[key[2]] = dict(_field(line) for line in fields)
    return found


def _field(line: str) -> tuple[str, str]:
    said = _FIELD.fullmatch(line)
    if not said:
        raise NotTex(f"no field: {line}")
    name, value = said.groups()
    depth = 0
    for sign in value:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            raise NotTex(f"the field ends too early: {line}")
    if depth:
        raise NotTex(f"a brace stays open: {line}")
    return name, value if name == "url" else printed(value)
