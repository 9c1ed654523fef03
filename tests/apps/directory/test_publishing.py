"""From a first title to everybody: what a volunteer, a facilitator and a visitor go through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.initiatives import (
    create_initiative,
    publish_initiative,
    update_initiative,
)
from maillage.apps.directory.choices import MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models import Draft, Initiative, Involvement, Membership, Organization
from maillage.apps.directory.queries.contents import (
    CarrierContent,
    InitiativeContent,
    PlaceContent,
    content_of,
)
from maillage.apps.directory.views.involvement import MESSAGES_PER_HOUR_MAX
from maillage.kernel.mail.models import Notification, OutgoingMessage
from tests.apps.directory.conftest import NOW

pytestmark = pytest.mark.data
Publish = Callable[..., Initiative]


def url(name: str, fiche: Initiative, *more: object) -> str:
    return reverse(f"directory:{name}", args=[fiche.pk, fiche.slug, *more])


def test_a_volunteer_proposes_a_first_fiche(client: Client, member: Person, facilitator: Person) -> None:
    client.force_login(member)
    create = reverse("directory:initiative_create")
    assert "Seul le titre est nécessaire" in client.get(create).content.decode()
    answer = client.post(create, {"title": "Le jardin partagé"})
    fiche = Initiative.objects.get()
    assert (fiche.status, answer["Location"]) == (Status.DRAFT, url("initiative_step", fiche, "themes"))
    client.post(
        url("initiative_step", fiche, "participer"), {"seen": fiche.version, "participation": "Le samedi."}
    )
    proposed = client.post(url("initiative_status", fiche), {"etat": "proposed"}, follow=True)
    words = proposed.content.decode()
    assert "Votre fiche est proposée" in words
    assert f"La fiche n° {fiche.pk} attend" in words
    fiche.refresh_from_db()
    assert (fiche.status, fiche.participation) == (Status.PROPOSED, "Le samedi.")
    assert Notification.objects.get().person == facilitator


def test_a_member_cannot_publish(client: Client, member: Person) -> None:
    client.force_login(member)
    client.post(reverse("directory:initiative_create"), {"title": "Le jardin partagé"})
    fiche = Initiative.objects.get()
    assert client.post(url("initiative_status", fiche), {"etat": "published"}).status_code == 404
    fiche.refresh_from_db()
    assert fiche.status == Status.DRAFT


def test_what_is_sent_back_says_why(client: Client, member: Person, facilitator: Person) -> None:
    client.force_login(member)
    client.post(reverse("directory:initiative_create"), {"title": "Le jardin partagé"})
    fiche = Initiative.objects.get()
    client.post(url("initiative_status", fiche), {"etat": "proposed"})
    client.force_login(facilitator)
    waiting = client.get(reverse("directory:proposals")).content.decode()
    assert "Le jardin partagé" in waiting
    assert "Maya Membre" in waiting
    client.post(
        url("initiative_status", fiche),
        {"etat": "draft", "retour": "propositions", "mot": "Il manque <b>le lieu</b>."},
    )
    told = Notification.objects.get(person=member)
    assert told.kind == "directory.returned"
    assert "Il manque" in told.title
    client.force_login(member)
    page = client.get(told.url).content.decode()
    assert "Anne Anim a renvoyé la fiche" in page
    assert "Il manque &lt;b&gt;le lieu&lt;/b&gt;." in page
    client.post(url("initiative_status", fiche), {"etat": "proposed"})
    assert "a renvoyé la fiche" not in client.get(told.url).content.decode()


def test_the_confirmation_belongs_to_a_proposed_fiche(
    client: Client, member: Person, publish: Publish
) -> None:
    fiche = publish("Le four")
    assert client.get(url("initiative_proposed", fiche)).status_code in (302, 404)
    Initiative.objects.update(created_by=member)
    client.force_login(member)
    assert client.get(url("initiative_proposed", fiche))["Location"] == url("initiative_detail", fiche)


@pytest.mark.parametrize(("kind", "word"), [("participer", "take_part"), ("faire-pareil", "do_the_same")])
def test_a_visitor_writes_without_seeing_an_address(
    client: Client, member: Person, publish: Publish, kind: str, word: str
) -> None:
    fiche = publish("Le four", recipe_steps="Chauffer", contact_email="porteur@four.example")
    said = {"name": "Ève", "email": "eve@exemple.test", "message": "Je voudrais faire pareil à Eymoutiers."}
    answer = client.post(url("involve", fiche, kind), said, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(url("involve_sent", fiche, kind), 302)]
    assert "Votre message est parti" in page
    assert "porteur@four.example" not in page
    assert ("recette est sur la fiche" in page) is (kind == "faire-pareil")
    kept = Involvement.objects.get()
    assert (kept.kind, kept.email) == (word, "eve@exemple.test")
    assert OutgoingMessage.objects.get().to == "porteur@four.example"
    [sent] = mail.outbox
    assert (sent.to, sent.message()["Reply-To"]) == (["porteur@four.example"], "eve@exemple.test")
    assert "Eymoutiers" in str(sent.body)


def test_faults_of_a_message_are_named_and_nothing_goes(client: Client, publish: Publish) -> None:
    fiche = publish("Le four")
    page = client.post(
        url("involve", fiche, "participer"), {"name": "", "email": "eve", "message": "court"}
    ).content.decode()
    assert page.count('href="#id_') == 3
    assert "Erreur" in page
    assert not Involvement.objects.exists()


def test_a_machine_is_thanked_and_dropped(client: Client, publish: Publish) -> None:
    fiche = publish("Le four")
    said = {
        "name": "Ève",
        "email": "eve@exemple.test",
        "message": "Achetez, achetez !",
        "website_of_yours": "x",
    }
    answer = client.post(url("involve", fiche, "participer"), said)
    assert answer["Location"] == url("involve_sent", fiche, "participer")
    assert not Involvement.objects.exists()


@pytest.mark.usefixtures("one_minute")
def test_behind_a_proxy_each_visitor_has_their_own_hour_and_no_address_is_kept(
    client: Client, publish: Publish, member: Person, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # as `settings.py` has it for a site in https
    fiche = publish("Le four")

    def send(count: int, seen_by_the_proxy: str) -> int:
        """How many of a visitor's messages went; the first address forwarded is what their machine claims."""
        before = Involvement.objects.count()
        for number in range(count):
            said = {
                "name": "Ève",
                "email": "eve@exemple.test",
                "message": f"Je voudrais aider, {number} fois.",
            }
            forwarded = f"198.51.100.{number}, {seen_by_the_proxy}"
            client.post(url("involve", fiche, "participer"), said, headers={"X-Forwarded-For": forwarded})
        return Involvement.objects.count() - before

    assert send(MESSAGES_PER_HOUR_MAX + 2, "203.0.113.7") == MESSAGES_PER_HOUR_MAX
    assert send(1, "203.0.113.8") == 1, "another visitor of the same proxy"
    client.force_login(member)
    assert send(1, "203.0.113.7") == 1, "who is signed in is counted apart"
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, expires FROM maillage_cache")
        kept = {key: datetime.fromisoformat(str(end)).replace(tzinfo=UTC) for key, end in cursor.fetchall()}
    counts = [key for key in kept if "involvement" in key]
    assert len(counts) == 3
    assert not any(address in key for key in kept for address in ("127.0.0.1", "203.0.113", "198.51.100"))
    lasting = timezone.now() + timedelta(minutes=59)
    assert all(kept[key] > lasting for key in counts), (
        "the cache keeps five minutes what it is told nothing of"
    )


