"""A fiche's files are read by those who may see the fiche."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative, InitiativeDocument


@pytest.mark.django_db
def test_a_draft_s_documents_are_closed_until_it_is_published(client: Client) -> None:
    now = timezone.now()
    initiative = Initiative.objects.create(
        title="Fournil", slug="fournil", status=Status.DRAFT, created_at=now, updated_at=now
    )
    document = InitiativeDocument(
        initiative=initiative, title="Plan", media_type="application/pdf", size_bytes=4
    )
    document.file.save("plan.pdf", ContentFile(b"%PDF"))
    address = document.file.url
    assert address.startswith("/fichiers/documents/")
    assert client.get(address).status_code == 404
    Initiative.objects.filter(pk=initiative.pk).update(status=Status.PUBLISHED)
    answer = client.get(address)
    assert b"".join(answer) == b"%PDF"  # type: ignore[arg-type]
