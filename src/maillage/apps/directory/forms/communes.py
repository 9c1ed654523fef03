"""The communes of a territory, from a file or from the national service."""

from __future__ import annotations

import re

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from maillage.kernel.ui.forms import Plain

FILE_BYTES_MAX = 32_000_000
"""It is written in one go, while nobody else writes on the embedded database."""
DEPARTMENT = re.compile(r"0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]")


class CommunesForm(Plain):
    """A département, or a file; one of the two."""

    department = forms.CharField(
        label=_("Number of a département"),
        required=False,
        max_length=3,
        help_text=_(
            "87, 2A, 974… Its communes are asked of the national service geo.api.gouv.fr, with their contours."
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("JSON or GeoJSON in the form of geo.api.gouv.fr, 32 MB at most: about that of a region."),
    )

    def clean_department(self) -> str:
        code = str(self.cleaned_data["department"]).strip().upper()
        if code and not DEPARTMENT.fullmatch(code):
            raise forms.ValidationError(
                _("This is no number of a French département: 01 to 95, 2A, 2B, or 971 to 978.")
            )
        return code

    def clean_file(self) -> UploadedFile | None:
        upload: UploadedFile | None = self.cleaned_data["file"]
        if upload is not None and (upload.size or 0) > FILE_BYTES_MAX:
            raise forms.ValidationError(
                _("This file weighs more than 32 MB: load one département at a time.")
            )
        return upload

    def clean(self) -> None:
        given = bool(self.cleaned_data.get("department")), bool(self.cleaned_data.get("file"))
        if not self.errors and given[0] == given[1]:
            self.add_error("department", _("Give a département, or a file: one of the two."))