def test_a_draft_is_kept_as_one_types(client: Client, member: Person) -> None:
    client.force_login(member)
    keep = reverse("directory:draft_keep", args=["initiative-nouvelle"])
    assert client.post(keep, {"title": "Le jard"}).status_code == 204
    page = client.get(reverse("directory:initiative_create")).content.decode()
    assert 'value="Le jard"' in page
    client.post(reverse("directory:initiative_create"), {"title": "Le jardin"})
    assert not Draft.objects.exists()


def test_a_hidden_address_leaves_the_history_too(client: Client, member: Person, publish: Publish) -> None:
    fiche = publish("Le four", contact_email="porteur@four.example", contact_email_public=True)
    version = url("initiative_version", fiche, 1)
    assert "porteur@four.example" in client.get(version).content.decode()
    Initiative.objects.update(created_by=member)
    client.force_login(member)
    client.post(
        url("initiative_step", fiche, "contact"),
        {"seen": fiche.version, "contact_email": "porteur@four.example"},
    )
    assert "porteur@four.example" in client.get(version).content.decode(), "those who edit still see it"
    client.logout()
    assert "porteur@four.example" not in client.get(version).content.decode()
    assert "porteur@four.example" not in client.get(url("initiative_version", fiche, 2)).content.decode()


def test_rows_and_organisations_are_kept_as_one_types_too(client: Client, member: Person) -> None:
    client.force_login(member)
    client.post(reverse("directory:initiative_create"), {"title": "Le jardin"})
    fiche = Initiative.objects.get()
    step = url("initiative_step", fiche, "lieux")
    rows = {
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "0",
        "form-0-city": "Guéret",
        "form-1-latitude": "95",
    }
    client.post(reverse("directory:draft_keep", args=[f"initiative-{fiche.pk}-lieux"]), rows)
    page = client.get(step).content.decode()
    assert 'value="Guéret"' in page
    assert "Nous avons gardé" in page
    assert "Erreur" not in page.split("</title>")[0]
    client.post(step, {**rows, "form-1-latitude": "", "seen": fiche.version})
    assert [place.city for place in fiche.places.order_by("pk")] == ["Guéret"]
    assert not Draft.objects.exists()
    add = reverse("directory:organization_create")
    client.post(reverse("directory:draft_keep", args=["structure-nouvelle"]), {"name": "Le Compt"})
    page = client.get(add).content.decode()
    assert 'value="Le Compt"' in page
    assert 'name="address_public" id="id_address_public" checked' not in page
    client.post(add, {"name": "Le Comptoir"})
    assert not Draft.objects.exists()


