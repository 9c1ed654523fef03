"""Keeps what is being typed: the page's script sends the form now and then."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.directory.actions.drafts import DraftTooLargeError, forget_draft, keep_draft

KEY = re.compile(r"[a-z0-9-]{1,80}")
LEFT_OUT = ("csrfmiddlewaretoken", "retour", "seen", "cle", "key")
"""Never kept: what proves or orders something once, as the key under which a form is sent, minted when it is shown."""


@member_required
@require_POST
def draft_keep(request: HttpRequest, key: str) -> HttpResponseBase:
    """Keep the fields sent. 204 when kept, 413 when there is too much of them."""
    if not KEY.fullmatch(key):
        raise Http404
    data = {name: values for name, values in request.POST.lists() if name not in LEFT_OUT}
    try:
        keep_draft(person=person_of(request), key=key, data=data, now=timezone.now())
    except DraftTooLargeError as fault:
        return JsonResponse({"detail": str(fault.message)}, status=413)
    return HttpResponse(status=204)


@member_required
@require_POST
def draft_forget(request: HttpRequest, key: str) -> HttpResponseBase:
    """Drop what was kept and show what is saved."""
    forget_draft(person=person_of(request), key=key)
    back = request.POST.get("retour", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/mon-espace/"
    return redirect(back)
