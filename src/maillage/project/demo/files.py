"""Two files that the facilitator brought: one imported, one that waits for her decisions."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.import_analysis import analyse_import
from maillage.apps.directory.actions.imports import confirm_mapping, import_file, start_import
from maillage.apps.directory.choices import DuplicateRule

CONTENT = Path(__file__).parent / "content"
IMPORTED = "cafes-reparation.csv"
WAITING = "jardins-du-pays-voisin.csv"


def bring_files(*, facilitator: Person, now: datetime) -> None:
    """The first leaves a line out and knows another already; the second has a likely duplicate and a position to turn round."""
    with (CONTENT / IMPORTED).open("rb") as stream:
        import_file(actor=facilitator, stream=stream, name=IMPORTED, now=now - timedelta(days=12))
    with (CONTENT / WAITING).open("rb") as stream:
        run = start_import(actor=facilitator, stream=stream, name=WAITING, now=now - timedelta(hours=3))
    confirm_mapping(
        run_id=run.pk,
        mapping=run.mapping,
        duplicate_rule=DuplicateRule.SKIP,
        publishes=run.publishes,
        contacts_public=run.contacts_public,
        source=run.source,
        now=now - timedelta(hours=3),
    )
    analyse_import(run_id=run.pk, now=now - timedelta(hours=3))