def test_one_more_row_is_no_fault(client: Client, member: Person) -> None:
    client.force_login(member)
    client.post(reverse("directory:initiative_create"), {"title": "Le jardin"})
    fiche = Initiative.objects.get()
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-city": "Guéret", "ajouter": "1"}
    page = client.post(url("initiative_step", fiche, "lieux"), rows).content.decode()
    assert "Erreur" not in page.split("</title>")[0]
    assert "Lieu 2" in page
    assert 'value="Guéret"' in page
    assert not fiche.places.exists()


def test_rows_that_are_left_as_they_are_stay(client: Client, member: Person, publish: Publish) -> None:
    fiche = publish(
        "Le jardin",
        places=(PlaceContent(name="Le bourg", city="Guéret", latitude=46.17, longitude=1.87),),
        carriers=(CarrierContent(name="Les voisins"), CarrierContent(name="La commune", role="partner")),
    )
    Initiative.objects.update(created_by=member)
    client.force_login(member)
    places = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "1", "seen": "1",
        "form-0-name": "Le bourg", "form-0-city": "Guéret", "form-0-latitude": "46.17", "form-0-longitude": "1.87",
        "form-1-name": "Le hameau", "form-1-city": "Ajain",
    }  # fmt: skip
    client.post(url("initiative_step", fiche, "lieux"), places)
    assert [place.name for place in fiche.places.order_by("rank")] == ["Le bourg", "Le hameau"]
    client.post(url("initiative_step", fiche, "lieux"), {**places, "seen": "2", "form-0-DELETE": "on"})
    assert [place.name for place in fiche.places.order_by("rank")] == ["Le hameau"]
    carriers = {
        "form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "2", "seen": "3",
        "form-0-name": "Les voisins", "form-0-role": "carrier", "form-1-name": "La commune", "form-1-role": "partner",
        "form-2-name": "", "form-2-role": "carrier",
    }  # fmt: skip
    answer = client.post(url("initiative_step", fiche, "structures"), carriers)
    assert answer.status_code == 302
    assert [(said.name, said.role) for said in fiche.carriers.order_by("rank")] == [
        ("Les voisins", "carrier"),
        ("La commune", "partner"),
    ]


