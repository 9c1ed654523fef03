"""Real words: the initiatives found for forty needs that a person could have, by judgements that were made once.

The needs and the judgements are in `needs_judged.txt`; docs/explanation/appariement.md says what is still poor.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from maillage.apps.directory.actions.imports import import_file
from maillage.apps.directory.models import Initiative
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.initiatives import initiatives_near
from maillage.kernel.search.index import rebuild
from tests.conftest import TABLE
from tests.factories import NOW, make_initiative, make_listing
from tests.real_files import real_file

pytestmark = pytest.mark.django_db
JUDGED = Path(__file__).with_name("needs_judged.txt")
FIRST = 5
PRECISION_LEAST = 0.55
SHOWN_HELP_LEAST = 0.63
"""Of those that are shown, which may be fewer than five."""
HELPED_LEAST = 38


def needs() -> list[tuple[str, str, tuple[str, ...]]]:
    """(title, text, beginnings of the titles that help) of each need of the file."""
    read: list[tuple[str, str, tuple[str, ...]]] = []
    for line in JUDGED.read_text(encoding="utf-8").splitlines():
        if line.startswith("+ "):
            title, text, helping = read.pop()
            read.append((title, text, (*helping, line.removeprefix("+ "))))
        elif line and not line.startswith("#"):
            title, text = line.split(" | ")
            read.append((title, text, ()))
    return read


def test_the_needs_are_many_and_each_can_be_helped() -> None:
    read = needs()
    assert len(read) >= 30 and len({title for title, _text, _helping in read}) == len(read)
    assert all(helping for _title, _text, helping in read)


def test_the_first_five_initiatives_help(record_property: Callable[[str, object], None]) -> None:
    path = real_file("initiatives-limousin.jsonld")
    with path.open("rb") as stream:
        import_file(actor=None, stream=stream, name=path.name, now=NOW)
    rebuild()
    titles = tuple(Initiative.objects.order_by("pk").values_list("title", flat=True))
    found, best, shown = [], [], []
    for title, text, helping in needs():
        near = initiatives_near(Listing(title=title, text=text), limit=FIRST)
        found.append(sum(each.initiative.title.startswith(helping) for each in near) / FIRST)
        shown.append(len(near))
        best.append(min(FIRST, sum(each.startswith(helping) for each in titles)) / FIRST)
    precision, helped = statistics.fmean(found), sum(share > 0 for share in found)
    record_property(
        TABLE,
        f"P@5 of {len(found)} needs among {len(titles)} real initiatives: {precision:.3f} "
        f"(at best {statistics.fmean(best):.3f}); {helped} needs are helped; "
        f"{FIRST * precision / statistics.fmean(shown):.3f} of the {statistics.fmean(shown):.1f} shown help",
    )
    assert precision >= PRECISION_LEAST
    assert helped >= HELPED_LEAST
    assert FIRST * precision / statistics.fmean(shown) >= SHOWN_HELP_LEAST


def test_the_worked_example_what_shares_but_a_common_word_or_a_number_is_not_shown() -> None:
    for number in range(6):
        make_initiative(
            f"Jardin {number}", context="Une salle, quatre tables, chaque mardi de janvier, 80 personnes."
        )
    theatre = make_initiative(
        "Le théâtre du bourg", context="Notre troupe répète dans une salle avec rideaux."
    )
    make_initiative("Payer en billets", context="Des échanges locaux.")
    make_initiative("La tonte", context="De la laine.")
    rebuild()
    text = "Quatre comédiens, 80 personnes, le mardi de janvier ; rideaux noirs."
    [near] = initiatives_near(make_listing("Une salle où la troupe répète", text=text))
    assert near.initiative == theatre
    assert near.words == ("troupe", "répète", "rideaux", "salle")
    assert initiatives_near(make_listing("Quatre en janvier", text="Le mardi, 80 €.")) == []


def test_a_text_is_looked_for_by_what_it_is_about() -> None:
    shed = make_initiative("Atelier vélo", context="On y répare des vélos ensemble.")
    make_initiative("École du soir", context="Apprendre, apprendre, apprendre encore.")
    mine = make_initiative("Le vélo de Maya", context="Réparer le vélo.")
    rebuild()
    need = make_listing("Apprendre à réparer mon vélo", text="Je voudrais apprendre.", initiative_id=mine.pk)
    near = initiatives_near(need)
    assert near[0].initiative == shed
    assert mine not in [each.initiative for each in near]


@pytest.mark.parametrize(
    "text", ["", "  ", "🚲🔧" * 40, "a " * 50_000, "é" * 100_000, '"AND" -NOT (NEAR) *', "'; DROP"]
)
def test_no_text_breaks_the_search_for_what_resembles_it(text: str) -> None:
    make_initiative("Atelier vélo")
    rebuild()
    for title in (text, "vélo"):
        initiatives_near(Listing(title=title[:160], text=text))
