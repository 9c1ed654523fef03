"""What the room holds about people: who opened, signed and noted what, for organisations."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData, OnErasure, PersonalData


def confirmed_at_own_address(person: Any) -> Q:
    """A link opens without an account: the address to which it went is all that ties it to somebody."""
    return Q(interview__email__iexact=person.email)


PERSONAL_DATA = (
    PersonalData(
        model="barter.Circle",
        label=_("Barter circles that you opened"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The facilitators."),
        retention=_("As long as the circle exists."),
        fields={"opened_by": _("Who opened it")},
        not_personal=("name", "sort_key", "unit_name", "about", "rules", "opened_at"),
        person_paths=("opened_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="barter.Agreement",
        label=_("Versions of an agreement that you published"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The people who may join the circle."),
        retention=_("As long as the circle exists."),
        fields={"published_by": _("Who published it")},
        not_personal=("circle", "number", "text", "comment", "published_at"),
        person_paths=("published_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="barter.Signature",
        label=_("Agreements of a barter circle that you signed for an organisation"),
        purpose=_("To prove what the organisation committed itself to."),
        who_sees=_("The people of the organisation and the facilitators."),
        retention=_(
            "As long as the circle exists: the commitment is the organisation's, and must be provable."
        ),
        fields={
            "person": _("Account"),
            "signatory": _("Name of who signed"),
            "capacity": _("In what capacity"),
            "signed_at": _("When"),
        },
        not_personal=("member", "agreement", "in_office_mode"),
        person_paths=("person",),
        on_erasure=OnErasure.KEEP,
    ),
    PersonalData(
        model="barter.MemberChange",
        label=_("Arrivals, suspensions and departures that you noted"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The people of the organisation and the facilitators."),
        retention=_("As long as the circle exists."),
        fields={"person": _("Who noted it")},
        not_personal=("member", "before", "after", "reason", "in_office_mode", "at"),
        person_paths=("person",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="barter.Interview",
        label=_("Interviews that you held with members of a barter circle"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The facilitators."),
        retention=_("As long as the circle exists."),
        fields={"facilitator": _("Who held it")},
        not_personal=(
            *(
                "member",
                "state",
                "visited_on",
                "step",
                "asked",
                "link_number",
                "sent_at",
                "started_at",
                "ended_at",
            ),
        ),
        person_paths=("facilitator",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="barter.Interview",
        label=_("Interviews in which you were met, or whose link you received"),
        purpose=_("To send the drafts to whoever confirms them."),
        who_sees=_("The facilitators."),
        retention=_("As long as the circle exists."),
        fields={
            "email": _("E-mail address"),
            "met": _("Whom the facilitator met"),
            "notes": _("Notes of the facilitators"),
        },
        email_fields=("email",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="barter.Confirmation",
        label=_("Drafts that you confirmed by a link"),
        purpose=_("To know who published in the name of the structure."),
        who_sees=_("The facilitators."),
        retention=_("As long as the circle exists."),
        fields={"name": _("Name"), "capacity": _("Post"), "at": _("When")},
        not_personal=("interview", "link_number"),
        person_rows=confirmed_at_own_address,
        on_erasure=OnErasure.KEEP,
    ),
    PersonalData(
        model="barter.Debt",
        label=_("Debts between members of a barter circle that you said or answered"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The people of both organisations and the facilitators."),
        retention=_("As long as the circle exists: the debt is the organisations'."),
        fields={"entered_person": _("Who said it"), "answered_person": _("Who answered")},
        not_personal=(
            *("circle", "debtor", "creditor", "amount_cents", "remaining_cents", "invoice", "due_date"),
            *("state", "reason", "entered_by", "entered_at", "answered_at"),
            *("issued_invoice", "received_invoice"),
        ),
        person_paths=("entered_person", "answered_person"),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="barter.ClearingBatch",
        label=_("Batches of debts that you proposed or ended"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The parties and the facilitators."),
        retention=_("As long as the circle exists."),
        fields={"proposed_by": _("Who proposed it"), "ended_by": _("Who ended it")},
        not_personal=(
            *("circle", "state", "input_hash", "opposes", "reason", "proposed_at", "ended_at", "uses_credit"),
        ),
        person_paths=("proposed_by", "ended_by"),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="barter.Consent",
        label=_("Answers that you gave for an organisation to a clearing of debts"),
        purpose=_("To prove what the organisation accepted."),
        who_sees=_("The people of the organisation and the facilitators."),
        retention=_("As long as the circle exists."),
        fields={"person": _("Account"), "at": _("When")},
        not_personal=("batch", "member", "agrees", "reason", "in_office_mode"),
        person_paths=("person",),
        on_erasure=OnErasure.KEEP,
    ),
    NoPersonalData(model="barter.BatchLine", because=_("A debt between organisations in a batch.")),
    NoPersonalData(
        model="barter.InterviewItem", because=_("What an organisation can offer or needs, and its answer.")
    ),
    PersonalData(
        model="barter.LoopSearch",
        label=_("Searches for loops that you began"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The people of the circle and the facilitators."),
        retention=_("As long as the circle exists."),
        fields={"started_by": _("Who began it")},
        not_personal=(
            "at",
            *(
                "circle",
                "key",
                "legs_max",
                "needs",
                "offers",
                "valueless",
                "new_count",
                "weight",
                "bound",
                "is_proven",
            ),
        ),
        person_paths=("started_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="barter.LoopAnswer",
        label=_("Loops that you accepted or refused for an organisation"),
        purpose=_("To know who committed the organisation."),
        who_sees=_("The people of the circle and the facilitators."),
        retention=_("As long as the circle exists."),
        fields={"person": _("Who answered"), "reason": _("Why")},
        not_personal=("at", "loop", "member", "reply", "refused", "in_office_mode"),
        person_paths=("person",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    NoPersonalData(model="barter.Loop", because=_("Organisations that give to each other in a ring.")),
    NoPersonalData(model="barter.LoopLeg", because=_("What an organisation gives to another in a loop.")),
    NoPersonalData(model="barter.CircleMember", because=_("An organisation in a circle.")),
    PersonalData(
        model="barter.PlainExchange",
        label=_("Exchanges without value that you noted"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The facilitators."),
        retention=_("As long as the circle exists."),
        fields={"noted_by": _("Who noted it")},
        not_personal=(
            *("circle", "giver", "receiver", "what", "category", "happened_on", "key", "in_office_mode"),
            "noted_at",
        ),
        person_paths=("noted_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    NoPersonalData(model="barter.CircleCredit", because=_("The unit of account of a circle and its limits.")),
    NoPersonalData(model="barter.TransferSubject", because=_("What an exchange was about.")),
)
