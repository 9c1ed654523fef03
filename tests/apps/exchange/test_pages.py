"""What a project carrier, who answers them, and a visitor go through."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Draft, Organization
from maillage.apps.exchange.choices import Audience, Direction, Kind, Status
from maillage.apps.exchange.models import Listing, Proposal
from maillage.kernel.search.index import rebuild
from maillage.kernel.site.models import SiteSettings
from tests.factories import make_listing, make_person

pytestmark = pytest.mark.django_db
OFFER = Direction.OFFER


def url(name: str, listing: Listing) -> str:
    return reverse(f"exchange:{name}", args=[listing.pk, listing.slug])


def said(**more: object) -> dict[str, object]:
    return {"direction": "need", "kind": "premises", "title": "Un local", "audience": "public", **more}


def test_a_need_is_said_checked_and_published(client: Client, maya: Person, fournil: Organization) -> None:
    client.force_login(maya)
    create = reverse("exchange:listing_create")
    page = client.get(create, {"sens": "besoin"}).content.decode()
    assert "Le Fournil" in page
    assert 'value="need" id="id_direction_0" required checked' in page or "checked" in page
    text = "Entre 100 et 200 m², loyer 600 €/mois maximum, d’ici septembre."
    answer = client.post(create, said(text=text, owner=f"o{fournil.pk}", value="1 250,50"))
    listing = Listing.objects.get()
    assert answer["Location"] == url("listing_criteria", listing)
    assert (listing.status, listing.value_cents, listing.organization) == (Status.DRAFT, 125_050, fournil)
    check = client.get(url("listing_criteria", listing)).content.decode()
    assert "Surface\xa0: de 100 à 200 m²" in check
    assert "Vous avez écrit\xa0: «\xa0Entre 100 et 200 m²\xa0»" in check
    assert not listing.criteria.exists(), "nothing is applied in silence"
    answer = client.post(
        url("listing_criteria", listing), {"lu_0": "on", "champ_1_max": "550", "publier": "1"}
    )
    assert answer["Location"] == url("listing_detail", listing)
    listing.refresh_from_db()
    kept = listing.criteria.order_by("rank").values_list("kind", "low", "high", "words")
    assert list(kept) == [
        ("surface", 100, 200, "Entre 100 et 200 m²"),
        ("rent", None, 550, ""),
    ]
    assert listing.status == Status.OPEN
    again = client.get(url("listing_criteria", listing)).content.decode()
    assert again.count("checked") == 1, "what was not confirmed stays so"
    assert 'value="550' in again


def test_faults_are_named_and_what_was_typed_stays(client: Client, maya: Person) -> None:
    client.force_login(maya)
    wrong = said(title=" ", kind="rocket", starts_on="2026-05-02", ends_on="2026-05-01", value="beaucoup")
    page = client.post(reverse("exchange:listing_create"), wrong).content.decode()
    assert "Erreur" in page.split("</title>")[0]
    for name in ("id_title", "id_kind", "id_ends_on", "id_value"):
        assert f'href="#{name}"' in page
    assert 'value="beaucoup"' in page
    assert not Listing.objects.exists()
    listing = make_listing(actor=maya)
    bounds = {"champ_0_min": "200", "champ_0_max": "100", "champ_1_min": "-4"}
    page = client.post(url("listing_criteria", listing), bounds).content.decode()
    assert page.count('href="#id_champ') == 2


def test_the_fields_of_what_is_measured_take_numbers_as_people_write_them(
    client: Client, maya: Person
) -> None:
    client.force_login(maya)
    listing = make_listing(actor=maya)
    bounds = {"champ_0_min": "1 234,56", "champ_0_max": "2\u202f000", "publier": "1"}
    assert client.post(url("listing_criteria", listing), bounds).status_code == 302
    [kept] = listing.criteria.filter(words="")
    assert (kept.low, kept.high) == (1234.56, 2000)
    page = client.get(url("listing_criteria", listing)).content.decode()
    assert 'value="1234,56"' in page and 'value="2000"' in page


@pytest.mark.parametrize(
    ("typed", "sentence"), [("1.000", "écrivez 1000, ou 1,0"), ("1e3", "Saisissez un nombre"), ("１２", "Saisissez un nombre")]
)  # fmt: skip
def test_a_measure_that_is_doubtful_is_asked_again(
    client: Client, maya: Person, typed: str, sentence: str
) -> None:
    client.force_login(maya)
    listing = make_listing(actor=maya)
    page = client.post(url("listing_criteria", listing), {"champ_0_min": typed}).content.decode()
    assert sentence in page and f'value="{typed}"' in page
    assert not listing.criteria.filter(words="").exists()


def test_one_says_nothing_for_an_organisation_of_others(
    client: Client, maya: Person, school: Organization
) -> None:
    client.force_login(maya)
    page = client.post(reverse("exchange:listing_create"), said(owner=f"o{school.pk}")).content.decode()
    assert 'href="#id_owner"' in page
    assert not Listing.objects.exists()


def test_what_is_typed_is_kept(client: Client, maya: Person) -> None:
    client.force_login(maya)
    keep = reverse("directory:draft_keep", args=["annonce-nouvelle"])
    assert client.post(keep, said(title="Un local à nous")).status_code == 204
    assert 'value="Un local à nous"' in client.get(reverse("exchange:listing_create")).content.decode()
    client.post(reverse("exchange:listing_create"), said())
    assert not Draft.objects.exists()


def test_the_owner_sees_reasons_and_sets_a_finding_aside(client: Client, maya: Person, omar: Person) -> None:
    today = timezone.now()  # the page tells how fresh things are today
    need = make_listing("Local de 100 à 200 m²", actor=maya, now=today)
    small = make_listing("Local de 60 m²", actor=omar, direction=OFFER, now=today)
    client.force_login(maya)
    page = client.get(url("listing_detail", need)).content.decode()
    assert f'hx-get="{url("listing_matches", need)}"' in page
    page = client.get(url("listing_matches", need)).content.decode()
    assert "Surface\xa0: 60 m², mais demandé\xa0: de 100 à 200 m²" in page
    assert "Même sorte\xa0: local" in page
    client.post(url("match_refuse", need), {"other": small.pk, "motive": "wrong_size"})
    assert "60 m², mais" not in client.get(url("listing_matches", need)).content.decode()
    assert client.post(url("match_refuse", need), {"other": small.pk, "motive": "x"}).status_code == 404
    draft = make_listing("Un secret", actor=omar, direction=OFFER, opened=False)
    assert client.post(url("match_refuse", need), {"other": draft.pk, "motive": "too_far"}).status_code == 404
    client.force_login(omar)
    assert client.get(url("listing_matches", need)).status_code == 404
    assert client.post(url("match_refuse", need), {"other": small.pk, "motive": "too_far"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "part"), [("listing_matches", "pistes"), ("listing_initiatives", "initiatives")]
)
def test_a_part_that_comes_apart_equals_its_page(
    client: Client, maya: Person, omar: Person, name: str, part: str
) -> None:
    need = make_listing("Local de 100 à 200 m²", actor=maya)
    make_listing("Local de 160 m²", actor=omar, direction=OFFER)
    client.force_login(maya)
    detail = client.get(url("listing_detail", need)).content.decode()
    assert f'<div id="{part}" hx-get="{url(name, need)}" hx-trigger="load"' in detail
    asked = {"HX-Request": "true", "HX-Target": f"div#{part}"}
    fresh, fragment = (
        re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", answer.content.decode()).strip()
        for answer in (client.get(url(name, need)), client.get(url(name, need), headers=asked))
    )
    assert f'id="{part}"' in fragment and fragment in fresh and "<html" not in fragment


def test_an_offer_has_no_initiatives_that_may_help(client: Client, maya: Person) -> None:
    offer = make_listing(actor=maya, direction=OFFER)
    client.force_login(maya)
    assert client.get(url("listing_initiatives", offer)).status_code == 404
    assert url("listing_initiatives", offer) not in client.get(url("listing_detail", offer)).content.decode()


def test_from_an_answer_to_the_outcome(client: Client, maya: Person, omar: Person) -> None:
    need, offer = make_listing(actor=maya), make_listing(actor=omar, direction=OFFER)
    client.force_login(omar)
    assert "Répondre" in client.get(url("listing_detail", need)).content.decode()
    form = client.get(url("listing_reply", need), {"depuis": offer.pk}).content.decode()
    assert f'value="{offer.pk}" selected' in form
    client.post(url("listing_reply", need), {"from_id": offer.pk, "message": "Venez voir l’école."})
    reply = need.replies.get()
    client.force_login(maya)
    page = client.get(url("listing_detail", need)).content.decode()
    assert "Venez voir l’école." in page
    assert "omar@exemple.test" in page
    client.post(url("listing_agree", need), {"reponse": reply.pk})
    client.post(url("listing_satisfied", need), {"reply_id": reply.pk, "worth": "450"})
    page = client.get(url("listing_detail", need)).content.decode()
    assert "Avec Omar" in page
    assert "450\xa0€" in page
    client.force_login(omar)
    assert client.get(url("listing_detail", need)).status_code == 200, "who answered follows it to its end"
    client.logout()
    assert client.get(url("listing_detail", need)).status_code == 404


def test_an_answer_shows_no_address_to_others(client: Client, maya: Person, omar: Person) -> None:
    need = make_listing(actor=maya)
    client.force_login(omar)
    client.post(url("listing_reply", need), {"message": "Nous pouvons vous aider."})
    client.force_login(make_person())
    page = client.get(url("listing_detail", need)).content.decode()
    for secret in ("omar@", "maya@", "Nous pouvons vous aider", "Réponses reçues"):
        assert secret not in page


def test_what_is_for_members_is_not_for_visitors(client: Client, maya: Person, omar: Person) -> None:
    hidden = make_listing("Un local discret", text="Insolite.", actor=maya, audience=Audience.NETWORK)
    make_listing("Un local en vue", actor=maya)
    rebuild()
    here = reverse("exchange:listing_list")
    for address in (
        here,
        reverse("exchange:listing_feed"),
        reverse("exchange:listing_export", args=["csv"]),
        reverse("exchange:listing_export", args=["murmurations"]),
        "/api/listings",
        "/recherche/?q=local",
        "/",
    ):
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert "Un local en vue" in body.decode().replace("<mark>", "").replace("</mark>", ""), address
        assert "discret" not in body.decode(), address
    assert client.get(url("listing_detail", hidden)).status_code == 404
    client.force_login(omar)
    assert "Un local discret" in client.get(here, {"q": "discret local"}).content.decode()
    assert "Un local discret" in client.get(here, {"q": "insolite"}).content.decode(), (
        "by the words of its text"
    )
    assert "discret" in client.get(here, {"q": "local discret"}).content.decode()
    assert client.get(url("listing_detail", hidden)).status_code == 200
    exported = client.get(reverse("exchange:listing_export", args=["csv"]))
    assert b"discret" not in b"".join(exported), "a file travels"


def test_the_list_is_filtered_and_leaves_as_files(client: Client, fournil: Organization) -> None:
    make_listing("Local de 100 m²", organization_id=fournil.pk, city="Guéret")
    make_listing("Camionnette =1+1", direction=OFFER, kind=Kind.VEHICLE)
    rebuild()
    here = reverse("exchange:listing_list")
    for query, shown in (
        ("", {"Local de 100 m²", "Camionnette"}),
        ("sens=offer", {"Camionnette"}),
        ("sorte=premises", {"Local de 100 m²"}),
        ("q=fourgonnette+ou+camionnettes", {"Camionnette"}),
        ("q=local&sens=need", {"Local de 100 m²"}),
        ("sens=n%27importe&sorte=quoi", {"Local de 100 m²", "Camionnette"}),
    ):
        page = client.get(f"{here}?{query}").content.decode()
        assert {name for name in ("Local de 100 m²", "Camionnette") if name in page} == shown, query
    assert "Dites-le vous-même" in client.get(f"{here}?q=piscine").content.decode()
    rows = list(
        csv.reader(
            io.StringIO(
                b"".join(client.get(reverse("exchange:listing_export", args=["csv"]))).decode("utf-8-sig")
            ),
            delimiter=";",
        )
    )
    assert [row[3] for row in rows[1:]] == ["Local de 100 m²", "Camionnette =1+1"]
    assert rows[1][8] == "Surface\xa0: 100 m²"
    profiles = json.loads(
        client.get(reverse("exchange:listing_export", args=["murmurations"]) + "?sens=need").content
    )
    assert [(one["exchange_type"], one["title"]) for one in profiles] == [("want", "Local de 100 m²")]
    assert client.get("/api/listings?sorte=vehicle").json()["count"] == 1


def test_an_empty_list_says_what_it_is_for(client: Client, maya: Person) -> None:
    page = client.get(reverse("exchange:listing_list")).content.decode()
    assert "Pas encore de besoin ni d’offre" in page
    client.force_login(maya)
    assert "Vous n’avez encore rien dit" in client.get(reverse("exchange:my_listings")).content.decode()


def test_ones_own_page_shows_what_was_signalled(client: Client, maya: Person, omar: Person) -> None:
    make_listing("Local de 150 m²", actor=omar, direction=OFFER)
    make_listing("Local de 100 à 200 m²", actor=maya)
    client.force_login(omar)
    page = client.get(reverse("exchange:my_listings")).content.decode()
    assert "Cela peut répondre à «\xa0Local de 150 m²\xa0»." in page
    assert "1 piste vous attend" in client.get("/mon-espace/").content.decode()
    proposal = Proposal.objects.get()
    refuse = reverse("exchange:proposal_refuse", args=[proposal.pk])
    client.force_login(maya)
    assert client.post(refuse, {"motive": "too_far"}).status_code == 404
    client.force_login(omar)
    client.post(refuse, {"motive": "too_far"})
    assert "C’est peut-être pour vous" not in client.get(reverse("exchange:my_listings")).content.decode()


def test_a_room_that_is_off_is_not_there(client: Client, maya: Person) -> None:
    listing = make_listing("Un local", actor=maya)
    rebuild()
    site = SiteSettings.objects.filter(pk=1).first() or SiteSettings()
    site.rooms_off = ["exchange"]
    site.save()
    assert client.get(url("listing_detail", listing)).status_code == 404
    assert client.get("/api/listings").status_code == 404
    home = client.get("/").content.decode()
    assert "Besoins et offres" not in home
    client.force_login(maya)
    assert client.get(reverse("exchange:listing_create")).status_code == 404


@pytest.mark.parametrize("text", ["😀" * 4000, "<script>alert(1)</script>", "x" * 20_000, "\u202e\x0b\x07"])
def test_hostile_words_harm_nothing(client: Client, maya: Person, text: str) -> None:
    client.force_login(maya)
    client.post(reverse("exchange:listing_create"), said(title=text[:100] + " local", text=text))
    listing = Listing.objects.get()
    client.post(url("listing_criteria", listing), {"publier": "1"})
    page = client.get(url("listing_detail", listing)).content.decode()
    assert "<script>alert" not in page
    too_long = client.post(reverse("exchange:listing_create"), said(text="a" * 100_000)).content.decode()
    assert 'href="#id_text"' in too_long
    assert Listing.objects.count() == 1


@pytest.mark.parametrize("title", ["😀😀😀", "!!!", ".", "—", "\u202e\u200b", "  _ _  "])
def test_a_title_names_something(client: Client, maya: Person, title: str) -> None:
    client.force_login(maya)
    page = client.post(reverse("exchange:listing_create"), said(title=title)).content.decode()
    assert 'href="#id_title"' in page
    assert "il faut des lettres ou des chiffres" in page
    assert not Listing.objects.exists()
    listing = make_listing("Un local", actor=maya)
    client.post(url("listing_edit", listing), said(title=title))
    listing.refresh_from_db()
    assert listing.title == "Un local"


@pytest.mark.parametrize("title", ["日本", "№ 5", "🚲 vélo", "4x4"])
def test_few_letters_of_any_script_are_a_title(client: Client, maya: Person, title: str) -> None:
    client.force_login(maya)
    client.post(reverse("exchange:listing_create"), said(title=title))
    assert Listing.objects.get().title == title


def test_a_search_is_followed_from_the_list_and_stopped(client: Client, maya: Person, omar: Person) -> None:
    here = reverse("exchange:listing_list")
    make_listing("Une salle", kind=Kind.ROOM)
    assert "Les membres peuvent être prévenus" in client.get(here).content.decode()
    client.force_login(maya)
    page = client.get(here, {"sorte": "room", "sens": "need"}).content.decode()
    assert '<input type="hidden" name="sorte" value="room">' in page
    answer = client.post(reverse("exchange:search_follow"), {"sorte": "room", "sens": "need"})
    assert answer["Location"] == f"{here}?sens=need&sorte=room"
    page = client.get(reverse("exchange:my_listings")).content.decode()
    assert "Besoins, salle" in page
    stop = reverse("exchange:search_stop", args=[maya.listing_searches.get().pk])
    client.force_login(omar)
    client.post(stop)
    assert maya.listing_searches.exists(), "one stops one's own"
    client.force_login(maya)
    client.post(stop)
    assert not maya.listing_searches.exists()


def test_a_double_click_says_and_answers_once(client: Client, maya: Person, omar: Person) -> None:
    client.force_login(maya)
    for _click in range(2):
        client.post(reverse("exchange:listing_create"), said(text="Vers la halle.", value="12,50"))
    assert Listing.objects.count() == 1
    client.post(reverse("exchange:listing_create"), said(text="Un autre."))
    assert Listing.objects.count() == 2
    need = make_listing("Un four", actor=maya)
    client.force_login(omar)
    for _click in range(2):
        client.post(url("listing_reply", need), {"message": "Le nôtre est libre."})
    assert need.replies.count() == 1
    assert len([sent for sent in mail.outbox if sent.to == ["maya@exemple.test"]]) == 1
