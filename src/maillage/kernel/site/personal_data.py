from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import OnErasure, PersonalData

PERSONAL_DATA = (
    PersonalData(
        model="site.SiteSettings",
        label=_("Contacts of the site"),
        purpose=_("To let anybody write to the team; the law asks for the name of the publication director."),
        who_sees=_("Everybody: they are public."),
        retention=_("Until an administrator changes them."),
        fields={
            "contact_email": _("Address of the team"),
            "privacy_contact": _("Address for personal data"),
            "publication_director": _("Publication director"),
        },
        not_personal=(
            *("name", "tagline", "territory_name", "latitude", "longitude", "zoom", "registration_open"),
            *("rooms_off", "publisher_name", "publisher_address", "host_name", "host_address"),
            *("legal_texts", "welcome_step", "welcomed_at"),
        ),
        email_fields=("contact_email", "privacy_contact"),
        on_erasure=OnErasure.KEEP,
    ),
)
