"""What could be wrong with a site, looked at one thing at a time, each fault with its mend.

A check returns a `Finding`, or None when it does not apply; it never raises on a fault that it looks for.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.validators import validate_email
from django.db import DatabaseError, connection
from django.utils import timezone

from maillage.kernel.db.sqlite import VERSION_MIN
from maillage.project.data_folder import BACKUPS, SECRET_FILE

FREE_BYTES_MIN, FREE_BYTES_LOW = 200 * 1024**2, 1024**3
CLOCK_SKEW_MAX = timedelta(minutes=5)
BACKUP_AGE_MAX = timedelta(days=7)
SECRET_LENGTH_MIN = 40
RESTORE = "Rétablissez la dernière sauvegarde : maillage restore FICHIER --replace"
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph"}
)


class Level(StrEnum):
    GOOD = "bon"
    WARNING = "attention"
    FAULT = "panne"


@dataclass(frozen=True)
class Finding:
    """What one check found: `said` describes, `mend` says what to do (empty when nothing is to be done)."""

    name: str
    level: Level
    said: str
    mend: str = ""


def good(name: str, said: str) -> Finding:
    return Finding(name, Level.GOOD, said)


def warning(name: str, said: str, mend: str) -> Finding:
    return Finding(name, Level.WARNING, said, mend)


def fault(name: str, said: str, mend: str) -> Finding:
    return Finding(name, Level.FAULT, said, mend)


def examine() -> Iterable[Finding]:
    """Each check's finding, in an order that goes from the ground up. What a faulty base refuses is told once."""
    faulty = False
    for name, check in CHECKS.items():
        try:
            found = check()
        except DatabaseError as error:
            if faulty:
                continue
            found = fault(
                name,
                f"La base refuse : {_first_line(error)}",
                "Voyez « base » et « mise à niveau » ci-dessus.",
            )
        if found:
            faulty = faulty or (found.name == "base" and found.level is Level.FAULT)
            yield found


def check_folder() -> Finding:
    """The data folder is ours, writable, and closed to others."""
    folder: Path = settings.DATA
    if not os.access(folder, os.W_OK | os.X_OK):
        return fault(
            "dossier",
            f"{folder} ne peut pas être écrit.",
            f"Donnez-le au compte du service : chown -R … {folder}",
        )
    rights = stat.S_IMODE(folder.stat().st_mode)
    if rights & 0o077:
        return fault(
            "dossier", f"{folder} est ouvert à d'autres comptes ({rights:o}).", f"chmod 700 {folder}"
        )
    return good("dossier", f"{folder}, à nous seuls.")


def check_space() -> Finding:
    free = shutil.disk_usage(settings.DATA).free
    said = f"{free / 1024**3:.1f} Go libres."
    if free < FREE_BYTES_MIN:
        return fault("place", said, "Libérez de la place : la base ne pourra bientôt plus écrire.")
    if free < FREE_BYTES_LOW:
        return warning("place", said, "Déplacez les anciennes sauvegardes ailleurs.")
    return good("place", said)


def check_file_system() -> Finding | None:
    """SQLite's write-ahead log needs a local disk."""
    if connection.vendor != "sqlite":
        return None
    kind = file_system_of(settings.DATA, _mounts())
    if kind in NETWORK_FILE_SYSTEMS:
        return fault(
            "disque",
            f"Le dossier des données est sur un disque réseau ({kind}) : SQLite peut y perdre des écritures.",
            "Mettez les données sur un disque local, ou passez à PostgreSQL : maillage move-to-postgres.",
        )
    return good("disque", f"Local ({kind or 'inconnu'}).")


def _mounts() -> list[tuple[str, str]]:
    """(folder, kind) of each mounted file system; nothing where the system does not tell."""
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [(parts[1], parts[2]) for parts in map(str.split, lines) if len(parts) > 2]


def file_system_of(folder: Path, mounts: list[tuple[str, str]]) -> str:
    """The kind of the file system that holds `folder`: that of the longest mounted folder above it."""
    path = f"{folder.resolve()}/"
    above = [(len(where), kind) for where, kind in mounts if path.startswith(f"{where.rstrip('/')}/")]
    return max(above)[1] if above else ""


def check_secret() -> Finding:
    file = settings.DATA / SECRET_FILE
    if not settings.CONFIG.secret_key and not file.is_file():
        return fault(
            "clé",
            "Aucune clé secrète : les connexions tombent à chaque démarrage.",
            "Lancez « maillage serve » : il la crée.",
        )
    if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return fault("clé", "Le fichier de la clé secrète est lisible par d'autres.", f"chmod 600 {file}")
    if len(settings.SECRET_KEY) < SECRET_LENGTH_MIN:
        return fault(
            "clé",
            "La clé secrète est trop courte.",
            f"Effacez secret_key des réglages, ou {file}, et relancez.",
        )
    return good("clé", "Présente et protégée.")


