"""Needs and offers speak of organisations and of people who answer each other."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData, OnErasure, PersonalData

_NOT_PERSONAL = (
    *(
        "direction",
        "kind",
        "slug",
        "sort_key",
        "conditions",
        "organization",
        "initiative",
        "status",
        "awaits_word",
        "audience",
    ),
    *("radius_km", "value_cents", "starts_on", "ends_on", "expires_on", "confirmed_on", "reminded_on"),
    *(
        "version",
        "refused",
        "shown_count",
        "updated_at",
        "opened_at",
        "address",
        "postal_code",
        "city",
        "commune",
    ),
    *("latitude", "longitude", "cell"),
)


def said_for_oneself(person: Any) -> Q:
    return Q(created_by=person.pk, organization__isnull=True, initiative__isnull=True)


def said_for_an_organization(person: Any) -> Q:
    return Q(created_by=person.pk) & (Q(organization__isnull=False) | Q(initiative__isnull=False))


PERSONAL_DATA = (
    PersonalData(
        model="exchange.Outcome",
        label=_("Needs and offers that were met with you"),
        purpose=_("To know what the network makes possible."),
        who_sees=_("The owner of the need or of the offer, and the facilitators."),
        retention=_("As long as the need or the offer exists."),
        fields={"with_whom": _("With whom")},
        not_personal=("listing", "is_satisfied", "reply", "worth_cents", "reason", "words", "ended_on"),
        person_paths=("reply__person",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="exchange.Listing",
        label=_("Needs and offers that you said for yourself"),
        purpose=_("To bring needs and offers together."),
        who_sees=_("Everybody, or the members only, as you chose, with your name."),
        retention=_("As long as it exists."),
        fields={
            "created_by": _("Who said it"),
            "title": _("In a few words"),
            "text": _("Text"),
            "created_at": _("Date"),
        },
        not_personal=_NOT_PERSONAL,
        person_rows=said_for_oneself,
    ),
    PersonalData(
        model="exchange.Listing",
        label=_("Needs and offers that you said for an organisation or a project"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The managers of the organisation and the facilitators."),
        retention=_("As long as it exists."),
        fields={"created_by": _("Who said it")},
        person_rows=said_for_an_organization,
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="exchange.ListingVersion",
        label=_("Versions that you wrote of needs and offers"),
        purpose=_("To keep what a need or an offer said, and to return to it."),
        who_sees=_("Those who see the need or the offer; drafts and your name, those who look after it."),
        retention=_("As long as the need or the offer exists."),
        fields={"author": _("Who said it")},
        not_personal=("listing", "number", "data", "comment", "seen_by", "created_at"),
        person_paths=("author",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="exchange.Reply",
        label=_("Answers that you wrote to needs and offers"),
        purpose=_("To pass them on to their owners."),
        who_sees=_("The owner of the need or of the offer, and the facilitators."),
        retention=_("Two years."),
        fields={"listing": _("Need or offer"), "message": _("Message"), "created_at": _("Date")},
        not_personal=("person", "organization", "from_listing"),
        person_paths=("person",),
        retention_field="created_at",
        retention_days=730,
    ),
    PersonalData(
        model="exchange.SavedSearch",
        label=_("Searches that you follow among needs and offers"),
        purpose=_("To tell you what is new."),
        who_sees=_("You alone."),
        retention=_("Until you stop following, or as long as the account is open."),
        fields={"query": _("Search"), "created_at": _("Since")},
        not_personal=("person", "told_until"),
        person_paths=("person",),
    ),
    NoPersonalData(model="exchange.ListingCriterion", because=_("Sizes, prices, quantities, dates.")),
    NoPersonalData(model="exchange.Proposal", because=_("Which listing was signalled to which.")),
)
