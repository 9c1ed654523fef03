from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData, PersonalData

PERSONAL_DATA = (
    PersonalData(
        model="privacy.ErasureRequest",
        label=_("Your request to be erased"),
        purpose=_("To erase your account on the day announced, and to let you change your mind."),
        who_sees=_("You alone."),
        retention=_("Until the day of the erasure."),
        fields={"requested_at": _("Date of the request"), "due_at": _("Day of the erasure")},
        not_personal=("person",),
        person_paths=("person",),
    ),
    NoPersonalData(
        model="privacy.ErasedPerson",
        because=_(
            "A random number that no longer leads to anybody, so that a restored backup is erased again."
        ),
    ),
)
