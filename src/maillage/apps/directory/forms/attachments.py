"""Files that people add to a fiche: judged by their content before anything is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from maillage.kernel.files.documents import EXTENSIONS, AcceptedDocument, BadDocumentError, check_document
from maillage.kernel.files.pictures import BadPictureError, reencode
from maillage.kernel.ui.fields import ShortText
from maillage.kernel.ui.forms import Plain


class PictureUpload(forms.FileField):
    """A picture, drawn again without what it carried along: the cleaned value is what may be kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.ClearableFileInput(attrs={"accept": "image/*"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> ContentFile | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return reencode(upload)
        except BadPictureError as fault:
            raise ValidationError(str(fault)) from fault


class PictureForm(Plain):
    picture = PictureUpload(
        label=_("Picture"),
        error_messages={"required": _("Choose a picture.")},
        help_text=_("JPEG, PNG, WebP or GIF, up to 12 MB."),
    )
    alternative_text = ShortText(
        label=_("What the picture shows"),
        max_length=200,
        error_messages={"required": _("Say what the picture shows, for those who do not see it.")},
        help_text=_("For people who do not see it: “Six people plant leeks in front of a greenhouse”."),
    )
    credit = ShortText(label=_("Credit"), max_length=160, required=False, help_text=_("Who took it."))


class PictureWordsForm(Plain):
    alternative_text = ShortText(label=_("What the picture shows"), max_length=200)
    credit = ShortText(label=_("Credit"), max_length=160, required=False)


class DocumentForm(Plain):
    document = forms.FileField(
        label=_("Document"),
        error_messages={"required": _("Choose a document.")},
        help_text=", ".join(EXTENSIONS),
    )
    title = ShortText(label=_("Title of the document"), max_length=160, required=False)
    accepted: AcceptedDocument

    def clean_document(self) -> Any:
        upload = self.cleaned_data["document"]
        try:
            self.accepted = check_document(upload)
        except BadDocumentError as fault:
            raise ValidationError(str(fault)) from fault
        return upload
