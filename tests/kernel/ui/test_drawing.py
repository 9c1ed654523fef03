"""What is drawn once and kept says the same as what is drawn anew."""

from __future__ import annotations

from types import SimpleNamespace

from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from maillage.kernel.ui.templatetags.ui import badge


def test_text_is_escaped_though_the_same_html_was_drawn_before() -> None:
    assert "<em>" in badge(mark_safe("<em>")) and "<em>" not in badge("<em>")
    assert "<em>" in badge(mark_safe("<em>"))


def test_a_sentence_is_said_in_the_language_of_the_moment() -> None:
    label = gettext_lazy("Latest changes")
    with translation.override("en"):
        assert "Latest changes" in badge(label)
    with translation.override("fr"):
        assert "Latest changes" not in badge(label)


def test_a_tree_is_drawn_anew_when_a_name_or_a_choice_changes() -> None:
    def drawn(name: str, selected: tuple[str, ...] = ()) -> str:
        page = Template('{% load ui %}{% choice_tree "theme" nodes selected=selected %}')
        nodes = [SimpleNamespace(id=1, parent_id=None, slug="velo", name=name)]
        return page.render(Context({"nodes": nodes, "selected": selected}))

    assert "checked" not in drawn("Vélo") and "checked" in drawn("Vélo", ("velo",))
    assert "Bicyclette" in drawn("Bicyclette") and "Vélo" in drawn("Vélo")
    assert "<b>" not in drawn("<b>")


def test_on_a_phone_each_cell_of_a_wide_table_stands_beside_its_heading() -> None:
    def drawn(*names: str) -> str:
        head = "".join(f'<th scope="col">{name}</th>' for name in names)
        row = '<th scope="row">R-1</th>' + "<td>x</td>" * (len(names) - 1)
        rows = f'<tbody><tr>{row}</tr><tr><td colspan="2">Rien</td></tr></tbody>'
        page = Template('{% load ui %}{% table "Factures" %}{{ rows }}{% endtable %}')
        return page.render(Context({"rows": mark_safe(f"<thead><tr>{head}</tr></thead>{rows}")}))

    wide = drawn("Facture", "Dû <b>ici</b>", "Payé", 'L"écart')
    assert "m-table-tall" in wide and '<th scope="row">R-1</th>' in wide
    assert '<td data-label="Dû ici">x</td><td data-label="Payé">x</td>' in wide
    assert '<td data-label="L&quot;écart">' in wide and '<td colspan="2">Rien' in wide
    small = drawn("Facture", "Dû", "Payé")
    assert "m-table-tall" not in small and "data-label" not in small
