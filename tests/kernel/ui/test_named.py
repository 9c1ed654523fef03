"""One thing among many, by its name."""

from __future__ import annotations

import pytest

from maillage.kernel.ui.forms import Plain
from maillage.kernel.ui.named import LISTED_MAX, Named

BODIES = [
    (1, "Le Fournil"),
    (2, "Le Fournil d’à côté"),
    (3, "Cycles"),
    (4, "Épicerie"),
    (5, "Épicerie"),
    (77, "3"),
]


def form(said: str | None = None, *, choices: list[tuple[int, str]] = BODIES, guesses: bool = False, required: bool = True) -> Plain:  # fmt: skip
    class One(Plain):
        body = Named(label="Structure", guesses=guesses, required=required)

    made = One(None if said is None else {"body": said}, auto_id="un-%s")
    made.fields["body"].offer(choices, asked_at="/noms/")  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Le Fournil", 1),
        (" le  fournil ", 1),
        ("cote", 2),
        ("CYC", 3),
        ("3", 77),
        ("2", 2),
        ("Épicerie [5]", 5),
    ],
)
def test_a_name_says_which(said: str, meant: int) -> None:
    found = form(said)
    assert found.is_valid(), found.errors
    assert found.cleaned_data["body"] == meant


@pytest.mark.parametrize("said", ["épicerie", "fourn", "e"])
def test_several_that_answer_are_named(said: str) -> None:
    found = form(said)
    assert not found.is_valid()
    assert found.has_error("body", code="several")
    several = found.fields["body"].several  # type: ignore[attr-defined]
    assert len(several) > 1
    assert all(name in str(found.errors) for _pk, name in several[:5] if "’" not in name)
    guessed = form(said, guesses=True)
    assert guessed.is_valid()
    assert guessed.cleaned_data["body"] == several[0][0]


@pytest.mark.parametrize("said", ["Scierie", "99", "-1", "9" * 400, "\x00", "!", "<b>"])
def test_what_names_nothing_is_refused(said: str) -> None:
    assert form(said).errors or said == "\x00"
    assert not form(said).is_valid()
    assert form("", required=False).is_valid()


def test_the_page_proposes_few_names_itself_and_asks_for_many() -> None:
    few = str(form()["body"])
    assert '<datalist id="un-body-noms">' in few
    assert '<option value="Épicerie [4]">' in few
    assert "hx-get" not in few
    many = str(form(choices=[(pk, f"Structure {pk}") for pk in range(LISTED_MAX + 1)])["body"])
    assert "<option" not in many
    assert 'hx-get="/noms/"' in many
    assert 'value="Cycles"' in str(
        form("3", choices=BODIES[:5])["body"]
    )  # an address with an id shows a name
