"""The command `maillage` as an operator meets it."""

from __future__ import annotations

import errno
import os
import re
import secrets
import signal
import socket
import sqlite3
import stat
from pathlib import Path

import pytest

from maillage.project.cli.app import app, main
from maillage.project.server import STOP_SECONDS_MAX, port_is_free, why_not_listen
from tests.project.house import environment, free_port, get, python, run, running, wait_for
from tests.project.test_doctor import newer_release

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference" / "commandes.md"


def test_each_command_and_option_is_documented() -> None:
    import typer

    text = REFERENCE.read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    missing = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        if f"## maillage {name}\n" not in text:
            missing.append(name)
            continue
        section = text.split(f"## maillage {name}\n")[1].split("\n## ")[0]
        members = [command, *getattr(command, "commands", {}).values()]
        parameters = [parameter for member in members for parameter in member.params]
        shown = [p for p in parameters if not getattr(p, "hidden", False) and p.name != "help"]
        missing += [
            f"{name} {option}"
            for parameter in shown
            for option in parameter.opts
            if option.startswith("--") and f"`{option}" not in section
        ]
    assert not missing, f"docs/reference/commandes.md says nothing of {missing}"
    documented = set(re.findall(r"^## maillage (\S+)$", text, re.M))
    assert documented == set(group.commands)  # type: ignore[attr-defined]


def test_help_is_in_french(tmp_path: Path) -> None:
    said = run(tmp_path, "serve", "--help")
    assert "Ouvre le site" in said
    assert "Affiche cette aide." in said
    for word in ("Show this", "default:", "Commands", "required"):
        assert word not in said
    assert "Maillage 0" in run(tmp_path, "--version")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("bidule", "✗ Il n'y a pas de commande « bidule »."),
        ("serve --portt 3", "✗ Il n'y a pas d'option --portt ; peut-être --host, --port ?"),
        ("serve --port trois", "✗ --port attend un nombre."),
        ("serve --port 70000", "✗ --port dépasse la limite, qui est 65535."),
        ("serve --port", "✗ L'option --port attend une valeur."),
        ("serve --worker=3", "✗ L'option --worker ne prend pas de valeur."),
        ("serve ici là", "✗ Argument de trop : ici là"),
        ("import", "✗ Il manque FICHIER."),
        ("user creat", "✗ Il n'y a pas de commande « creat » ; peut-être 'create' ?"),
    ],
)
def test_a_mistyped_command_is_answered_in_french(
    typed: str, answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["maillage", *typed.split()])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines()[0] == answer


def test_a_site_opens_answers_and_stops(tmp_path: Path) -> None:
    data = tmp_path / "site"
    with running(data, "serve") as (process, port):
        assert get(port, "/sante") == (200, "ok")
        assert get(port, "/")[0] == 200
        wait_for(lambda: "worker started" in process.log.read_text())  # type: ignore[attr-defined]
        said = process.log.read_text()  # type: ignore[attr-defined]
        assert re.search(rf"http://localhost:{port}/bienvenue/premier/\S+/", said)
        assert "Le port" in run(tmp_path / "autre", "serve", "--port", str(port), code=1)
    assert process.returncode == 0
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.iterdir())}
    assert rights["site"] == 0o700
    assert {name for name, mode in rights.items() if mode & 0o077} == set()


def test_behind_a_proxy_a_site_answers_under_the_name_that_its_file_gives(tmp_path: Path) -> None:
    data = tmp_path / "site"
    data.mkdir(mode=0o700)
    (data / "maillage.toml").write_text('public_url = "https://maillage.exemple.org"\ntrusted_proxies = 1\n')
    with running(data, "serve") as (process, port):
        said = process.log.read_text()  # type: ignore[attr-defined]
        assert "https://maillage.exemple.org/bienvenue/premier/" in said
        proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        assert get(port, "/", {"Host": "maillage.exemple.org", **proxied})[0] == 200
        assert get(port, "/", {"Host": "autre.exemple.org", **proxied})[0] == 400
        assert get(port, "/sante")[0] == 200
        log = process.log.read_text()  # type: ignore[attr-defined]
        assert "'autre.exemple.org'" in log
        assert "Traceback" not in log


def test_all_processes_leave_with_the_server_even_killed(tmp_path: Path) -> None:
    with running(tmp_path / "site", "serve") as (process, port):
        wait_for(lambda: "worker started" in process.log.read_text())  # type: ignore[attr-defined]
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_for(lambda: "worker stopped" in process.log.read_text())  # type: ignore[attr-defined]
        wait_for(lambda: port_is_free("127.0.0.1", port))


def test_ctrl_c_ends_all_processes_at_once(tmp_path: Path) -> None:
    """A terminal sends it to the whole group, several times when one is in a hurry."""
    with running(tmp_path / "site", "serve") as (process, port):
        wait_for(lambda: "worker started" in process.log.read_text())  # type: ignore[attr-defined]
        os.killpg(process.pid, signal.SIGINT)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(STOP_SECONDS_MAX / 2) == 0
        assert port_is_free("127.0.0.1", port)
        assert "Traceback" not in process.log.read_text()  # type: ignore[attr-defined]


