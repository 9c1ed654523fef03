"""What the addresses of the rooms name beside fiches and circles, one of each, made through the actions."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from maillage.apps.accounts.actions.invitations import invite_person
from maillage.apps.accounts.models import Person
from maillage.apps.barter.models import Circle
from maillage.apps.books.actions.booking import (
    BookedPart,
    InvoiceToBook,
    TransferToBook,
    book_invoice,
    book_transfer,
)
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.payments import note_payment
from maillage.apps.books.actions.received import judge, take_in
from maillage.apps.books.models import InvoiceSettlement, Lettering, ReceivedSettlement
from maillage.apps.directory.actions.attachments import add_document, add_picture
from maillage.apps.directory.actions.imports import confirm_mapping, import_file, start_import
from maillage.apps.directory.actions.involvement import send_involvement
from maillage.apps.directory.actions.memberships import request_to_join
from maillage.apps.directory.choices import DuplicateRule, InvolvementKind
from maillage.apps.directory.models import ImportRecipe, ImportRun, Initiative, Organization
from maillage.apps.exchange.actions.meeting import refuse_match, reply_to
from maillage.apps.exchange.choices import Direction, Motive
from maillage.apps.exchange.models import Listing
from maillage.apps.knowledge.actions.statements import endorse
from maillage.apps.knowledge.actions.terms import merge_terms
from maillage.apps.knowledge.actions.workshops import add_words
from maillage.apps.knowledge.choices import Kind, Relation
from maillage.apps.knowledge.models import Seat, Statement
from maillage.cores.einvoicing.cii import write_cii
from maillage.kernel.files.documents import AcceptedDocument
from maillage.kernel.jobs.models import DeadLetter
from maillage.kernel.mail.notifications import unsubscribe_token
from maillage.kernel.search.synonyms import remove_synonyms, save_synonyms
from tests.apps.books.making import make_draft, make_profile, make_seller
from tests.cores.einvoicing.examples import FURNITURE, RADIO
from tests.factories import (
    NOW,
    make_exchange,
    make_initiative,
    make_listing,
    make_statement,
)


def make_papers(manager: Person, structure: Organization, other: Organization) -> dict[str, Any]:
    """Documents and entries of `structure`, whose books are open, with a customer whom nobody of the test manages.

    A quote is made to `other`, which answers it.
    """
    now, today = timezone.now(), timezone.localdate()
    make_profile(structure, siren=RADIO.siren, vat_number=RADIO.vat_number)
    make_profile(other)
    customer = make_seller("La Cliente")
    issued = issue_document(actor=None, invoice_id=make_draft(structure, customer, key="issued").pk, now=now)
    quote = make_draft(
        structure, other, kind="quote", key="quote", valid_until=today.replace(year=today.year + 1)
    )
    received = take_in(actor=None, receiver=structure, name="x", content=write_cii(FURNITURE), now=now)
    received = judge(actor=None, received_id=received.pk, is_owed=True, reason="", now=now)
    said: dict[str, Any] = {"amount_cents": 10_00, "paid_on": today, "means": "30", "words": "", "now": now}
    paid = note_payment(InvoiceSettlement, actor=manager, of=issued, key="in", **said)
    paid_out = note_payment(ReceivedSettlement, actor=manager, of=received, key="out", **said)
    sold = InvoiceToBook(
        structure.pk, customer.pk, "V1", today, "Vente", (BookedPart(100_00, 20_00, is_service=True),)
    )
    entry, *_others = book_invoice(actor=None, invoice=sold, now=now)
    settled = TransferToBook(customer.pk, structure.pk, 120_00, today, "v1", "Virement", "V1", means="30")
    book_transfer(actor=None, transfer=settled, now=now)
    return {
        "issued": issued,
        "quote": issue_document(actor=None, invoice_id=quote.pk, now=now),
        "received": received,
        "paid": paid,
        "paid out": paid_out,
        "entry": entry,
        "lettering": Lettering.objects.filter(lines__entry=entry).get(),
    }


def make_imports(facilitator: Person, *, size: int = 3) -> dict[str, ImportRun | ImportRecipe]:
    """A file that waits for its columns, one that was read and holds a likely duplicate, one that was imported."""

    def file_of(word: str) -> io.BytesIO:
        lines = [
            f"{number};{word} {number};46.{number:03};1.87;{word};87001" for number in (*range(1, size), 1)
        ]
        lines[-1] = f"x{lines[-1]}"
        return io.BytesIO("\n".join(("id;nom;latitude;longitude;catégories;code insee", *lines)).encode())

    def begun(word: str) -> ImportRun:
        return start_import(actor=facilitator, stream=file_of(word), name=f"{word}.csv", now=NOW, source=word)

    ready = begun("Verger")
    confirm_mapping(
        run_id=ready.pk,
        mapping=ready.mapping,
        duplicate_rule=DuplicateRule.SKIP,
        publishes=True,
        contacts_public=False,
        source=ready.source,
        now=NOW,
    )
    import_file(actor=facilitator, stream=file_of("Lavoir"), name="Lavoir.csv", now=NOW, source="Lavoir")
    applied = ImportRun.objects.get(name="Lavoir.csv")
    ready.refresh_from_db()
    return {
        "waiting run": begun("Atelier"),
        "ready run": ready,
        "applied run": applied,
        "recipe": ImportRecipe.objects.get(fingerprint=ready.fingerprint),
    }


def make_fiche_parts(manager: Person, fiche: Initiative, structure: Organization) -> dict[str, Any]:
    """A picture and a document of a fiche, a message about it, and the picture of a draft, which the public does not see."""
    draft = make_initiative("Le four à venir", actor=manager, owner_id=structure.pk, published=False)
    pictures = [
        add_picture(
            actor=manager,
            initiative_id=each.pk,
            picture=ContentFile(_picture(), name="four.webp"),
            alternative_text="Un four",
            now=NOW,
        )
        for each in (fiche, draft)
    ]
    return {
        "picture": pictures[0],
        "closed file": pictures[1].image.name,
        "document": add_document(
            actor=manager,
            initiative_id=fiche.pk,
            file=ContentFile(b"%PDF-1.7"),
            accepted=AcceptedDocument("plan.pdf", "application/pdf", 8),
            title="Plan",
            now=NOW,
        ),
        "involvement": send_involvement(
            viewer=manager,
            initiative_id=fiche.pk,
            kind=InvolvementKind.TAKE_PART,
            name="Une voisine",
            email="voisine@exemple.org",
            message="J’aimerais aider.",
            now=NOW,
        ),
    }


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "#aa5533").save(drawn, "WEBP")
    return drawn.getvalue()


def make_arrivals(administrator: Person, newcomer: Person, structure: Organization) -> dict[str, Any]:
    """Who wants to come: invited to the site, asking to join the organisation; and who no longer wants its messages."""
    return {
        "membership": request_to_join(
            person=newcomer, organization_id=structure.pk, message="Bonjour", now=NOW
        ),
        "invited": invite_person(actor=administrator, email="invitee@exemple.org", role="member", now=NOW),
        "silence": unsubscribe_token(newcomer, ["directory.involvement"]),
    }


def make_answers(newcomer: Person, need: Listing, other: Organization) -> dict[str, Any]:
    """An offer of `other` that the owner of the need set aside, and the reply of somebody to the need."""
    offer = make_listing(
        "Local à louer", direction=Direction.OFFER, organization_id=other.pk, now=timezone.now()
    )
    return {
        "offer": offer,
        "proposal": refuse_match(mine_id=need.pk, other_id=offer.pk, motive=Motive.TOO_FAR, now=NOW),
        "reply": reply_to(actor=newcomer, listing_id=need.pk, message="J’en connais un.", now=timezone.now()),
    }


def make_words(
    facilitator: Person, statement: Statement, seat: Seat, signer: Organization, co_signer: Person
) -> dict[str, Any]:
    """A co-signature in the name of `signer`, two terms made one, and a word that a seat said."""
    kept, merged = (make_statement(signer, words).term for words in ("Tourner le bois", "Tournage sur bois"))
    endorse(actor=co_signer, statement_id=statement.pk, organization=signer, now=NOW)
    return {
        "merge": merge_terms(actor=facilitator, kept_id=kept.pk, merged_id=merged.pk, now=NOW),
        "word": add_words(
            seat_id=seat.pk,
            kind=Kind.SAVOIR,
            relation=Relation.HOLDS,
            words="La cuisson",
            now=timezone.now(),
        ),
    }


def make_upkeep(facilitator: Person) -> dict[str, Any]:
    """A group of synonyms, the trace of one that was taken away, and a job that was given up."""
    group, gone = (
        save_synonyms(group=None, expressions=said, actor=facilitator, now=NOW)
        for said in (["fournil", "four à pain"], ["lavoir", "buanderie"])
    )
    return {
        "synonyms": group,
        "removal": remove_synonyms(group=gone, actor=facilitator, now=NOW),
        "letter": DeadLetter.objects.create(job_name="gone", tries=3, error="x", failed_at=NOW),
    }


def make_request(facilitator: Person, circle: Circle, asked: Organization) -> dict[str, Any]:
    """What a member asks of another, which has not agreed yet."""
    provider = circle.members.exclude(organization=asked).order_by("pk").first()
    assert provider is not None
    return {
        "pending": make_exchange(facilitator, circle, asked, provider.organization, way="provided"),
    }


def make_rest(
    site: dict[str, Any],
    *,
    people: dict[str, Person],
    newcomer: Person,
    other: Organization,
    co_signer: Person,
    size: int = 3,
) -> dict[str, Any]:
    """`site` with everything above: `people` by role, `other` a structure beside the site's own, which `co_signer` speaks for."""
    structure, manager, facilitator = site["organization"], people["manager"], people["facilitator"]
    return {
        **site,
        "other": other,
        **make_papers(manager, structure, other),
        **make_imports(facilitator, size=size),
        **make_fiche_parts(manager, site["initiative"], structure),
        **make_arrivals(people["administrator"], newcomer, structure),
        **make_answers(newcomer, site["listing"], other),
        **make_words(facilitator, site["statement"], site["seat"], other, co_signer),
        **make_upkeep(facilitator),
        **make_request(facilitator, site["circle"], structure),
    }
