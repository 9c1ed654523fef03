"""The files that an operator copies agree with the house and with one another, as far as can be seen without running them."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.urls import resolve

from maillage.project.config import SETTINGS, load_config
from tests.consistency.sources import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose"
DOCKERFILE = (COMPOSE / "Dockerfile").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())
PORT = next(setting.default for setting in SETTINGS if setting.name == "port")
SUBSTITUTED = re.compile(r"\$\{(\w+)(:\?|:-([^}]*))?[^}]*\}")


def composed() -> dict[str, Any]:
    loaded = yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def example() -> dict[str, str]:
    lines = (COMPOSE / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def substituted(text: str, given: dict[str, str]) -> str:
    return SUBSTITUTED.sub(lambda said: given.get(said[1], "") or said[3] or "", text)


def unit(file: Path) -> dict[str, list[tuple[str, str]]]:
    sections: dict[str, list[tuple[str, str]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            within = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            name, _equals, value = line.partition("=")
            within.append((name, value))
    return sections


def test_the_compose_file_has_the_shape_of_its_specification() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"),
            str(COMPOSE / "compose.yaml"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_services_name_what_exists() -> None:
    whole = composed()
    services, volumes = whole["services"], whole["volumes"]
    used = set()
    for name, service in services.items():
        if "build" in service:
            assert (COMPOSE / service["build"] / "Dockerfile").is_file()
        else:
            assert ":" in service["image"], f"{name} follows whatever image is the latest"
        for volume in service.get("volumes", ()):
            source, _colon, _target = volume.partition(":")
            assert source in volumes, f"{name}: {volume}"
            used.add(source)
        awaited = service.get("depends_on", {})
        for other in awaited:
            assert other in services
            if isinstance(awaited, dict) and awaited[other]["condition"] == "service_healthy":
                assert "healthcheck" in services[other] or "build" in services[other]
    assert used == set(volumes)


def test_what_is_to_be_filled_in_is_in_the_example_and_nothing_more() -> None:
    text = (COMPOSE / "compose.yaml").read_text(encoding="utf-8")
    assert {said[0] for said in SUBSTITUTED.findall(text)} == set(example())
    assert "/deploy/compose/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("filled", [True, False])
def test_the_settings_of_the_services_are_ours_and_can_be_read(filled: bool, tmp_path: Path) -> None:
    """As the example fills them in; and with nothing but what compose insists on."""
    given = example() if filled else {name: example()[name] for name in ("SITE_NAME", "POSTGRES_PASSWORD")}
    known = {setting.variable for setting in SETTINGS}
    ours = [service for service in composed()["services"].values() if "build" in service]
    assert ours
    for service in ours:
        told = {name: substituted(value, given) for name, value in service["environment"].items()}
        assert set(told) <= known
        config = load_config({**told, "MAILLAGE_DATA": str(tmp_path)})
        assert config.public_url == "https://maillage.exemple.org"
        address = urlsplit(config.database_url)
        base = composed()["services"][str(address.hostname)]["environment"]
        assert address.username == base["POSTGRES_USER"]
        assert address.path == f"/{base['POSTGRES_DB']}"
        assert address.password == substituted(base["POSTGRES_PASSWORD"], given)


def test_the_image_and_its_services_agree_on_folder_port_and_health() -> None:
    (folder,) = re.findall(r"^ENV MAILLAGE_DATA=(\S+)$", DOCKERFILE, re.M)
    assert f"VOLUME {folder}" in DOCKERFILE
    assert f"-m 700 {folder}" in DOCKERFILE, "the account of the image cannot write its data"
    assert f"EXPOSE {PORT}" in DOCKERFILE
    (asked,) = re.findall(r"urlopen\('(http:[^']+)'\)", DOCKERFILE)
    assert urlsplit(asked).port == PORT
    assert resolve(urlsplit(asked).path).url_name == "health"
    for source in re.findall(r"^COPY (\S+) ", DOCKERFILE, re.M):
        assert (COMPOSE / source).is_dir()
    services = composed()["services"]
    for service in services.values():
        if "build" in service:
            assert f"data:{folder}" in service["volumes"]
    assert f"web:{PORT}" in services["proxy"]["command"]


def test_the_proxies_lead_to_the_port_of_the_service() -> None:
    for file in (DEPLOY / "proxy").iterdir():
        assert f"127.0.0.1:{PORT}" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_a_unit_says_what_it_is_and_writes_its_data_only(file: Path) -> None:
    said = unit(file)
    assert dict(said["Unit"])["Description"]
    if file.suffix == ".timer":
        assert file.with_suffix(".service").is_file()
        assert dict(said["Install"])["WantedBy"] == "timers.target"
        return
    service = dict(said["Service"])
    assert service["User"] == service["Group"] == "maillage"
    assert service["Environment"] == f"MAILLAGE_DATA={service['ReadWritePaths']}"
    assert service["ExecStart"].startswith("/opt/maillage/bin/maillage ")
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "yes")
    assert ("Install" in said) == (not file.with_suffix(".timer").is_file())


def test_systemd_reads_the_units_where_it_is_there(tmp_path: Path) -> None:
    """With a program that exists in the place of ours. Without systemd, the other tests have read them."""
    tool = shutil.which("systemd-analyze")
    for file in UNITS:
        parser = configparser.RawConfigParser(strict=False)
        parser.read(file)
        assert parser.sections()
        text = file.read_text(encoding="utf-8").replace("/opt/maillage/bin/maillage", "/bin/true")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    if tool is None:
        return
    copies = [str(tmp_path / file.name) for file in UNITS]
    done = subprocess.run([tool, "verify", "--man=no", *copies], capture_output=True, text=True, check=False)
    wrong = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "maillage" in line]
    assert wrong == []


def test_the_howto_speaks_of_every_file() -> None:
    text = (ROOT / "docs" / "how-to" / "deploy.md").read_text(encoding="utf-8")
    missing = [file.name for file in (*UNITS, *(DEPLOY / "proxy").iterdir()) if file.name not in text]
    assert missing == []
    assert "deploy/compose/" in text
