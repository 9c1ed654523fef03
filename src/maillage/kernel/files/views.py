"""/fichiers/: what people sent, given back so that a browser can do nothing but show or save it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

from maillage.kernel.files.folders import may_read

SHOWN_TYPES = {
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
}
"""Pictures, which were drawn again when they came in; all the rest is only ever saved, never opened here."""
DOCUMENT_TYPES = {".pdf": "application/pdf", ".txt": "text/plain", ".csv": "text/csv"}
CLOSED_POLICY = "default-src 'none'; sandbox"
FRESH_SECONDS = 3600


@require_safe
def stored_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file of that name for those who may read it; what is absent and what is closed look alike."""
    path = _path_of(name)
    if path is None or not may_read(request.user, name) or not path.is_file():
        raise Http404
    changed_at = path.stat().st_mtime
    if not was_modified_since(request.headers.get("If-Modified-Since"), changed_at):
        return HttpResponseNotModified()
    extension = path.suffix.lower()
    shown = SHOWN_TYPES.get(extension)
    answer = FileResponse(
        path.open("rb"),
        as_attachment=shown is None,
        filename=path.name,
        content_type=shown or DOCUMENT_TYPES.get(extension, "application/octet-stream"),
    )
    answer["Last-Modified"] = http_date(changed_at)
    answer["Content-Security-Policy"] = CLOSED_POLICY
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, max_age=FRESH_SECONDS)
    return answer


def _path_of(name: str) -> Path | None:
    """Where the file stands; None for a name that would lead out of the folder of files."""
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or "\0" in name or "\\" in name:
        return None
    root = Path(settings.MEDIA_ROOT).resolve()
    path = (root / parts).resolve()
    return path if path.is_relative_to(root) else None
