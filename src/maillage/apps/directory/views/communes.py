"""The communes on which the maps stand: their names and contours are shown without network."""

from __future__ import annotations

from contextlib import closing
from typing import IO

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.apps.accounts.access import facilitator_required, person_of
from maillage.apps.directory.actions.geography import Loaded, load_communes
from maillage.apps.directory.forms.communes import FILE_BYTES_MAX, CommunesForm
from maillage.apps.directory.queries.communes import communes_by_department
from maillage.apps.directory.readers.rows import UnreadableFileError
from maillage.kernel.fetch.safe import FetchError, fetch

SERVICE = (
    "https://geo.api.gouv.fr/departements/{code}/communes?format=geojson&geometry=contour"
    "&fields=nom,code,codesPostaux,codeEpci,codeDepartement,codeRegion,population,centre"
)
FETCH_SECONDS_MAX = 40.0
FAULTS_SHOWN = 20


@facilitator_required
def communes(request: HttpRequest) -> HttpResponseBase:
    """Which are there, and how more come."""
    form = CommunesForm(request.POST, request.FILES) if request.method == "POST" else CommunesForm()
    loaded = None
    if request.method == "POST" and form.is_valid():
        loaded = _load(request, form)
        if loaded is not None and not loaded.faults:
            return redirect("directory:communes")
    context = {
        "form": form,
        "loaded": loaded,
        "faults": loaded.faults[:FAULTS_SHOWN] if loaded else (),
        "departments": communes_by_department(),
        "trail": [(_("Facilitation"), reverse("portal:facilitation")), (_("Communes"), "")],
    }
    return render(request, "directory/communes.html", context, status=422 if form.errors else 200)


def _load(request: HttpRequest, form: CommunesForm) -> Loaded | None:
    """What came; None when nothing could be read, which the form then says."""
    code, upload = form.cleaned_data["department"], form.cleaned_data["file"]
    try:
        with closing(_opened(code, upload)) as stream:
            loaded = load_communes(stream=stream, now=timezone.now(), actor=person_of(request))
    except (UnreadableFileError, FetchError) as error:
        form.add_error("department" if code else "file", str(error.sentence))
        return None
    if loaded.written:
        told = ngettext("%(count)d commune is loaded.", "%(count)d communes are loaded.", loaded.written)
        messages.success(request, told % {"count": loaded.written})
    elif not loaded.faults:
        form.add_error("department" if code else "file", _("There is no commune in it."))
        return None
    return loaded


def _opened(code: str, upload: IO[bytes]) -> IO[bytes]:
    if not code:
        return upload
    address = SERVICE.format(code=code)
    return fetch(address, size_bytes_max=FILE_BYTES_MAX, seconds_max=FETCH_SECONDS_MAX).file
