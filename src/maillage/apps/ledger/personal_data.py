"""Accounts are those of organisations; the room notes which person acted for them."""

from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData, OnErasure, PersonalData

PERSONAL_DATA = (
    PersonalData(
        model="ledger.Act",
        label=_("What you did on the accounts of your organisations"),
        purpose=_("To know who paid, asked or answered for an organisation, and who changed limits."),
        who_sees=_("The people of the two organisations, and the facilitators."),
        retention=_("As long as the accounts of the circle are kept; your name goes with your account."),
        fields={"actor": _("Who did it")},
        not_personal=("at", "verb", "key", "digest", "is_office"),
        person_paths=("actor",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    NoPersonalData(model="ledger.Unit", because=_("The unit of account of a circle and its rules.")),
    NoPersonalData(model="ledger.Account", because=_("The account of an organisation.")),
    NoPersonalData(model="ledger.AcceptedPayee", because=_("Which organisation accepts which.")),
    NoPersonalData(model="ledger.AccountChange", because=_("Limits and state of an organisation's account.")),
    NoPersonalData(model="ledger.Transfer", because=_("Transfers between organisations.")),
    NoPersonalData(model="ledger.Step", because=_("What became of a transfer between organisations.")),
)
