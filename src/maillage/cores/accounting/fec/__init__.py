"""The FEC, the file of entries that a tax office asks for: writing it, and holding any against its rules."""

from maillage.cores.accounting.fec.checking import FecReport, check_fec
from maillage.cores.accounting.fec.naming import file_name
from maillage.cores.accounting.fec.rules import RULES, Rule

__all__ = ["RULES", "FecReport", "Rule", "check_fec", "file_name"]
