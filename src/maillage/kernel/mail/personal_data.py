from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import PersonalData

PERSONAL_DATA = (
    PersonalData(
        model="mail.OutgoingMessage",
        label=_("E-mails sent to you"),
        purpose=_("To send them, and to know why one did not arrive. The words are wiped once it has left."),
        who_sees=_("The administrators of the network see the address and the subject."),
        retention=_("One month."),
        fields={
            "to": _("Address"),
            "subject": _("Subject"),
            "text": _("Words, until it is sent"),
            "created_at": _("Date"),
            "sent_at": _("Date sent"),
        },
        not_personal=("html", "headers", "status", "tries", "next_try_at", "last_error"),
        email_fields=("to",),
        retention_field="created_at",
        retention_days=30,
    ),
    PersonalData(
        model="mail.Notification",
        label=_("News addressed to you"),
        purpose=_("To tell you what concerns you."),
        who_sees=_("You alone."),
        retention=_("Six months."),
        fields={"title": _("News"), "created_at": _("Date"), "seen_at": _("Date read")},
        not_personal=("person", "kind", "url", "mail_due_at", "mailed_at"),
        person_paths=("person",),
        retention_field="created_at",
        retention_days=183,
    ),
    PersonalData(
        model="mail.NotificationChoice",
        label=_("Your choices of notifications"),
        purpose=_("To write to you neither more nor less often than you wish."),
        who_sees=_("You alone."),
        retention=_("As long as the account is open."),
        fields={"kind": _("Kind of news"), "rhythm": _("Rhythm")},
        not_personal=("person",),
        person_paths=("person",),
    ),
)
