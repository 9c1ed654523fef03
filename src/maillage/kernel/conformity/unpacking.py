"""What a PDF from outside carries, taken out in a process with little memory and little time.

A PDF of some kilobytes may ask for gigabytes: the process dies then, and not the one that serves pages.
`python -m maillage.kernel.conformity.unpacking NAME…` reads the PDF on its input and writes the attachment.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from io import BytesIO
from pathlib import Path

PDF_BYTES_MAX = 10 * 1024 * 1024
ATTACHMENT_BYTES_MAX = 5 * 1024 * 1024
MEMORY_BYTES_MAX = 1024 * 1024 * 1024
SECONDS_MAX = 20
_SOURCES = str(Path(__file__).resolve().parents[3])
_NOTHING, _TOO_LARGE, _UNREADABLE = 3, 4, 5


class AttachmentError(ValueError):
    """No attachment came out. `code`: "pdf_too_large", "pdf_unreadable", "no_attachment" or "attachment_too_large"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def attachment_of(pdf: bytes, names: tuple[str, ...]) -> bytes:
    """The first attachment that has one of `names`, compared without case. Raises AttachmentError."""
    if len(pdf) > PDF_BYTES_MAX:
        raise AttachmentError("pdf_too_large")
    paths = [_SOURCES, *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by our own interpreter
            [sys.executable, "-m", "maillage.kernel.conformity.unpacking", *names],
            input=pdf,
            capture_output=True,
            timeout=SECONDS_MAX,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise AttachmentError("pdf_unreadable") from fault
    codes = {_NOTHING: "no_attachment", _TOO_LARGE: "attachment_too_large"}
    if done.returncode:
        raise AttachmentError(codes.get(done.returncode, "pdf_unreadable"))
    return done.stdout


def main() -> None:
    import pikepdf

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    wanted = {name.casefold() for name in sys.argv[1:]}
    try:
        with pikepdf.open(BytesIO(sys.stdin.buffer.read(PDF_BYTES_MAX + 1))) as document:
            for name, attached in document.attachments.items():
                if name.casefold() in wanted or attached.filename.casefold() in wanted:
                    content = attached.get_file().read_bytes()
                    if len(content) > ATTACHMENT_BYTES_MAX:
                        sys.exit(_TOO_LARGE)
                    sys.stdout.buffer.write(content)
                    return
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, KeyError, TypeError, AttributeError):
        sys.exit(_UNREADABLE)
    except MemoryError:
        sys.exit(_TOO_LARGE)
    sys.exit(_NOTHING)


if __name__ == "__main__":
    main()