def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    assert "n'existe pas" in run(absent, "doctor", code=1)
    assert not absent.exists()
    file = tmp_path / "fichier"
    file.write_text("")
    assert "n'est pas un dossier" in run(file, "serve", "--port", str(free_port()), code=1)
    site = tmp_path / "site"
    site.mkdir()
    (site / "maillage.toml").write_text('public_uri = "x"')
    said = run(site, "upgrade", code=1)
    assert "« public_uri »" in said
    assert "Traceback" not in said
    (site / "maillage.toml").unlink()
    (site / "secret-key").write_text("")
    said = run(site, "upgrade", code=1)
    assert "clé secrète est vide" in said
    assert "Traceback" not in said
    assert "? " in run(site, "upgrade", code=1, PYTHONIOENCODING="ascii"), "a terminal that lacks our signs"
    (site / "secret-key").unlink()
    for url in ("mysql://moi:motus@h/base", "postgresql://moi:motus@h:port/base", "postgresql://moi:motus@h"):
        (site / "maillage.toml").write_text(f'database_url = "{url}"')
        said = run(site, "doctor", code=1)
        assert "database_url : une adresse PostgreSQL" in said
        assert "Traceback" not in said
        assert "motus" not in said


def test_why_a_site_cannot_listen_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        said = run(tmp_path, "serve", "--port", str(taken), code=1)
    assert f"Le port {taken} est déjà pris" in said
    said = run(tmp_path, "serve", "--host", "192.0.2.1", "--port", str(free_port()), code=1)
    assert "« 192.0.2.1 » n'est pas une adresse de cette machine" in said

    def refuse(*_address: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("socket.socket.bind", refuse)
    assert "à partir de 1024" in why_not_listen("127.0.0.1", 80)


def test_a_base_that_does_not_open_is_said_in_a_sentence(site: Path) -> None:
    away = {"MAILLAGE_DATABASE_URL": "postgresql://personne@127.0.0.1:9/rien"}
    for words in (("serve", "--port", str(free_port())), ("upgrade",), ("backup",), ("user", "list")):
        said = run(site, *words, code=1, **away)
        assert "La base ne s'ouvre pas" in said, words
        assert "maillage doctor" in said
        assert "Traceback" not in said
    (site / "maillage.sqlite3").write_bytes(os.urandom(20_000))
    said = run(site, "backup", code=1)
    assert "La base ne s'ouvre pas" in said
    assert "Traceback" not in said


def test_what_the_system_refuses_is_said_in_french(site: Path, tmp_path: Path) -> None:
    plain = tmp_path / "fichier"
    plain.write_text("")
    run(site, "backup", "--output", str(tmp_path / "bonne.zip"))
    said = run(site, "backup", "--output", str(plain / "b.zip"), code=1)
    assert f"La sauvegarde n'a pas été faite : {plain} : ce nom est déjà pris." in said
    said = run(site, "restore", str(tmp_path / "bonne.zip"), "--data", str(plain), code=1)
    assert "n'est pas un dossier" in said
    connection = sqlite3.connect(site / "maillage.sqlite3")
    with connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'jobs' AND name = '0001_queue'")
    connection.close()
    (site / "backups").write_text("")
    for words in (("upgrade",), ("serve", "--port", str(free_port())), ("user", "create", "ada@exemple.org")):
        said = run(site, *words, code=1)
        assert "La base n'est pas mise à niveau" in said, words
        assert "ce nom est déjà pris" in said
        assert "Traceback" not in said


def test_an_older_release_leaves_the_base_alone(site: Path) -> None:
    newer_release(site)
    for words in (("upgrade",), ("serve", "--port", str(free_port()))):
        assert "version plus récente" in run(site, *words, code=1), words


def test_a_demonstration_never_settles_in_a_real_site(tmp_path: Path) -> None:
    data = tmp_path / "site"
    data.mkdir()
    (data / "maillage.toml").write_text("")
    assert "autre chose qu'une démonstration" in run(
        data, "demo", "--data", str(data), "--port", str(free_port()), code=1
    )
    assert "démonstration" in run(data, "demo", "--wipe", "--data", str(data), code=1)
    assert (data / "maillage.toml").is_file()


def test_a_demonstration_is_not_opened_to_the_network(tmp_path: Path) -> None:
    said = run(tmp_path, "serve", "--host", "0.0.0.0", "--port", "8179", code=1, MAILLAGE_DEMO="oui")
    assert "ne s'ouvre pas au réseau" in said


def test_production_settings_pass_the_checks(tmp_path: Path) -> None:
    run(tmp_path / "site", "upgrade", code=1)
    script = """
from django.core.management import call_command
call_command("check", "--deploy", "--fail-level", "WARNING")
"""
    (tmp_path / "site").mkdir()
    python(
        tmp_path / "site",
        script,
        MAILLAGE_PUBLIC_URL="https://maillage.exemple.org",
        MAILLAGE_SECRET_KEY=secrets.token_urlsafe(48),
    )
    assert environment(tmp_path)["MAILLAGE_DATA"] == os.fspath(tmp_path)


def test_accounts_are_looked_after_from_the_server(site: Path) -> None:
    assert "Compte ouvert" in run(site, "user", "create", "ada@exemple.org", "--role", "administrator")
    assert "ada@exemple.org" in run(site, "user", "list")
    assert "…" not in run(site, "user", "list", COLUMNS="50"), (
        "an address is read whole, on two lines if need be"
    )
    for wrong in ("ada", "", "ada@exemple.org bis", f"{'a' * 250}@exemple.org"):
        assert "n'est pas une adresse" in run(site, "user", "create", wrong, code=1)
    assert "Le nom est refusé" in run(site, "user", "create", "zoe@exemple.org", "--name", "z" * 121, code=1)
    assert "n'est pas un rôle" in run(site, "user", "promote", "ada@exemple.org", "roi", code=1)
    assert "Aucun compte" in run(site, "user", "promote", "zoe@exemple.org", "member", code=1)
    elsewhere = site.with_name("nowhere")
    assert "n'existe pas" in run(elsewhere, "user", "list", code=1)
    assert not elsewhere.exists(), "a folder that was mistyped makes no site"
    run(site, "user", "promote", "ada@exemple.org", "member", code=1)