def test_organisations_are_suggested_while_one_types(
    client: Client, member: Person, publish: Publish
) -> None:
    client.force_login(member)
    client.post(reverse("directory:initiative_create"), {"title": "Le jardin"})
    fiche = Initiative.objects.get()
    page = client.get(url("initiative_step", fiche, "structures")).content.decode()
    asked = reverse("directory:organization_suggestions")
    assert f'hx-get="{asked}"' in page
    assert '<datalist id="structures-proposees">' in page
    Organization.objects.create(
        name="La Ressourcerie",
        slug="r",
        sort_key="ressourcerie",
        city="Limoges",
        status="published",
        created_at=NOW,
        updated_at=NOW,
    )
    body = Organization.objects.get()
    answer = client.get(asked, {"form-1-name": "ressou"}).content.decode()
    assert answer.strip() == f'<option value="La Ressourcerie [{body.pk}]">Limoges</option>'
    rows = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-role": "carrier",
        "seen": fiche.version,
    }
    step = url("initiative_step", fiche, "structures")
    client.post(step, rows | {"form-0-name": f"La Ressourcerie [{body.pk}]"})
    assert fiche.carriers.get().organization == body


def test_what_a_draft_said_is_not_in_the_public_history(client: Client, member: Person) -> None:
    hidden = create_initiative(actor=member, content=InitiativeContent(title="Le modèle secret"), now=NOW)
    first = InitiativeContent(title="Le four", summary="Le voisin ne veut pas.", adapted_from_id=hidden.pk)
    fiche = create_initiative(actor=member, content=first, now=NOW)
    said = replace(first, summary="On y cuit le pain.")
    for number, content in enumerate((said, replace(said, title="Le four du bourg")), start=1):
        update_initiative(
            actor=member,
            initiative_id=fiche.pk,
            content=content,
            version_seen=number,
            now=NOW + timedelta(hours=2 * number),
        )
        if number == 1:
            publish_initiative(actor=None, initiative_id=fiche.pk, now=NOW + timedelta(hours=3))
    fiche.refresh_from_db()
    history, drafted = url("initiative_history", fiche), url("initiative_version", fiche, 1)
    published = url("initiative_version", fiche, 2)
    public = client.get(history).content.decode() + client.get(published).content.decode()
    assert "Version 3" in public
    assert "On y cuit le pain." in public
    assert "Version 1" not in public
    assert "Le voisin" not in public
    assert "Le modèle secret" not in public
    assert "une fiche qui n’est pas publiée" in public
    assert client.get(drafted).status_code == 404
    client.force_login(member)
    assert "Version 1" in client.get(history).content.decode()
    assert "Le voisin ne veut pas." in client.get(drafted).content.decode()


def test_a_double_click_begins_one_fiche(client: Client, member: Person) -> None:
    client.force_login(member)
    for _click in range(2):
        client.post(reverse("directory:initiative_create"), {"title": "Le four", "summary": "On y cuit."})
    assert Initiative.objects.count() == 1
    client.post(reverse("directory:initiative_create"), {"title": "Le four", "summary": "On y danse."})
    assert Initiative.objects.count() == 2


def test_a_return_to_an_older_version_gives_the_fiche_to_nobody_else(
    client: Client, member: Person, publish: Publish
) -> None:
    bodies = [
        Organization.objects.create(
            name=name, slug=name.lower(), sort_key=name.lower(), created_at=NOW, updated_at=NOW
        )
        for name in ("Avant", "Maintenant")
    ]
    fiche = publish("Le four", owner_id=bodies[0].pk)
    Initiative.objects.update(created_by=member)
    Membership.objects.create(
        organization=bodies[1],
        person=member,
        role=MembershipRole.MEMBER,
        status=MembershipStatus.ACTIVE,
        created_at=NOW,
    )
    now_held = replace(content_of(fiche), title="Le grand four", owner_id=bodies[1].pk)
    update_initiative(actor=member, initiative_id=fiche.pk, content=now_held, version_seen=1, now=NOW)
    client.force_login(member)
    client.post(url("version_restore", fiche, 1))
    fiche.refresh_from_db()
    assert (fiche.title, fiche.owner) == ("Le four", bodies[1])
