"""Radio Rivage and the Ressourcerie du Val, as `docs/explanation/factures.md` tells of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from maillage.cores.einvoicing.values import (
    Address,
    CreditNote,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Reference,
    Vat,
)

TWENTY, FIVE_AND_A_HALF = Vat("S", Decimal(20)), Vat("S", Decimal("5.5"))
FRANCHISE = Vat(
    "E",
    reason="TVA non applicable, article 293 B du code général des impôts",
    reason_code="VATEX-FR-FRANCHISE",
)
OUT_OF_SCOPE = Vat("O", reason="Opération hors du champ de la TVA", reason_code="VATEX-EU-O")
REVERSED = Vat("AE", reason="Autoliquidation", reason_code="VATEX-EU-AE")

RESSOURCERIE = Party(
    "La Ressourcerie du Val",
    "000345678",
    Address("12 rue des Ateliers", "31000", "Valbrume"),
    siret="00034567800015",
    vat_number="FR19000345678",
    legal_info="Association loi 1901, RNA W311234567",
    email="contact@ressourcerie.example",
)
RADIO = Party(
    "Radio Rivage",
    "000512343",
    Address("3 quai du Port", "31000", "Valbrume"),
    vat_number="FR76000512343",
    legal_info="SCIC SARL à capital variable, RCS Valbrume 000 512 343",
)
NOTES = (
    Note("Indemnité forfaitaire pour frais de recouvrement : 40 €", "PMT"),
    Note("Pénalités de retard : trois fois le taux de l'intérêt légal", "PMD"),
    Note("Pas d'escompte pour paiement anticipé", "AAB"),
)
THE_DAY = date(2026, 11, 26)
CLEARED = "Paiement par compensation (articles 1347 et suivants du code civil)"
BY_CLEARING = Payment("97", date(2026, 12, 26), information=CLEARED, terms="Compensation au 26 décembre 2026")

FURNITURE = Invoice(
    number="F2026-0001",
    issued_on=THE_DAY,
    seller=RESSOURCERIE,
    buyer=RADIO,
    lines=(
        Line(
            "Bureaux",
            Decimal(3),
            Decimal("145.50"),
            TWENTY,
            discount_cents=1000,
            discount_reason="Prix de lot",
        ),
        Line("Livraison", Decimal("1.75"), Decimal("38.90"), TWENTY, unit="HUR"),
        Line("Livres", Decimal(13), Decimal("2.13"), FIVE_AND_A_HALF, description="Romans, occasion"),
    ),
    nature="mixed",
    payment=BY_CLEARING,
    notes=NOTES,
    delivered_on=THE_DAY,
)
AIRTIME = Invoice(
    number="F2026-0044",
    issued_on=THE_DAY,
    seller=RADIO,
    buyer=RESSOURCERIE,
    lines=(Line("Passages à l'antenne", Decimal(4), Decimal(130), TWENTY),),
    nature="services",
    payment=BY_CLEARING,
    notes=NOTES,
    delivered_on=date(2026, 11, 20),
)
DESK_BACK = CreditNote(
    number="A2027-0001",
    issued_on=date(2027, 5, 26),
    seller=RESSOURCERIE,
    buyer=RADIO,
    lines=(Line("Bureau rendu", Decimal(1), Decimal("145.50"), TWENTY),),
    nature="goods",
    payment=replace(BY_CLEARING, due_on=date(2027, 6, 26)),
    notes=NOTES,
    delivered_on=date(2027, 5, 26),
    refers_to=(Reference("F2026-0001", THE_DAY),),
)


def taxed(document: Invoice, vat: Vat, **changes: Any) -> Invoice:
    """The same document with all its lines under `vat`."""
    return replace(document, lines=tuple(replace(line, vat=vat) for line in document.lines), **changes)
