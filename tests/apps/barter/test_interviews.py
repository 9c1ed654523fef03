"""The interview: held on a tablet, taken up again, sent as drafts that the structure confirms by a link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.interviews import (
    EndedError,
    ItemContent,
    LinkOverError,
    NotMemberError,
    Said,
    TooManyItemsError,
    answer_interview,
    drop_interview,
    note_item,
    send_interview,
    start_interview,
)
from maillage.apps.barter.actions.members import change_member_state
from maillage.apps.barter.choices import (
    MEASURE_ONE,
    InterviewState,
    ItemAnswer,
    Measure,
    Resource,
    Sureness,
)
from maillage.apps.barter.models import Circle, CircleMember, Confirmation, Interview, InterviewItem
from maillage.apps.barter.queries.guide import STEPS, TOPICS, step_after
from maillage.apps.barter.queries.interviews import (
    link_token,
    members_to_visit,
    read_token,
    terms_of,
)
from maillage.apps.exchange.actions.listings import AwaitsWordError, change_status
from maillage.apps.exchange.choices import Audience, Direction, Kind, Status
from maillage.apps.exchange.forms import ListingForm
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import listing_content
from maillage.cores.ranking.words import said
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_interview, make_listing

pytestmark = [pytest.mark.django_db, pytest.mark.data]

ROOM = {
    "title": "Salle de douze places",
    "details": "Avec écran.",
    "quantity": 10,
    "measure": "half_day",
    "availability": "Le mardi",
    "unit_value": "80,50 €",
    "sureness": "sure",
}


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def held(circle: Circle, interview: Interview, *more: object) -> str:
    name = "interview_item" if len(more) == 2 else "interview_step" if more else "interview"
    return reverse(f"barter:{name}", args=[circle.pk, interview.pk, *more])


@pytest.fixture
def interview(solene: Person, member: CircleMember) -> Interview:
    return make_interview(solene, member)


@pytest.fixture
def sent(solene: Person, interview: Interview) -> Interview:
    """With two offers, sent just now."""
    note_item(interview_id=interview.pk, step="vehicules", content=van(), now=NOW)
    return send_interview(
        actor=solene, interview_id=interview.pk, email="accueil@exemple.test", now=timezone.now()
    )


def van(**said: object) -> ItemContent:
    values: dict[str, object] = {
        "direction": Direction.OFFER,
        "resource": Resource.VEHICLES,
        "title": "Fourgon",
        "quantity": 6,
        "measure": Measure.HOUR,
        "unit_value_cents": 30_00,
        "sureness": Sureness.SURE,
        **said,
    }
    return ItemContent(**values)  # type: ignore[arg-type]


def test_a_facilitator_holds_an_interview_step_by_step(
    solene: Person, circle: Circle, member: CircleMember
) -> None:
    client = browser(solene)
    begun = client.post(reverse("barter:interview_start", args=[circle.pk, member.pk]))
    made = Interview.objects.get()
    assert begun["Location"] == reverse("barter:interview_visit", args=[circle.pk, made.pk])
    client.post(begun["Location"], {"visited_on": "2026-03-02", "met": "Maya", "email": "maya@exemple.test"})
    page = client.get(held(circle, made, "salles")).content.decode()
    assert "Quelles salles sont parfois vides" in page and "Elsewhere" not in page
    client.post(held(circle, made, "salles"), ROOM)
    client.post(held(circle, made, "salles"), ROOM)
    item = InterviewItem.objects.get()
    assert (item.resource, item.quantity, item.unit_value_cents) == (Resource.ROOMS, 10, 80_50)
    assert item.total_value_cents == 805_00
    passed = client.post(held(circle, made, "salles"), {"suivant": "1"})
    assert passed["Location"] == held(circle, made, "vehicules")
    client.post(
        held(circle, made, "besoins"),
        {
            "resource": "training",
            "title": "Premiers secours",
            "quantity": 2,
            "measure": "seat",
            "urgency": "now",
        },
    )
    assert InterviewItem.objects.filter(direction=Direction.NEED).get().urgency == "now"
    review = client.get(held(circle, made)).content.decode()
    assert "Salle de douze places" in review and "Premiers secours" in review
    assert held(circle, made, "medias") in review
    assert f'href="{held(circle, made, "vehicules")}">Véhicules</a></li>' not in review


def test_going_on_notes_what_was_being_typed(solene: Person, circle: Circle, interview: Interview) -> None:
    client, before = browser(solene), interview.items.count()
    wrong = client.post(held(circle, interview, "salles"), ROOM | {"quantity": "0", "suivant": "1"})
    assert "Salle de douze places" in wrong.content.decode() and interview.items.count() == before
    for _click in range(2):
        gone = client.post(held(circle, interview, "salles"), ROOM | {"suivant": "1"})
        assert gone["Location"] == held(circle, interview, "vehicules")
    assert interview.items.count() == before + 1
    nothing = {"title": "", "quantity": "1", "measure": "piece", "sureness": "sure", "suivant": "1"}
    assert client.post(held(circle, interview, "salles"), nothing).status_code == 302
    assert interview.items.count() == before + 1


def test_an_interview_is_taken_up_where_it_stands(
    solene: Person, circle: Circle, member: CircleMember
) -> None:
    client = browser(solene)
    start = reverse("barter:interview_start", args=[circle.pk, member.pk])
    client.post(start)
    made = Interview.objects.get()
    client.post(held(circle, made, "salles"), {"suivant": "1"})
    again = client.post(start)
    assert again["Location"] == held(circle, made, "vehicules")
    assert Interview.objects.count() == 1
    listed = client.get(reverse("barter:interviews", args=[circle.pk])).content.decode()
    assert held(circle, made, "vehicules") in listed


def test_what_is_being_typed_survives(solene: Person, circle: Circle, interview: Interview) -> None:
    client = browser(solene)
    client.post(
        reverse("directory:draft_keep", args=[f"entretien-{interview.pk}-medias"]),
        {"title": "Annonce radio", "quantity": "3"},
    )
    page = client.get(held(circle, interview, "medias")).content.decode()
    assert "Nous avons gardé" in page and 'value="Annonce radio"' in page


def test_a_mistake_is_named_beside_its_field_and_nothing_is_lost(
    solene: Person, circle: Circle, interview: Interview
) -> None:
    wrong = ROOM | {"quantity": 0, "unit_value": "beaucoup", "title": "Atelier"}
    page = browser(solene).post(held(circle, interview, "salles"), wrong).content.decode()
    assert "Un nombre entier de 1 à 100" in page
    assert "Écrivez un montant en euros" in page
    assert 'value="Atelier"' in page
    assert interview.items.count() == 1


def test_what_was_noted_is_changed_and_removed(solene: Person, circle: Circle, interview: Interview) -> None:
    item = interview.items.get()
    client = browser(solene)
    client.post(held(circle, interview, "salles", item.pk), ROOM | {"title": "Grande salle"})
    item.refresh_from_db()
    assert item.title == "Grande salle"
    client.post(held(circle, interview, "salles", item.pk), {"retirer": "1"})
    assert not InterviewItem.objects.exists()
    other = make_interview(solene, circle.members.exclude(pk=interview.member_id).get())
    elsewhere = held(circle, interview, "salles", other.items.get().pk)
    assert client.post(elsewhere, {"retirer": "1"}).status_code == 404


def test_an_interview_has_a_limit(solene: Person, interview: Interview) -> None:
    for number in range(59):
        note_item(interview_id=interview.pk, step="vehicules", content=van(title=f"N° {number}"), now=NOW)
    with pytest.raises(TooManyItemsError):
        note_item(interview_id=interview.pk, step="vehicules", content=van(), now=NOW)


def test_sending_makes_drafts_and_publishes_nothing(
    solene: Person, circle: Circle, sent: Interview, mailoutbox: list[EmailMessage]
) -> None:
    drafts = {each.title: each for each in Listing.objects.order_by("pk")}
    assert {each.status for each in drafts.values()} == {Status.DRAFT}
    room, van_ = drafts["Salle de 12 places"], drafts["Fourgon"]
    assert (room.kind, room.value_cents, room.organization) == (
        Kind.ROOM,
        800_00,
        sent.member.organization,
    )
    assert room.audience == Audience.NETWORK
    terms = terms_of([room.pk, van_.pk])
    assert (terms[van_.pk].quantity, terms[van_.pk].unit_value_cents) == (6, 30_00)
    (letter,) = [each for each in mailoutbox if each.to == ["accueil@exemple.test"]]
    assert reverse("barter:confirm", args=[link_token(sent)]) in str(letter.body)
    page = browser(solene).get(held(circle, sent)).content.decode()
    assert link_token(sent) in page


@pytest.mark.parametrize(
    ("measure", "shown"),
    [
        (Measure.HOUR, "Temps : 6 heures"),
        (Measure.HALF_DAY, "Temps : 6 demi-journées"),
        (Measure.DAY, "Temps : 6 jours"),
        (Measure.PIECE, "Nombre : 6"),
        (Measure.SEAT, "Nombre : 6 places"),
        (Measure.KG, "Nombre : 6 kg"),
    ],
)
def test_a_quantity_is_a_criterion_and_no_word_of_the_text(
    client: Client, solene: Person, interview: Interview, measure: Measure, shown: str
) -> None:
    content = van(measure=measure, details="Avec chauffeur.", availability="Le lundi")
    note_item(interview_id=interview.pk, step="vehicules", content=content, now=NOW)
    send_interview(actor=solene, interview_id=interview.pk, email="", now=NOW)
    draft = Listing.objects.get(title="Fourgon")
    assert draft.text == "Avec chauffeur.\n\nLe lundi"
    client.force_login(solene)
    page = client.get(reverse("exchange:listing_detail", args=[draft.pk, draft.slug])).content.decode()
    assert f"<li>{shown}</li>" in page.replace("\u00a0", " ")


def test_a_measure_is_no_word_in_common() -> None:
    """Neither what is typed today, nor what earlier drafts said in their text: « Quantité : 6 places ou billets. »"""
    with override("fr"):
        labels = [*Measure.labels, *(str(each) for each in MEASURE_ONE.values()), "Quantité"]
        assert [label for label in labels if said(label, label).counts] == []


def test_an_empty_interview_is_not_sent(solene: Person, circle: Circle, member: CircleMember) -> None:
    made = start_interview(actor=solene, member_id=member.pk, visited_on=NOW.date(), now=NOW)
    page = browser(solene).post(held(circle, made), {"email": ""})
    assert "Rien n’est encore noté" in page.content.decode()
    made.refresh_from_db()
    assert made.state == InterviewState.OPEN


def answers(sent: Interview, **choices: str) -> dict[str, str]:
    """What the page sends: each draft as it is, with the choice given by the number of its rank."""
    said = {"name": "Maya Roux", "capacity": "présidente"}
    for rank, item in enumerate(sent.items.order_by("created_at", "pk")):
        said |= {
            f"d{item.pk}-choice": choices.get(f"n{rank}", "plus-tard"),
            f"d{item.pk}-title": item.title,
            f"d{item.pk}-details": item.details,
            f"d{item.pk}-quantity": str(item.quantity),
            f"d{item.pk}-measure": item.measure,
            f"d{item.pk}-availability": item.availability,
            f"d{item.pk}-unit_value": item.unit_value_words,
        }
    return said


def test_the_structure_confirms_corrects_and_refuses_without_an_account(
    solene: Person, sent: Interview
) -> None:
    address = reverse("barter:confirm", args=[link_token(sent)])
    phone = Client()
    assert "Salle de 12 places" in phone.get(address).content.decode()
    room, van_ = sent.items.order_by("created_at", "pk")
    phone.post(address, answers(sent, n0="publier") | {f"d{room.pk}-quantity": "4"})
    room.refresh_from_db()
    room.listing.refresh_from_db()
    assert (room.answer, room.listing.status, room.listing.value_cents) == (
        ItemAnswer.CORRECTED,
        Status.OPEN,
        320_00,
    )
    assert [(each.unit, each.low) for each in room.listing.criteria.all()] == [("half_day", 4)]
    assert room.confirmation.name == "Maya Roux"
    sent.refresh_from_db()
    assert sent.state == InterviewState.WAITING
    page = phone.get(address).content.decode()
    assert "Corrigé et confirmé" in page and "Fourgon" in page
    phone.post(address, answers(sent, n0="publier", n1="retirer"))
    van_.refresh_from_db()
    van_.listing.refresh_from_db()
    assert (van_.answer, van_.listing.status) == (ItemAnswer.REFUSED, Status.WITHDRAWN)
    sent.refresh_from_db()
    assert sent.state == InterviewState.DONE
    assert "Merci" in phone.get(address).content.decode()
    told = Notification.objects.filter(person=solene, kind="barter.interview").order_by("pk")
    assert [each.title for each in told] == [
        "La Recyclerie a répondu\N{NO-BREAK SPACE}: 1 brouillon publié, 0 retiré.",
        "La Recyclerie a répondu\N{NO-BREAK SPACE}: 0 brouillon publié, 1 retiré.",
    ]
    line = AuditEntry.objects.filter(verb="interview.answer").order_by("pk")[0]
    assert (line.actor, line.on_behalf_of) == (None, "La Recyclerie")


def test_an_answer_names_who_gives_it_and_says_something(sent: Interview) -> None:
    address = reverse("barter:confirm", args=[link_token(sent)])
    for data, sentence in (
        (answers(sent, n0="publier") | {"name": " "}, "Écrivez votre nom"),
        (answers(sent), "pour un brouillon au moins"),
        (
            answers(sent, n0="publier") | {f"d{sent.items.order_by('pk')[0].pk}-quantity": "-1"},
            "Un nombre entier",
        ),
    ):
        page = Client().post(address, data)
        assert page.status_code == 422
        assert sentence in page.content.decode()
    assert not Confirmation.objects.exists()
    assert not Listing.objects.exclude(status=Status.DRAFT).exists()


def test_answering_twice_changes_nothing_more(sent: Interview) -> None:
    items = list(sent.items.order_by("created_at", "pk"))
    said = [Said(item_id=items[0].pk, content=None)]
    for _ in range(2):
        answer_interview(
            interview_id=sent.pk,
            link_number=1,
            name="Maya",
            capacity="présidente",
            said=said,
            now=timezone.now(),
        )
    again = [Said(item_id=items[0].pk, content=van())]
    answer_interview(
        interview_id=sent.pk, link_number=1, name="Autre", capacity="?", said=again, now=timezone.now()
    )
    items[0].refresh_from_db()
    assert items[0].answer == ItemAnswer.REFUSED
    assert items[0].confirmation.name == "Maya"


def test_an_item_of_another_interview_is_out_of_reach(
    solene: Person, circle: Circle, sent: Interview
) -> None:
    other = make_interview(solene, circle.members.exclude(pk=sent.member_id).get())
    item = other.items.get()
    answer_interview(
        interview_id=sent.pk,
        link_number=1,
        name="Maya",
        capacity="présidente",
        said=[Said(item_id=item.pk, content=None)],
        now=timezone.now(),
    )
    item.refresh_from_db()
    assert item.answer == ""


def test_a_link_is_signed_expires_and_is_replaced(solene: Person, sent: Interview) -> None:
    first = link_token(sent)
    forged = f"{sent.pk}-1:{first.partition(':')[2][::-1]}"
    for token in ("inconnu", forged, first[:-1], first.replace(f"{sent.pk}-", f"{sent.pk + 1}-", 1)):
        assert read_token(token) is None
        assert Client().get(reverse("barter:confirm", args=[token])).status_code == 410
    later = timezone.now() + timedelta(days=31)
    with pytest.raises(LinkOverError):
        answer_interview(interview_id=sent.pk, link_number=1, name="Maya", capacity="?", said=[], now=later)
    again = send_interview(actor=solene, interview_id=sent.pk, email="", now=timezone.now())
    assert Client().get(reverse("barter:confirm", args=[first])).status_code == 410
    assert Client().get(reverse("barter:confirm", args=[link_token(again)])).status_code == 200
    assert Listing.objects.count() == 2
    drop_interview(actor=solene, interview_id=sent.pk, now=NOW)
    assert Client().get(reverse("barter:confirm", args=[link_token(again)])).status_code == 410


def test_too_many_questions_in_a_minute_wait(sent: Interview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillage.apps.barter.views.confirming.PAGES_PER_MINUTE", 2)
    address = reverse("barter:confirm", args=[link_token(sent)])
    assert [Client().get(address).status_code for _ in range(3)] == [200, 200, 429]


def on_exchange(item: InterviewItem, name: str) -> str:
    assert item.listing is not None
    return reverse(f"exchange:{name}", args=[item.listing.pk, item.listing.slug])


def typed(listing: Listing, **changes: object) -> dict[str, object]:
    """What the page of a draft sends."""
    initial = ListingForm.initial_from(listing_content(listing))
    return {name: value for name, value in (initial | changes).items() if value not in (None, "")}


@pytest.mark.parametrize(
    "name", ["listing_status", "listing_criteria", "listing_edit", "withdrawn", "action"]
)
def test_nobody_else_than_the_structure_publishes_a_draft(sent: Interview, solene: Person, name: str) -> None:
    """The facilitator who wrote it, by each page that publishes; and the action, whoever calls it."""
    item = sent.items.order_by("created_at", "pk")[0]
    assert item.listing is not None
    client, page = browser(solene), on_exchange(item, "listing_detail")
    shown = client.get(page).content.decode()
    assert "La Recyclerie le publie, par le lien" in shown and 'value="open"' not in shown
    if name == "listing_status":
        answer = client.post(on_exchange(item, name), {"etat": "open"}, follow=True).content.decode()
        assert "seule La Recyclerie le publie" in answer
    elif name == "listing_criteria":
        assert "publier" not in client.get(on_exchange(item, name)).content.decode()
        answer = client.post(on_exchange(item, name), {"publier": "1"}, follow=True).content.decode()
        assert "seule La Recyclerie le publie" in answer
    elif name == "listing_edit":  # in one's own name first
        client.post(on_exchange(item, name), typed(item.listing, owner=""))
        client.post(on_exchange(item, "listing_status"), {"etat": "open"})
    elif name == "withdrawn":  # then opened again
        client.post(on_exchange(item, "listing_withdrawn"), {"reason": "other"})
        client.post(on_exchange(item, "listing_status"), {"etat": "open"})
    else:
        for actor in (solene, None):
            with pytest.raises(AwaitsWordError):
                change_status(actor=actor, listing_id=item.listing.pk, status=Status.OPEN, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=item.listing.pk).update(status=Status.OPEN)
    item.listing.refresh_from_db()
    assert item.listing.awaits_word and item.listing.opened_at is None
    assert str(item.listing.organization) == "La Recyclerie"
    assert not Listing.objects.shown().exists()


def test_the_structure_publishes_what_its_page_showed_whatever_was_written_since(
    sent: Interview, solene: Person
) -> None:
    """The facilitator changed one draft and withdrew the other after the link was sent."""
    room, van_ = sent.items.order_by("created_at", "pk")
    assert room.listing is not None and van_.listing is not None
    client = browser(solene)
    client.post(on_exchange(room, "listing_edit"), typed(room.listing, title="Toute la maison, gratuite"))
    client.post(on_exchange(van_, "listing_withdrawn"), {"reason": "other"})
    room.listing.refresh_from_db()
    assert room.listing.title == "Toute la maison, gratuite"
    Client().post(
        reverse("barter:confirm", args=[link_token(sent)]), answers(sent, n0="publier", n1="publier")
    )
    found = Listing.objects.shown().order_by("pk")
    assert [each.title for each in found] == ["Salle de 12 places", "Fourgon"]
    assert not found.filter(awaits_word=True).exists()


def test_a_manager_of_the_structure_publishes_its_draft_signed_in(sent: Interview, maya: Person) -> None:
    item = sent.items.order_by("created_at", "pk")[0]
    client = browser(maya)
    assert "rédigé pour vous" in client.get(on_exchange(item, "listing_detail")).content.decode()
    client.post(on_exchange(item, "listing_status"), {"etat": "open"})
    assert [each.pk for each in Listing.objects.shown()] == [item.listing_id]


def test_a_draft_published_by_its_structure_meanwhile_stays_published(sent: Interview) -> None:
    item = sent.items.order_by("created_at", "pk")[0]
    assert item.listing_id is not None
    change_status(actor=None, listing_id=item.listing_id, status=Status.OPEN, by_owner=True, now=NOW)
    answer_interview(
        interview_id=sent.pk,
        link_number=1,
        name="Maya",
        capacity="présidente",
        said=[Said(item_id=item.pk, content=None)],
        now=timezone.now(),
    )
    assert Listing.objects.get(pk=item.listing_id).status == Status.OPEN


def test_a_sent_interview_is_no_longer_changed(solene: Person, circle: Circle, sent: Interview) -> None:
    with pytest.raises(EndedError):
        note_item(interview_id=sent.pk, step="salles", content=van(), now=NOW)
    client = browser(solene)
    assert client.get(held(circle, sent, "salles")).status_code == 200
    client.post(held(circle, sent, "salles"), {"suivant": "1"})
    page = client.post(held(circle, sent, "salles"), ROOM | {"title": "Trop tard"})
    assert "n’est plus en cours" in page.content.decode()
    assert sent.items.count() == 2


def test_whom_to_visit(solene: Person, circle: Circle, member: CircleMember) -> None:
    today = NOW.date()
    radio = circle.members.exclude(pk=member.pk).get()
    assert {row.member.pk for row in members_to_visit(circle, today=today)} == {member.pk, radio.pk}
    make_listing(
        "Vélos", direction=Direction.OFFER, kind=Kind.VEHICLE, organization_id=member.organization_id
    )
    Interview.objects.create(
        member=member, visited_on=today - timedelta(days=364), state=InterviewState.DONE, started_at=NOW
    )
    (row,) = members_to_visit(circle, today=today)
    assert (row.member.pk, row.has_no_offer, row.last_visit) == (radio.pk, True, None)
    rows = members_to_visit(circle, today=today + timedelta(days=2))
    assert [(each.member.pk, each.has_no_offer) for each in rows] == [(radio.pk, True), (member.pk, False)]
    change_member_state(actor=solene, member_id=radio.pk, state="frozen", reason="Procédure.", now=NOW)
    assert members_to_visit(circle, today=today) == []


def test_who_has_left_is_not_visited(solene: Person, circle: Circle, member: CircleMember) -> None:
    change_member_state(actor=solene, member_id=member.pk, state="left", reason="Parti.", now=NOW)
    with pytest.raises(NotMemberError):
        start_interview(actor=solene, member_id=member.pk, visited_on=NOW.date(), now=NOW)


def test_the_guide_asks_about_every_kind_of_resource() -> None:
    assert [topic.resource for topic in TOPICS] == list(Resource)
    assert {topic.kind for topic in TOPICS} <= set(Kind.values)
    slugs = [slug for slug, _label in STEPS]
    assert [step_after(slug) for slug in slugs] == [*slugs[1:], slugs[-1]]
    assert all(topic.prompts and topic.examples and topic.measures for topic in TOPICS)
