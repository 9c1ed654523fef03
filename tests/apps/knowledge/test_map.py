"""The map: its figures, its drawing on the screen and on paper, and what moves when it grows."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.drawing import redraw
from maillage.apps.knowledge.actions.terms import merge_terms
from maillage.apps.knowledge.models import Drawing, Term
from maillage.apps.knowledge.queries.maps import WHOLE_MAP
from maillage.apps.knowledge.queries.whole import map_version, whole_map
from maillage.apps.knowledge.views import drawn
from maillage.apps.knowledge.views.exports import unnamed_said
from tests.factories import NOW, make_organization, make_statement

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def points(client: Client, **asked: str) -> dict[str, list[object]]:
    return dict(json.loads(client.get(reverse("knowledge:graph"), asked).content))


@pytest.fixture
def groups() -> list[Organization]:
    """Three circles of four structures that share words among themselves, and one link from each to the next."""
    bodies = [make_organization(f"Structure {n}") for n in range(12)]
    for at, body in enumerate(bodies):
        for word in range(4):
            make_statement(body, f"Geste {at // 4} {word}")
        make_statement(body, f"Geste {(at // 4 + 1) % 3} 0", relation="seeks")
    return bodies


def test_the_figures_say_what_the_drawing_shows(client: Client, groups: list[Organization]) -> None:
    found = points(client)
    page = client.get(reverse("knowledge:map")).content.decode()
    shown = dict(re.findall(r'data-key="([ot]\d+)"><title>([^<]+)<', page))
    assert dict(zip(found["keys"], found["labels"], strict=True)) == shown
    kept = Drawing.objects.get(name=WHOLE_MAP).positions
    assert set(kept) == set(found["keys"])
    assert len(found["links"]) == 3 * page.count("<line ")
    assert page.count('stroke-dasharray="5 5"') == 12
    assert "data-drawing" in page
    assert reverse("knowledge:graph") not in page  # all of it is drawn already


def test_figures_are_sent_once_until_something_changes(client: Client, groups: list[Organization]) -> None:
    address = reverse("knowledge:graph")
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_statement(groups[0], "Chanter")
    after = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    assert "Chanter" in after.content.decode()


def test_the_version_changes_with_all_that_is_seen(groups: list[Organization], solene: Person) -> None:
    seen = [map_version()]

    def changed() -> bool:
        seen.append(map_version())
        return seen[-1] not in seen[:-1]

    make_statement(groups[0], "Chanter")
    assert changed()
    Organization.objects.filter(pk=groups[1].pk).update(status=Status.ARCHIVED)
    assert changed()
    one, other = Term.objects.order_by("pk")[:2]
    merge_terms(actor=solene, kept_id=one.pk, merged_id=other.pk, now=NOW)
    assert changed()
    assert map_version() == seen[-1]


def test_the_filter_of_the_page_is_that_of_its_figures(client: Client, groups: list[Organization]) -> None:
    make_statement(groups[0], "Les gens du voyage", kind="milieu")
    whole, part = points(client), points(client, sorte="milieu")
    assert sorted(part["labels"]) == ["Les gens du voyage", "Structure 0"]
    at = whole["keys"].index(part["keys"][0])
    assert (part["x"][0], part["y"][0]) == (whole["x"][at], whole["y"][at])
    assert points(client, sorte="nimporte")["keys"] == whole["keys"]
    assert points(client, structure="999999999999999999999")["keys"] == whole["keys"]


def test_a_point_has_a_card(client: Client, groups: list[Organization]) -> None:
    address = reverse("knowledge:graph_card")
    card = client.get(address, {"point": f"o{groups[0].pk}"}).content.decode()
    assert "Structure 0" in card
    assert "Geste 0 3" in card
    assert "Cherche" in card
    word = Term.objects.get(name="Geste 1 0")
    card = client.get(address, {"point": f"t{word.pk}"}).content.decode()
    assert all(body.name in card for body in groups[:8])
    for nonsense in ("", "o", "o999", "t-1", "<b>", "o" * 10_000):
        assert client.get(address, {"point": nonsense}).status_code == 404
    Organization.objects.filter(pk=groups[0].pk).update(status=Status.DRAFT)
    assert client.get(address, {"point": f"o{groups[0].pk}"}).status_code == 404


def test_the_poster_is_the_drawing_of_the_screen(client: Client, groups: list[Organization]) -> None:
    page = client.get(reverse("knowledge:map")).content.decode()
    on_screen = page[page.index("<svg xmlns") : page.index("</svg>", page.index("<svg xmlns")) + 6]
    svg = client.get(reverse("knowledge:poster_svg")).content.decode().strip()
    assert re.sub(r'href="https?://[^/]+', 'href="', svg) == on_screen
    assert "Communauté 1" in svg
    pdf = client.get(reverse("knowledge:poster_pdf")).content
    assert pdf == client.get(reverse("knowledge:poster_pdf")).content
    with pikepdf.open(BytesIO(pdf)) as opened:
        [sheet] = opened.pages
        links = {str(note.A.URI) for note in sheet.get("/Annots", []) if "/A" in note}
        streams = sum(len(pikepdf.parse_content_stream(form)) for form in _forms(sheet))
    assert len(links) >= 1
    shapes = len(re.findall(r"<(?:line|circle|polygon|text) ", svg))
    assert streams > shapes  # the drawing is in it as lines and shapes, not as a picture
    assert not re.search(rb"/Subtype\s*/Image", pdf)
    left, low, right, high = (float(edge) for edge in sheet.mediabox)
    assert (right - left) > (high - low)


def test_a_map_too_large_to_name_all_its_points_says_so(
    client: Client, groups: list[Organization], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn, "NAMED_MAX", 20)
    page = client.get(reverse("knowledge:map")).content.decode()
    assert reverse("knowledge:graph") in page
    assert "data-drawing" not in page
    assert f'<noscript><img class="m-graph-drawing" src="{reverse("knowledge:poster_svg")}"' in page
    svg = client.get(reverse("knowledge:poster_svg")).content.decode()
    assert svg.count("data-mark") == 24
    named = svg.count("data-key")
    assert named <= 20
    said = f"{24 - named} points peu liés n’ont pas leur nom"
    assert said in svg
    without = client.get(reverse("knowledge:poster_pdf"), {"structure": groups[0].pk}).content
    pdf = client.get(reverse("knowledge:poster_pdf")).content
    assert unnamed_said(0) == ""
    assert unnamed_said(24 - named).startswith(said)
    assert pdf != without


def _forms(sheet: pikepdf.Page) -> list[pikepdf.Object]:
    """The page and the drawings in it."""
    found = [sheet.obj]
    todo = list(sheet.resources.get("/XObject", {}).values())
    while todo:
        form = todo.pop()
        found.append(form)
        todo += list(form.get("/Resources", {}).get("/XObject", {}).values())
    return found


def test_one_more_in_a_hundred_moves_nobody(client: Client, groups: list[Organization]) -> None:
    for number in range(90):
        make_statement(groups[number % 12], f"Mot {number}")
    before = points(client)
    make_statement(groups[0], "Le cent-unième")
    after = points(client)
    assert len(after["keys"]) == len(before["keys"]) + 1
    there = dict(zip(after["keys"], zip(after["x"], after["y"], strict=True), strict=True))
    for key, x, y in zip(before["keys"], before["x"], before["y"], strict=True):
        assert abs(there[key][0] - x) <= 200
        assert abs(there[key][1] - y) <= 200


def test_communities_stand_round_their_members_only_when_they_are_kept(
    client: Client, groups: list[Organization]
) -> None:
    redraw(now=NOW)
    page = client.get(reverse("knowledge:map")).content.decode()
    assert page.count('data-part="area"') == len(whole_map().groups) == 3
    reading = client.get(reverse("knowledge:reading")).content.decode()
    assert "Communauté 3" in reading
    Drawing.objects.update(groups=[])
    Drawing.objects.update(drawn_at=NOW.replace(year=2031))
    assert 'data-part="area"' not in client.get(reverse("knowledge:map")).content.decode()


def test_rare_knowledge_is_read_by_name_and_to_its_end(client: Client, groups: list[Organization]) -> None:
    names = [f"Rare {chr(ord('Z') - number)}" for number in range(25)]
    for name in names:
        make_statement(groups[0], name)
    make_statement(groups[1], "Cherché seulement", relation="seeks")
    page = client.get(reverse("knowledge:reading")).content.decode()
    rare = page[page.index('id="rares"') : page.index('id="partages"')]
    shown = re.findall(r">(Rare \w)</a>", rare)
    assert shown == sorted(names)[:20]
    whole = reverse("knowledge:terms") + "?rares=1"
    assert whole in rare
    listed = client.get(whole).content.decode()
    assert re.findall(r">(Rare \w)<", listed) == sorted(names)
    assert "Geste 0 1" not in listed  # four have it
    assert "Cherché seulement" not in listed
    assert re.search(r'name="rares" value="1" checked', listed)
    table = client.get(reverse("knowledge:terms_export", args=["csv"]), {"rares": "1"}).getvalue().decode()
    assert table.count("Rare ") >= 25
    assert "Geste 0 1" not in table
    assert "Geste 0 1" in client.get(reverse("knowledge:terms")).content.decode()


def test_the_whole_map_is_read_once(client: Client, groups: list[Organization]) -> None:
    client.get(reverse("knowledge:graph"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(reverse("knowledge:graph"))
    assert not [each for each in asked if 'knowledge_term"."kind' in each["sql"]]
