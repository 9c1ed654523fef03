"""`maillage user …`: accounts from the server's own command line; Django is set up only once they run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Column, Table

from maillage.kernel.terminal import console, done, fail

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person

OpenHouse = Callable[[Path | None], Any]
ROLES = ("member", "facilitator", "administrator")

Address = Annotated[str, typer.Argument(metavar="ADRESSE", help="Adresse électronique du compte.")]
RoleOption = Annotated[str, typer.Option("--role", help="member, facilitator ou administrator.")]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Dossier des données (sinon MAILLAGE_DATA, sinon ./var).", show_default=False
    ),
]


def register(app: typer.Typer, *, open_house: OpenHouse, make_house: OpenHouse, **options: Any) -> None:
    """Add the `user` commands to `app`. `open_house(data)` sets Django up on the data folder; `make_house(data)` too, made if missing."""
    users = typer.Typer(
        help="Les comptes : créer, lister, changer de rôle, réparer un accès.", no_args_is_help=True
    )
    _add_create(users, make_house)
    for add in (_add_list, _add_promote, _add_reset):
        add(users, open_house)
    app.add_typer(users, name="user", **options)


def _add_create(users: typer.Typer, open_house: OpenHouse) -> None:
    @users.command("create", help="Ouvre un compte ; son adresse est tenue pour vérifiée.")
    def create(
        email: Address,
        name: Annotated[str, typer.Option("--name", help="Nom affiché.")] = "",
        role: RoleOption = "member",
        data: DataOption = None,
    ) -> None:
        open_house(data)
        from django.utils import timezone

        from maillage.apps.accounts.actions import people

        _check(email, name)
        try:
            person = people.create_person(email=email, name=name, role=_role(role), now=timezone.now())
        except people.AddressTakenError as refusal:
            fail(str(refusal.message))
        done(f"Compte ouvert : {person.email} ({_label(person)}).")


def _add_list(users: typer.Typer, open_house: OpenHouse) -> None:
    @users.command("list", help="Les comptes, leur rôle et leur protection.")
    def list_people(
        role: RoleOption = "",
        closed: Annotated[bool, typer.Option("--closed", help="Aussi les comptes fermés.")] = False,
        data: DataOption = None,
    ) -> None:
        open_house(data)
        from maillage.apps.accounts.queries import find_people

        titles = ("Adresse", "Nom", "Rôle", "Deux étapes", "Ouvert")
        table = Table(*(Column(title, overflow="fold") for title in titles))
        for person in find_people(role=_role(role) if role else "", with_closed=closed):
            protected = "oui" if getattr(person, "protected", False) else "non"
            table.add_row(
                person.email, person.name, _label(person), protected, "oui" if person.is_active else "non"
            )
        console.print(table, soft_wrap=False)


def _add_promote(users: typer.Typer, open_house: OpenHouse) -> None:
    @users.command("promote", help="Donne un autre rôle.")
    def promote(
        email: Address,
        role: Annotated[str, typer.Argument(metavar="RÔLE", help="member, facilitator ou administrator.")],
        data: DataOption = None,
    ) -> None:
        open_house(data)
        from django.utils import timezone

        from maillage.apps.accounts.actions import people

        try:
            person = people.change_role(
                actor=None, person_id=_find(email).pk, role=_role(role), now=timezone.now()
            )
        except people.LastAdministratorError as refusal:
            fail(str(refusal.message))
        done(f"{person.email} : {_label(person)}.")


def _add_reset(users: typer.Typer, open_house: OpenHouse) -> None:
    @users.command(
        "reset-second-factor",
        help="Retire clés d'accès, application et codes de secours de quelqu'un qui les a perdus.",
    )
    def reset_second_factor(email: Address, data: DataOption = None) -> None:
        open_house(data)
        from django.utils import timezone

        from maillage.apps.accounts.actions import people

        person = people.reset_second_factor(actor=None, person_id=_find(email).pk, now=timezone.now())
        done(f"{person.email} peut se connecter avec un code reçu par courriel.")


def _check(email: str, name: str) -> None:
    """Leave with a sentence when no account can have this address or this name."""
    from django.core.exceptions import ValidationError

    from maillage.apps.accounts.models import Person

    try:
        Person(email=email.strip(), name=name.strip()).clean_fields(exclude={"password", "role"})
    except ValidationError as refusal:
        wrong = refusal.message_dict
        if "email" in wrong:
            fail(f"« {email} » n'est pas une adresse électronique.")
        fail(f"Le nom est refusé : {' '.join(wrong['name'])}")


def _role(name: str) -> Any:
    from maillage.apps.accounts.choices import Role

    if name not in ROLES:
        fail(f"« {name} » n'est pas un rôle : {', '.join(ROLES)}.")
    return Role(name)


def _label(person: Person) -> str:
    from maillage.apps.accounts.choices import Role

    return str(Role(person.role).label)


def _find(email: str) -> Person:
    from maillage.apps.accounts.models import Person

    person = Person.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        fail(f"Aucun compte avec l'adresse {email}.")
    return person