def check_database() -> Finding:
    """The engine answers, and is one that is safe."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        if connection.vendor == "sqlite":
            return fault("base", f"La base ne s'ouvre pas : {_first_line(error)}", RESTORE)
        return fault(
            "base",
            f"La base ne répond pas : {_first_line(error)}",
            "Vérifiez database_url, et que PostgreSQL tourne et nous laisse entrer.",
        )
    if connection.vendor == "sqlite":
        return _check_sqlite()
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return good("base", f"PostgreSQL {version}.")


def _check_sqlite() -> Finding:
    import sqlite3

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        state = cursor.fetchone()[0]
        cursor.execute("PRAGMA journal_mode")
        journal = cursor.fetchone()[0]
    if state != "ok":
        return fault("base", f"La base est abîmée : {state}", RESTORE)
    if sqlite3.sqlite_version_info < VERSION_MIN:
        return fault(
            "base",
            f"SQLite {sqlite3.sqlite_version} peut abîmer son journal.",
            "pip install --upgrade pysqlite3",
        )
    if journal != "wal":
        return warning(
            "base",
            f"Le journal de SQLite est en mode {journal}.",
            "Relancez « maillage serve » : il repasse en WAL.",
        )
    return good("base", f"SQLite {sqlite3.sqlite_version}, saine.")


def check_migrations() -> Finding:
    from maillage.project.upgrading import pending_migrations, unknown_migrations

    if newer := unknown_migrations():
        return fault(
            "mise à niveau",
            f"La base vient d'une version plus récente de Maillage ({newer[0]}).",
            "Réinstallez cette version, ou rétablissez la sauvegarde d'avant la mise à niveau.",
        )
    pending = pending_migrations()
    if pending:
        return fault(
            "mise à niveau", f"{len(pending)} étapes attendent, dont {pending[0]}.", "maillage upgrade"
        )
    return good("mise à niveau", "Rien n'attend.")


def check_address() -> Finding:
    """The public address is one that visitors can use, and safely."""
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return fault(
            "adresse",
            f"public_url n'est pas une adresse : {settings.PUBLIC_URL}",
            'Par exemple public_url = "https://maillage.exemple.org"',
        )
    if parts.path or parts.query:
        return fault(
            "adresse",
            f"public_url a un chemin : {settings.PUBLIC_URL}",
            f"Donnez au site un nom à lui : il ne répond qu'à la racine, {parts.scheme}://{parts.netloc}",
        )
    if "*" in settings.ALLOWED_HOSTS:
        return fault(
            "adresse",
            "hosts accepte n'importe quel nom (« * »).",
            "Nommez les vôtres : les liens des courriels en dépendent.",
        )
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not local:
        return fault(
            "adresse",
            f"{settings.PUBLIC_URL} n'est pas chiffrée.",
            "Mettez un mandataire TLS devant, et public_url en https:// (docs/how-to/deploy.md).",
        )
    if local and not settings.DEMO:
        return warning(
            "adresse", f"{settings.PUBLIC_URL} : cette machine seulement.", "En service, donnez public_url."
        )
    return good("adresse", settings.PUBLIC_URL)


def check_debug() -> Finding | None:
    if not settings.DEBUG:
        return None
    return fault(
        "débogage",
        "debug est actif : les pages d'erreur montrent tout à tout le monde.",
        "Ôtez debug des réglages.",
    )


def check_mail() -> Finding:
    if not settings.CONFIG.email_url:
        return warning(
            "courriel",
            "Aucun serveur d'envoi : les courriels s'affichent dans le terminal.",
            "Donnez email_url (docs/reference/settings.md).",
        )
    try:
        sender = get_connection(fail_silently=False)
        sender.open()
        sender.close()
    except (OSError, smtplib.SMTPException) as error:
        return fault(
            "courriel",
            f"Le serveur d'envoi ne répond pas : {_first_line(error)}",
            "Vérifiez email_url : hôte, port, nom, mot de passe.",
        )
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    is_real = is_email_address(address) and not address.endswith("@localhost")
    if settings.CONFIG.email_url.startswith("smtp") and not is_real:
        return warning(
            "courriel",
            f"Le serveur d'envoi répond, mais les messages partent de « {settings.DEFAULT_FROM_EMAIL} ».",
            'Donnez une adresse à vous, sinon ils seront refusés : email_from = "maillage@exemple.org"',
        )
    return good("courriel", "Le serveur d'envoi répond.")


def is_email_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def check_worker() -> Finding:
    from maillage.kernel.jobs.letters import dead_letters
    from maillage.kernel.jobs.worker import workers_alive

    if not workers_alive(now=timezone.now()):
        return warning(
            "travail de fond",
            "Aucun travailleur ne donne signe de vie.",
            "Lancez « maillage serve », ou « maillage worker » à part.",
        )
    given_up = dead_letters().count()
    if given_up:
        return warning(
            "travail de fond",
            f"{given_up} tâches abandonnées.",
            f"Voyez {settings.PUBLIC_URL}/administration/taches/",
        )
    return good("travail de fond", "Un travailleur est là, rien n'est abandonné.")


def check_assets() -> Finding:
    if finders.find("build/manifest.json") is None:
        return fault(
            "interface",
            "Les feuilles de style et les scripts manquent.",
            "Réinstallez la roue ; depuis les sources : make run.",
        )
    return good("interface", "Présente.")


def check_words() -> Finding:
    if not (settings.PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "django.mo").is_file():
        return fault(
            "français",
            "Le catalogue français manque.",
            "Réinstallez la roue ; depuis les sources : python tools/catalogue.py compile",
        )
    return good("français", "Présent.")


def check_clock() -> Finding:
    """Codes by time and deadlines need a right clock. Nobody outside is asked: the database's clock is
    compared, and nothing may have been written in the future."""
    mend = "Réglez l'horloge de la machine : timedatectl set-ntp true"
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(applied) FROM django_migrations")
        latest = cursor.fetchone()[0]
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            skew = abs(cursor.fetchone()[0] - now)
            if skew > CLOCK_SKEW_MAX:
                return fault("horloge", f"Décalée de {skew.total_seconds():.0f} s de celle de la base.", mend)
    if isinstance(latest, str):
        latest = datetime.fromisoformat(latest)
    if latest and latest.replace(tzinfo=latest.tzinfo or UTC) > now + CLOCK_SKEW_MAX:
        return fault("horloge", "Elle retarde : la base a été mise à niveau « plus tard ».", mend)
    return good("horloge", f"{timezone.localtime():%d/%m/%Y %H:%M}, à l'heure de la base.")


def check_search() -> Finding:
    """The search index holds as many documents as the rooms give."""
    from maillage.kernel.search.index import providers
    from maillage.kernel.search.models import SearchEntry

    for provider in providers():
        given = len(set(provider.all_ids()))
        indexed = SearchEntry.objects.filter(kind=provider.kind).count()
        if given != indexed:
            return fault(
                "recherche",
                f"{provider.label} : {indexed} documents trouvables sur {given}.",
                "maillage reindex",
            )
    return good("recherche", "En accord avec le contenu.")


def check_accounts() -> Finding | None:
    """Every balance is what its transfers say, books balance, and invoices are settled by what settled them."""
    from maillage.apps.books.models import Books
    from maillage.apps.ledger.models import Unit
    from maillage.portal.soundness import disagreements

    wrong = [each.label for each in disagreements()]
    units, books = Unit.objects.count(), Books.objects.count()
    if wrong:
        return fault(
            "comptes",
            f"Ne tombent pas juste : {', '.join(wrong[:5])}.",
            "Arrêtez les échanges, gardez une copie du site, reprenez la dernière sauvegarde où « comptes » est bon.",
        )
    if not units and not books:
        return None
    return good("comptes", f"{units} unité(s) et {books} comptabilité(s) tombent juste.")


def check_backups() -> Finding | None:
    if settings.DEMO:
        return None
    mend = "maillage backup, puis chaque nuit (docs/how-to/backup.md)."
    files = sorted((settings.DATA / BACKUPS).glob("*.zip"), key=lambda file: file.stat().st_mtime)
    if not files:
        return warning("sauvegardes", "Aucune dans le dossier des données.", mend)
    age = timedelta(seconds=time.time() - files[-1].stat().st_mtime)
    if age > BACKUP_AGE_MAX:
        return warning("sauvegardes", f"La dernière a {age.days} jours.", mend)
    return good("sauvegardes", f"La dernière : {files[-1].name}")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


CHECKS: dict[str, Callable[[], Finding | None]] = {
    "dossier": check_folder,
    "place": check_space,
    "disque": check_file_system,
    "clé": check_secret,
    "base": check_database,
    "mise à niveau": check_migrations,
    "adresse": check_address,
    "débogage": check_debug,
    "courriel": check_mail,
    "travail de fond": check_worker,
    "interface": check_assets,
    "français": check_words,
    "horloge": check_clock,
    "recherche": check_search,
    "comptes": check_accounts,
    "sauvegardes": check_backups,
}
