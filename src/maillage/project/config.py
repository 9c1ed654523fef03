"""The settings an operator may choose: environment variables first, then one TOML file, then defaults.

Every setting stands in `SETTINGS`, with its sentence; `docs/reference/settings.md` is tested against it.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

FILE_NAME = "maillage.toml"
YES, NO = ("1", "true", "yes", "on", "oui"), ("0", "false", "no", "off", "non", "")


class BadConfigError(ValueError):
    """The settings cannot be used; the message is a French sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting: `kind` is "str", "int", "bool", "list" (of words) or "json" (any shape)."""

    name: str
    kind: str
    default: Any
    description: str
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int | None = None

    @property
    def variable(self) -> str:
        return f"MAILLAGE_{self.name.upper()}"

    def read(self, value: Any) -> Any:
        """`value`, a variable's text or a TOML value, in the setting's kind. Raises ValueError."""
        found = READERS[self.kind](value)
        if self.choices and found not in self.choices:
            raise ValueError(f"l'une de ces valeurs est attendue : {', '.join(self.choices)}")
        if self.kind == "int" and found < self.minimum:
            raise ValueError(f"un nombre entier d'au moins {self.minimum} est attendu")
        if self.maximum is not None and found > self.maximum:
            raise ValueError(f"un nombre entier d'au plus {self.maximum} est attendu")
        return found


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("un texte entre guillemets est attendu")
    return value.strip()


def _read_int(value: Any) -> int:
    try:
        if isinstance(value, bool | float):
            raise TypeError
        return int(value)
    except (TypeError, ValueError):
        raise ValueError("un nombre entier est attendu") from None


def _read_bool(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in YES + NO:
        raise ValueError("« true » ou « false » est attendu")
    return word in YES


def _read_list(value: Any) -> list[str]:
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("une liste de textes est attendue")
    return [word.strip() for word in words if word.strip()]


def _read_json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError as error:
        raise ValueError(f"du JSON est attendu (caractère {error.pos + 1})") from None


READERS: dict[str, Callable[[Any], Any]] = {
    "str": _read_text,
    "int": _read_int,
    "bool": _read_bool,
    "list": _read_list,
    "json": _read_json,
}

SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="data",
        kind="str",
        default="",
        description="Le dossier des données : base, fichiers, clé secrète.",
    ),
    Setting(
        name="database_url",
        kind="str",
        default="",
        description="Adresse PostgreSQL ; sans elle, SQLite dans le dossier des données.",
    ),
    Setting(
        name="secret_key",
        kind="str",
        default="",
        description="Clé secrète ; sinon celle du dossier des données.",
    ),
    Setting(
        name="debug", kind="bool", default=False, description="Pages d'erreur détaillées ; jamais en service."
    ),
    Setting(
        name="hosts",
        kind="list",
        default=["localhost", "127.0.0.1", "[::1]"],
        description="Noms sous lesquels le site répond.",
    ),
    Setting(
        name="port",
        kind="int",
        default=8000,
        minimum=1,
        maximum=65_535,
        description="Port où le site écoute.",
    ),
    Setting(
        name="public_url",
        kind="str",
        default="",
        description="Adresse publique du site ; sans elle, cette machine et son port.",
    ),
    Setting(
        name="email_url",
        kind="str",
        default="",
        description="Serveur d'envoi : smtp://nom:mot-de-passe@hote:587, smtps://…:465 ou file: ; sans lui, le terminal.",
    ),
    Setting(
        name="email_from",
        kind="str",
        default="maillage@localhost",
        description="Adresse d'expédition des courriels.",
    ),
    Setting(
        name="log_format",
        kind="str",
        default="console",
        choices=("console", "json"),
        description="Journal du serveur : lisible, ou une ligne JSON par fait.",
    ),
    Setting(
        name="log_level",
        kind="str",
        default="info",
        choices=("debug", "info", "warning", "error"),
        description="Ce que le journal du serveur retient.",
    ),
    Setting(
        name="database_pool",
        kind="int",
        default=0,
        description="Connexions PostgreSQL gardées par processus ; 0 : une par fil, sans réserve.",
    ),
    Setting(
        name="upload_megabytes",
        kind="int",
        default=20,
        minimum=1,
        description="Taille la plus grande d'un fichier déposé, en mégaoctets.",
    ),
    Setting(
        name="hsts_seconds",
        kind="int",
        default=31_536_000,
        description="Durée pendant laquelle les navigateurs n'emploient plus que HTTPS (si public_url est en https).",
    ),
    Setting(
        name="identity_providers",
        kind="json",
        default=[],
        description="Fournisseurs d'identité OpenID Connect : une liste, voir docs/how-to/oidc.md.",
    ),
    Setting(
        name="trusted_proxies",
        kind="int",
        default=0,
        description="Nombre de mandataires de confiance devant le site, pour compter les essais par adresse.",
    ),
    Setting(
        name="geocoder_url",
        kind="str",
        default="",
        description="Service d'adresses de la forme de la BAN (…/search) ; sans lui, les adresses et communes chargées ici.",
    ),
    Setting(
        name="map_style_url",
        kind="str",
        default="",
        description="Style de carte MapLibre (IGN, OpenStreetMap, PMTiles…) ; sans lui, le fond simple de la maison.",
    ),
    Setting(
        name="map_origins",
        kind="list",
        default=[],
        description="Serveurs que le style de carte appelle, par exemple https://tuiles.exemple.fr.",
    ),
    Setting(
        name="map_attribution",
        kind="str",
        default="",
        description="Mention des sources de la carte, si le style n'en donne pas.",
    ),
    Setting(
        name="demo",
        kind="bool",
        default=False,
        description="Site de démonstration : ruban et changement de rôle.",
    ),
)


@dataclass(frozen=True)
class Config:
    """The values in force. `data_path` is an existing folder, or is created by the commands that need it."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def data_path(self) -> Path:
        return data_folder(self.values["data"])


def data_folder(named: str) -> Path:
    """The data folder for what the operator named; `var` beside us otherwise."""
    return Path(named or Path.cwd() / "var").expanduser().resolve()


def load_config(environment: Mapping[str, str] | None = None) -> Config:
    """Read the environment, then `maillage.toml` in the data folder, then the defaults.

    Raises BadConfigError naming the setting, where it stands, and what was expected.
    """
    variables = os.environ if environment is None else environment
    file = data_folder(variables.get("MAILLAGE_DATA", "")) / FILE_NAME
    chosen = _read_file(file)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        if setting.variable in variables:
            values[setting.name] = _read(
                setting, variables[setting.variable], f"la variable {setting.variable}"
            )
        elif setting.name in chosen:
            values[setting.name] = _read(setting, chosen[setting.name], f"{setting.name} dans {file}")
        else:
            values[setting.name] = setting.default
    return Config(values)


def _read(setting: Setting, value: Any, where: str) -> Any:
    try:
        return setting.read(value)
    except ValueError as error:
        raise BadConfigError(f"Réglage illisible, {where} : {error}.") from None


def _read_file(file: Path) -> dict[str, Any]:
    """The choices of the TOML file; none when it does not exist. `data` cannot stand in the folder it names."""
    try:
        chosen = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except PermissionError:
        raise BadConfigError(f"Le fichier {file} ne peut pas être lu : ses droits le refusent.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfigError(f"Le fichier {file} n'est pas du TOML : {error}.") from None
    names = {setting.name for setting in SETTINGS} - {"data"}
    for name in chosen:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f" Vouliez-vous dire « {near[0]} » ?" if near else ""
            raise BadConfigError(f"Réglage inconnu dans {file} : « {name} ».{hint}")
    return chosen
