"""The command `maillage`, in French: it speaks before any settings exist, so its words stand here."""

from maillage.project.cli import french

french.install()

from maillage.project.cli.app import main  # noqa: E402

__all__ = ["main"]
