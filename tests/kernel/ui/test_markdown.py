from html import unescape

import pytest

from maillage.kernel.ui.markdown import plain_text, render_markdown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[ici](javascript:alert(1))",
        "[ici](data:text/html;base64,PHNjcmlwdD4=)",
        '<img src=x onerror="alert(1)">',
        '[ici](https://a.fr "x\\" onclick=\\"alert(1)")',
        "<svg><a xlink:href='javascript:1'>x</a></svg>",
    ],
)
def test_nothing_that_acts_comes_through(hostile: str) -> None:
    html = render_markdown(hostile)
    assert not any(
        sign in html for sign in ("<script", "<img", "<svg", 'href="javascript', 'href="data', ' onclick="')
    )


def test_headings_take_their_place_in_the_page() -> None:
    assert render_markdown("# Un\n\n## Deux", heading_level=3) == "<h3>Un</h3>\n<h4>Deux</h4>\n"
    assert render_markdown("## Un\n\n#### Deux") == "<h2>Un</h2>\n<h3>Deux</h3>\n"


def test_plain_text_has_neither_marks_nor_entities() -> None:
    assert plain_text("# L'**été** & <b>moi</b>\n\n- un") == "L'été & <b>moi</b> un"


def test_no_line_begins_by_a_high_sign_nor_ends_by_an_opening_quote() -> None:
    shown = unescape(
        render_markdown("Ce que **chacun vend** ; « le reste » : non. `a : b`\n\n| a | b |\n| :-- | --: |")
    )
    assert "</strong>\u00a0; «\u00a0le reste\u00a0»\u00a0: non." in shown
    assert "<code>a : b</code>" in shown and "<table>" in shown
