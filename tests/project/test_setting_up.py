"""`make` installs by the fast installer what pip would have installed, from where pip was told to look."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    import house

    return house


def test_a_mirror_set_for_pip_is_asked_by_the_fast_installer_too(house: ModuleType) -> None:
    environment = house.as_told_to_pip(
        "global.index-url='https://one.example/simple'\n"
        "global.extra-index-url='https://two.example/simple\\nhttps://three.example/simple'\n"
        "global.trusted-host='two.example'\n"
        "install.find-links='/srv/wheels /srv/more'\n"
        "global.cert='/etc/ca.pem'\n"
        "global.timeout='60'\n"
        ":env:.index-url='https://last.example/simple'\n"
    )
    assert environment == {
        "UV_DEFAULT_INDEX": "https://last.example/simple",
        "UV_INDEX": "https://two.example/simple https://three.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/srv/wheels,/srv/more",
        "UV_INSECURE_HOST": "two.example",
        "SSL_CERT_FILE": "/etc/ca.pem",
    }


def test_without_settings_nothing_is_added(house: ModuleType) -> None:
    assert house.as_told_to_pip("") == {}


def test_pip_takes_over_when_the_fast_installer_fails(
    house: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "uv"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    pip = tmp_path / "pip"
    pip.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path / "asked"}\n')
    pip.chmod(0o755)
    monkeypatch.setattr(house, "UV", broken)
    monkeypatch.setattr(house, "PIP", [pip])
    house.install("a-package")
    assert (tmp_path / "asked").read_text().splitlines()[-1] == "install -q --no-compile a-package"
    assert "pip reprend" in capsys.readouterr().out
