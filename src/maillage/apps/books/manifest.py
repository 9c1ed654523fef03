from django.utils.translation import gettext_lazy as _

from maillage.apps.books.views import panels
from maillage.kernel.rooms.manifest import MEMBER, NavigationItem, NotificationKind, Panel, RoomManifest

MANIFEST = RoomManifest(
    name="books",
    label=_("Invoices and books"),
    description=_("Lawful invoices, a small journal for each organisation, the file for the tax office."),
    icon="file-text",
    navigation=(
        NavigationItem(
            label=_("Invoices"),
            url_name="books:invoice_list",
            icon="file-text",
            role=MEMBER,
            place="space",
            rank=60,
            description=_("Quotes, invoices and credit notes of your organisations."),
        ),
        NavigationItem(
            label=_("Accounts"),
            url_name="books:my_accounts",
            icon="book-open",
            role=MEMBER,
            place="space",
            rank=62,
            description=_(
                "The accounts of the organisations that you manage: what was given, received, settled."
            ),
        ),
    ),
    notification_kinds=(
        NotificationKind(
            key="books.office",
            label=_("What a facilitator wrote in our invoices and accounts"),
            description=_(
                "When a facilitator invoices, or writes accounts, in the place of your organisation."
            ),
            rhythm="at_once",
        ),
        NotificationKind(
            key="books.unwritten",
            label=_("What could not be written in our accounts"),
            description=_(
                "When what a partner noted is refused by your accounts, and is to be entered by hand."
            ),
            rhythm="at_once",
        ),
    ),
    panels=(
        Panel(page="space", template_name="books/panels/space.html", context=panels.space, rank=40),
        Panel(page="circle_member", template_name="books/panels/member.html", context=panels.member, rank=40),
    ),
    audit_verbs={
        "books.open": _("opened accounts"),
        "books.settings": _("changed the choices of accounts"),
        "books.year": _("opened a year of accounts"),
        "books.close": _("closed accounts until"),
        "books.entry": _("wrote in accounts"),
        "books.letter": _("tied lines of accounts"),
        "books.unletter": _("untied lines of accounts"),
        "invoicing.profile": _("changed the invoicing settings of an organisation"),
        "invoice.create": _("began a quote, an invoice or a credit note"),
        "invoice.update": _("changed a draft of an invoice"),
        "invoice.discard": _("removed a draft of an invoice"),
        "invoice.issue": _("issued a quote, an invoice or a credit note"),
        "invoice.settle": _("noted the settlement of an invoice"),
        "invoice.unsettle": _("undid the settlement of an invoice"),
        "invoice.pay": _("noted a payment of an invoice"),
        "invoice.unpay": _("undid a payment of an invoice"),
        "invoice.refund": _("noted a refund of an invoice"),
        "invoice.unrefund": _("undid a refund of an invoice"),
        "quote.accept": _("accepted a quote"),
        "quote.decline": _("declined a quote"),
        "received.take_in": _("took in an invoice received"),
        "received.agree": _("noted a received invoice as owed"),
        "received.dispute": _("disputed a received invoice"),
        "received.book": _("wrote the purchase of a received invoice"),
        "received.join": _("tied a received invoice to an entry"),
        "received.unbook": _("took the purchase of a received invoice out of the accounts"),
        "received.settle": _("noted the settlement of a received invoice"),
        "received.unsettle": _("undid the settlement of a received invoice"),
        "received.pay": _("noted a payment of a received invoice"),
        "received.unpay": _("undid a payment of a received invoice"),
        "fiscal.add": _("added a fiscal setting"),
    },
    url_namespaces=("books",),
)
