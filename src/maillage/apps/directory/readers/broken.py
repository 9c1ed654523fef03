"""What is told of a file of XML that cannot be read: where it breaks, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.apps.directory.readers.rows import UnreadableFileError


def broken_xml(error: Exception) -> UnreadableFileError:
    """The parsers' own words are in English, and tell people less than the line."""
    line, column = getattr(error, "position", (0, 0))
    if not line:
        return UnreadableFileError(_("This XML file is broken: download it again."))
    return UnreadableFileError(
        _("This XML file is broken at line %(line)d, column %(column)d: download it again.")
        % {"line": line, "column": column + 1}
    )
