"""The rules that plotly would put into a page, which the policy forbids, are those of our style sheet."""

import re
from pathlib import Path

import campaign

VENDOR = Path(campaign.__file__).parent / "static" / "campaign" / "vendor" / "plotly"
RULES = (
    "[...document.querySelector('style[id^=plotly]').sheet.cssRules].map((rule) => rule.cssText)"
)
OURS = ".js-plotly-plot image"  # plotly sets it as a style attribute, which the policy forbids too


def rules_of_plotly(page) -> list[str]:
    """Return the rules that the script of plotly puts into a page without a policy."""
    (script,) = VENDOR.glob("plotly-cartesian-*.min.js")
    page.set_content("<!doctype html><body></body>")
    page.evaluate(script.read_text(encoding="utf-8") + ";void 0")
    rules: list[str] = page.evaluate(RULES)
    return rules


def test_the_style_sheet_holds_what_plotly_puts_into_pages(page):
    (sheet,) = VENDOR.glob("plotly-[0-9]*.css")
    lines = sheet.read_text(encoding="utf-8").splitlines()

    theirs = [line for line in lines if line and not line.startswith(("/*", OURS))]

    assert theirs == rules_of_plotly(page)
    assert any(line.startswith(OURS) for line in lines)


def test_script_and_style_sheet_are_of_the_version_that_makes_the_figures():
    import plotly.offline  # noqa: PLC0415 -- megabytes that only this test needs

    names = {path.name for path in VENDOR.iterdir()}
    version = re.search(r"\d+\.\d+\.\d+", plotly.offline.get_plotlyjs_version())

    assert version
    assert {f"plotly-cartesian-{version[0]}.min.js", f"plotly-{version[0]}.css"} <= names
