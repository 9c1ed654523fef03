"""What an operator may set, and what a slip is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from maillage.project.config import SETTINGS, BadConfigError, load_config
from maillage.project.email import email_settings
from maillage.project.logs import drop_personal
from maillage.project.sign_in import identity_providers

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "settings.md"


def write(folder: Path, text: str) -> dict[str, str]:
    (folder / "maillage.toml").write_text(text, encoding="utf-8")
    return {"MAILLAGE_DATA": str(folder)}


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    environment = write(tmp_path, 'public_url = "https://a.fr"\nhosts = ["a.fr"]\n')
    config = load_config({**environment, "MAILLAGE_PUBLIC_URL": "https://b.fr"})
    assert config.public_url == "https://b.fr"
    assert config.hosts == ["a.fr"]
    assert config.debug is False
    assert config.data_path == tmp_path


def test_each_kind_is_read_from_text(tmp_path: Path) -> None:
    config = load_config(
        {
            "MAILLAGE_DATA": str(tmp_path),
            "MAILLAGE_DEBUG": "oui",
            "MAILLAGE_HOSTS": "a.fr, b.fr,",
            "MAILLAGE_UPLOAD_MEGABYTES": "7",
        }
    )
    assert (config.debug, config.hosts, config.upload_megabytes) == (True, ["a.fr", "b.fr"], 7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('public_uri = "x"', "« public_uri ». Vouliez-vous dire « public_url »"),
        ("debug = 3", "debug dans"),
        ('upload_megabytes = "beaucoup"', "un nombre entier est attendu"),
        ("upload_megabytes = 0", "au moins 1"),
        ("port = 70000", "au plus 65535"),
        ('log_format = "xml"', "console, json"),
        ("hosts = [1]", "une liste de textes"),
        ("public_url = 1", "un texte entre guillemets"),
        ("x =", "n'est pas du TOML"),
        ('data = "/ailleurs"', "« data »"),
    ],
)
def test_a_slip_in_the_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfigError) as caught:
        load_config(write(tmp_path, text))
    assert said in str(caught.value)


def test_a_slip_in_a_variable_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(BadConfigError, match="MAILLAGE_DEMO"):
        load_config({"MAILLAGE_DATA": str(tmp_path), "MAILLAGE_DEMO": "peut-être"})


def test_each_setting_is_documented() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    missing = [s.name for s in SETTINGS if f"| `{s.name}` | `{s.variable}` |" not in text]
    assert not missing, f"docs/reference/settings.md says nothing of {missing}"
    known = {s.name for s in SETTINGS}
    rows = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert set(rows) <= known, f"docs/reference/settings.md speaks of {set(rows) - known}, which are gone"


def test_mail_servers_are_named_by_address(tmp_path: Path) -> None:
    found = email_settings("smtp://moi%40a.fr:s%2Fecret@mail.a.fr", tmp_path)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("moi@a.fr", "s/ecret")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (587, True, False)
    assert email_settings("smtps://mail.a.fr", tmp_path)["EMAIL_USE_SSL"] is True
    assert email_settings("file:", tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    for bad in ("http://a.fr", "smtp://", "smtp://a.fr:port", "mail.a.fr"):
        with pytest.raises(BadConfigError):
            email_settings(bad, tmp_path)


PROVIDER = {
    "id": "reseau",
    "name": "Le Réseau",
    "client_id": "maillage",
    "client_secret": "secret",
    "issuer": "https://auth.exemple.fr/realms/reseau",
}


@pytest.mark.parametrize(
    ("providers", "said"),
    [
        ({"id": "reseau"}, "une liste"),
        (["reseau"], "une liste"),
        ([PROVIDER, {"id": "agents"}], "fournisseur 2 : « name » manque"),
        ([{**PROVIDER, "client_secret": 3}], "« client_secret » manque"),
        ([{**PROVIDER, "id": "le réseau"}], "« id » est fait de lettres"),
        ([{**PROVIDER, "kind": "saml"}], "« kind »"),
        ([{**PROVIDER, "issuer": "auth.exemple.fr"}], "« issuer »"),
        ([{**PROVIDER, "origins": "https://auth.exemple.fr"}], "« origins »"),
        ([PROVIDER, PROVIDER], "deux fournisseurs ont l'id « reseau »"),
    ],
)
def test_a_slip_in_an_identity_provider_is_named(providers: Any, said: str) -> None:
    with pytest.raises(BadConfigError) as caught:
        identity_providers(providers)
    assert said in str(caught.value)


def test_identity_providers_are_read() -> None:
    assert identity_providers([]) == {"oidc": {"APPS": []}, "proconnect": {"APPS": []}}
    (app,) = identity_providers([{**PROVIDER, "kind": "proconnect"}])["proconnect"]["APPS"]
    assert app["settings"]["server_url"] == PROVIDER["issuer"]


def test_the_journal_names_nobody() -> None:
    assert drop_personal(None, "info", {"event": "sent", "to": "a@b.fr"}) == {"event": "sent", "to": "…"}
