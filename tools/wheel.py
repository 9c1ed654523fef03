"""`make wheel`: the one file to install elsewhere, in `dist/`."""

from __future__ import annotations

import sys

import house


def main() -> int:
    try:
        house.ensure_venv()
        house.say("Construction de la roue…")
        command = [house.PYTHON, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps"]
        house.call([*command, "-w", house.ROOT / "dist", house.ROOT])
    except house.StepError as error:
        house.say(str(error))
        return 1
    house.say(f"Dans {house.ROOT / 'dist'} ; ailleurs : pip install maillage-*.whl, puis maillage demo")
    return 0


if __name__ == "__main__":
    sys.exit(main())
