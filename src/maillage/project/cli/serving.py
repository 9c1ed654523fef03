"""serve, demo, worker: what runs until it is stopped."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import typer

from maillage.kernel.terminal import console, done, fail, say, warn
from maillage.project.cli.house import DataOption, bring_to_date, open_house

PortOption = typer.Option(
    None, "--port", min=1, max=65535, help="Port (sinon celui des réglages, sinon 8000).", show_default=False
)
DEMO_MARK = "demonstration"
PARENT_LOOK_SECONDS = 1.0


def serve(
    data: Path | None = DataOption,
    host: str = typer.Option("127.0.0.1", "--host", help="Adresse d'écoute ; 0.0.0.0 pour tout le réseau."),
    port: int | None = PortOption,
    processes: int = typer.Option(
        0, "--processes", min=0, help="Processus web ; 0 : un sur SQLite, un par cœur sur PostgreSQL."
    ),
    threads: int = typer.Option(8, "--threads", min=1, max=256, help="Fils par processus."),
    worker: bool = typer.Option(True, "--worker/--no-worker", help="Avec le travail de fond, ou sans."),
) -> None:
    """Ouvre le site : crée au besoin le dossier des données et la base, puis sert les pages."""
    from maillage.project.server import is_loopback

    _choose_port(port)
    folder = open_house(data, create=True)
    _refuse_taken_port(host)
    _upgrade()
    if not is_loopback(host):
        _warn_about_the_network()
    link = _first_administrator_link()

    def ready() -> None:
        from django.conf import settings

        done(f"Maillage est ouvert : {settings.PUBLIC_URL}  (données : {folder})")
        if link:
            console.print("  Personne n'administre encore ce site. Ouvrez ce lien, valable une fois :")
            console.print(f"  {link}")
        say("  Ctrl+C pour arrêter.")

    _run(host, processes, threads, worker, ready)


def demo(
    data: Path | None = typer.Option(
        None,
        "--data",
        help="Dossier à garder ; sinon un dossier temporaire, effacé à l'arrêt.",
        show_default=False,
    ),
    port: int | None = PortOption,
    wipe: bool = typer.Option(False, "--wipe", help="Efface la démonstration de --data, et c'est tout."),
    prepare: bool = typer.Option(False, "--prepare", help="Installe celle de --data sans l'ouvrir."),
) -> None:
    """Ouvre une démonstration : un territoire fictif, un ruban, et le changement de rôle."""
    if wipe:
        _wipe(data)
        return
    if prepare and data is None:
        fail("Donnez le dossier à préparer : maillage demo --prepare --data DOSSIER")
    _choose_port(port)
    folder = data or Path(tempfile.mkdtemp(prefix="maillage-demo-"))
    folder = folder.expanduser().resolve()
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DEMO_MARK).is_file():
        fail(f"{folder} contient autre chose qu'une démonstration ; donnez un autre dossier.")
    os.environ["MAILLAGE_DEMO"] = "true"
    os.environ.setdefault("MAILLAGE_EMAIL_URL", "file:")
    try:
        open_house(folder, create=True)
        if not prepare:
            _refuse_taken_port("127.0.0.1")
        (folder / DEMO_MARK).touch()
        _upgrade()
        _furnish()
        if prepare:
            done(f"La démonstration est prête dans {folder}.")
            return
        _run("127.0.0.1", 1, 8, True, lambda: _welcome_to_demo(folder, temporary=data is None))
    finally:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)
            say("La démonstration est effacée.")


def worker(
    data: Path | None = DataOption,
    beside: int = typer.Option(0, "--beside", hidden=True, help="Finit avec ce processus."),
) -> None:
    """Fait le travail de fond (courriels, imports, tâches régulières) jusqu'à ce qu'on l'arrête."""
    open_house(data)
    from maillage.kernel.jobs.worker import run_worker

    stop = threading.Event()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupted)
    if beside:
        threading.Thread(target=_stop_without_parent, args=(beside, stop), daemon=True).start()
    run_worker(stop=stop)


def _stop_without_parent(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        if stop.wait(PARENT_LOOK_SECONDS):
            return
    stop.set()


def _choose_port(port: int | None) -> None:
    """What is typed wins over the settings, for the processes that we start too."""
    if port:
        os.environ["MAILLAGE_PORT"] = str(port)


def _refuse_taken_port(host: str) -> None:
    from django.conf import settings

    from maillage.project.server import why_not_listen

    if why := why_not_listen("127.0.0.1" if host == "localhost" else host, settings.PORT):
        fail(why)


def _upgrade() -> None:
    with console.status("Mise à niveau de la base…"):
        count, backup = bring_to_date()
    if backup:
        done(f"Base mise à niveau ({count} étapes). Sauvegarde d'avant : {backup}")


def _furnish() -> None:
    from django.utils import timezone

    from maillage.project.demonstration import furnish_once

    with console.status("Installation du territoire fictif…"):
        furnish_once(now=timezone.now())


def _warn_about_the_network() -> None:
    from django.conf import settings

    if not settings.HTTPS:
        warn("Le site est ouvert au réseau sans TLS : mettez un mandataire devant (docs/how-to/deploy.md).")
    if settings.DEMO:
        fail("Une démonstration laisse chacun changer de rôle : elle ne s'ouvre pas au réseau.")


def _first_administrator_link() -> str:
    from maillage.project.demonstration import first_administrator_link

    return first_administrator_link()


def _welcome_to_demo(folder: Path, *, temporary: bool) -> None:
    from django.conf import settings

    from maillage.project.demonstration import sign_ins

    done(f"La démonstration est ouverte : {settings.PUBLIC_URL}")
    say("  Entrez dans un rôle par son adresse, ou par le ruban en haut des pages :")
    for label, name, path in sign_ins():
        console.print(f"  {label:<26}{name:<20}{settings.PUBLIC_URL}{path}")
    say(f"  Courriels envoyés : {folder / 'mail'}")
    say(
        "  Ctrl+C pour arrêter" + (" et tout effacer." if temporary else f" ; données gardées dans {folder}.")
    )


def _wipe(data: Path | None) -> None:
    if data is None or not (data / DEMO_MARK).is_file():
        fail("Donnez le dossier d'une démonstration : maillage demo --wipe --data DOSSIER")
    shutil.rmtree(data)
    done(f"La démonstration de {data} est effacée.")


def _run(host: str, processes: int, threads: int, with_worker: bool, ready: Callable[[], None]) -> None:
    from django.conf import settings
    from django.db import connection

    from maillage.project.server import serve as serve_pages

    if not processes:
        processes = 1 if connection.vendor == "sqlite" else os.cpu_count() or 1
    serve_pages(
        host=host,
        port=settings.PORT,
        processes=processes,
        threads=threads,
        with_worker=with_worker,
        ready=ready,
    )
