"""Pictures and documents of a fiche. The files were already checked, and pictures drawn again, by `kernel.files`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import FileField, Max
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.models import Initiative, InitiativeDocument, InitiativePicture
from maillage.kernel.audit.actions import record
from maillage.kernel.files.documents import AcceptedDocument

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person

PICTURES_MAX = 12
DOCUMENTS_MAX = 12


class TooManyAttachmentsError(Exception):
    """A fiche holds as many pictures or documents as it may."""

    message = _("A fiche may hold %(max)s of them: remove one first.")

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.sentence = str(self.message) % {"max": most}


@transaction.atomic
def add_picture(
    *,
    actor: Person | None,
    initiative_id: int,
    picture: ContentFile,
    alternative_text: str,
    credit: str = "",
    now: datetime,
) -> InitiativePicture:
    """Add a picture after the others. Raises TooManyAttachmentsError."""
    initiative = Initiative.objects.select_for_update().get(pk=initiative_id)
    made = InitiativePicture(
        initiative=initiative,
        alternative_text=alternative_text,
        credit=credit,
        rank=_next_rank(InitiativePicture, initiative, PICTURES_MAX),
    )
    made.image.save(f"{initiative.slug[:60]}.webp", picture, save=False)
    made.save()
    _journal("initiative.add_picture", initiative, actor, now)
    return made


@transaction.atomic
def describe_picture(
    *, actor: Person | None, picture_id: int, alternative_text: str, credit: str, now: datetime
) -> InitiativePicture:
    picture = InitiativePicture.objects.select_for_update().select_related("initiative").get(pk=picture_id)
    picture.alternative_text, picture.credit = alternative_text, credit
    picture.save(update_fields=["alternative_text", "credit"])
    _journal("initiative.describe_picture", picture.initiative, actor, now)
    return picture


@transaction.atomic
def remove_picture(*, actor: Person | None, picture_id: int, now: datetime) -> None:
    picture = InitiativePicture.objects.select_related("initiative").get(pk=picture_id)
    picture.delete()
    _journal("initiative.remove_picture", picture.initiative, actor, now)
    _delete_file_after_commit(picture.image)


@transaction.atomic
def add_document(
    *,
    actor: Person | None,
    initiative_id: int,
    file: File,
    accepted: AcceptedDocument,
    title: str,
    now: datetime,
) -> InitiativeDocument:
    """Add a document after the others. Raises TooManyAttachmentsError."""
    initiative = Initiative.objects.select_for_update().get(pk=initiative_id)
    made = InitiativeDocument(
        initiative=initiative,
        title=title or accepted.name,
        media_type=accepted.media_type,
        size_bytes=accepted.size_bytes,
        rank=_next_rank(InitiativeDocument, initiative, DOCUMENTS_MAX),
    )
    made.file.save(accepted.name, file, save=False)
    made.save()
    _journal("initiative.add_document", initiative, actor, now)
    return made


@transaction.atomic
def remove_document(*, actor: Person | None, document_id: int, now: datetime) -> None:
    document = InitiativeDocument.objects.select_related("initiative").get(pk=document_id)
    document.delete()
    _journal("initiative.remove_document", document.initiative, actor, now)
    _delete_file_after_commit(document.file)


def _next_rank(
    model: type[InitiativePicture] | type[InitiativeDocument], initiative: Initiative, most: int
) -> int:
    there = model._default_manager.filter(initiative=initiative)
    if there.count() >= most:
        raise TooManyAttachmentsError(most)
    last = there.aggregate(last=Max("rank"))["last"]
    return 0 if last is None else last + 1


def _delete_file_after_commit(file: FieldFile | FileField) -> None:
    assert isinstance(file, FieldFile)
    name, storage = file.name, file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _journal(verb: str, initiative: Initiative, actor: Person | None, now: datetime) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="initiative",
        target_id=initiative.pk,
        target_label=initiative.title,
        now=now,
    )
