from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData

PERSONAL_DATA = (
    NoPersonalData(
        model="audience.PageCount", because=_("Numbers by day and kind of page, nothing about readers.")
    ),
)
