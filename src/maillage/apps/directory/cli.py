"""The directory's commands. They speak French, as all of the command line does; Django is set up only once they run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from maillage.kernel.terminal import console, done, errors, fail

if TYPE_CHECKING:
    from maillage.apps.directory.models import ImportRun
    from maillage.apps.directory.queries.imports import ImportReport

UNREADABLE = 2
"""The exit code of a file that cannot be read at all."""

OpenHouse = Callable[[Path | None], Any]
_ERRORS_SHOWN = 20

FileArgument = typer.Argument(..., metavar="FICHIER", help="Le fichier à lire.", show_default=False)
DataOption = typer.Option(
    None, "--data", help="Dossier des données (sinon MAILLAGE_DATA, sinon ./var).", show_default=False
)


def register(app: typer.Typer, *, open_house: OpenHouse, **options: Any) -> None:
    """Add the directory's commands to `app`.

    `open_house(data)` sets Django up on the data folder and brings its database to date; `options` go to each command.
    """
    app.command("import", **options)(_import_command(open_house))
    app.command("export", **options)(_export_command(open_house))
    for name, doc, load in _LOADERS:
        app.command(name, help=doc, **options)(_load_command(open_house, load))


def _import_command(open_house: OpenHouse) -> Callable[..., None]:
    def import_file(
        file: Path = FileArgument,
        format: str = typer.Option(
            "auto",
            "--format",
            help="csv, xlsx, geojson, kml, json, gogocarto, murmurations, osm, ou auto : reconnu par le contenu.",
        ),
        map: list[str] = typer.Option(
            [],
            "--map",
            metavar="COLONNE=CHAMP,…",
            help="Ce qu'est chaque colonne, quand ce n'est pas deviné ; « COLONNE=- » l'ignore. Peut se répéter.",
            show_default=False,
        ),
        dry_run: bool = typer.Option(False, "--dry-run", help="Dit ce qui se passerait, sans rien écrire."),
        as_json: bool = typer.Option(False, "--json", help="Rend le bilan en JSON."),
        source: str = typer.Option(
            "",
            "--source",
            help="Nom de la provenance : sert à reconnaître les mêmes fiches la fois suivante.",
        ),
        duplicates: str = typer.Option(
            "", "--duplicates", help="Que faire de ce qui ressemble à une fiche : skip, update ou create."
        ),
        propose: bool = typer.Option(
            False, "--propose", help="Propose les fiches à la relecture au lieu de les publier."
        ),
        swap: bool = typer.Option(
            False,
            "--swap-coordinates",
            help="Lit dans l'autre sens les positions dont latitude et longitude sont inversées ; les autres restent.",
        ),
        table: Path | None = typer.Option(
            None,
            "--report",
            metavar="FICHIER.csv",
            help="Écrit un tableau des lignes à revoir : laissées de côté, doublons probables, remarques.",
            show_default=False,
        ),
        data: Path | None = DataOption,
    ) -> None:
        """Importe un fichier d'initiatives : tableur, GeoJSON, KML, GoGoCarto, Murmurations, OpenStreetMap…"""
        mapping = _mapping(map)
        open_house(data)
        if duplicates not in ("", "skip", "update", "create"):
            _refuse("--duplicates attend skip, update ou create.", as_json)
        if not file.is_file():
            _refuse(f"Il n'y a pas de fichier {file}.", as_json)
        report = _run_import(
            file,
            as_json,
            table,
            dry_run=dry_run,
            format=format,
            mapping=mapping,
            source=source,
            duplicate_rule=duplicates,
            publishes=not propose,
            exchanges=swap,
        )
        if as_json:
            json.dump(report.to_json(), sys.stdout, ensure_ascii=False, indent=1)
            sys.stdout.write("\n")
        else:
            _show(report, dry_run)
        if report.fault:
            fail(report.fault, code=UNREADABLE)

    return import_file


def _mapping(options: list[str]) -> dict[str, str]:
    """Fields by column. A comma may stand in the name of a column: what has no sign of equality goes with what follows."""
    mapping = {}
    for option in options:
        begun = ""
        for part in option.split(","):
            pair = f"{begun},{part}" if begun else part
            column, equals, field = pair.rpartition("=")
            begun = "" if equals else pair
            if equals:
                mapping[column.strip()] = field.strip()
        if begun:
            raise typer.BadParameter(f"« {begun} » n'est pas de la forme COLONNE=CHAMP.", param_hint="--map")
    return mapping


def _run_import(file: Path, as_json: bool, table: Path | None, **choices: Any) -> ImportReport:
    from django.utils import timezone

    from maillage.apps.directory.actions.import_analysis import ImportStepError
    from maillage.apps.directory.actions.imports import import_file
    from maillage.apps.directory.readers.rows import UnreadableFileError

    try:
        with file.open("rb") as stream, errors.status("Lecture et import…"):
            return import_file(
                actor=None,
                stream=stream,
                name=file.name,
                now=timezone.now(),
                report_to=partial(_write_table, table) if table else None,
                **choices,
            )
    except (UnreadableFileError, ImportStepError) as error:
        _refuse(str(error.sentence), as_json)
    except OSError as error:
        _refuse(f"{error.filename or file} : {error.strerror}", as_json)


def _write_table(table: Path, run: ImportRun) -> None:
    from maillage.apps.directory.queries.imports import REPORT_HEADER, report_lines
    from maillage.kernel.tables.write import csv_lines

    with table.open("wb") as written:
        written.writelines(csv_lines([str(title) for title in REPORT_HEADER], report_lines(run)))


def _refuse(sentence: str, as_json: bool = False) -> NoReturn:
    """Say why the file was refused, and leave."""
    if as_json:
        from maillage.apps.directory.queries.imports import ImportReport

        json.dump(ImportReport(fault=sentence).to_json(), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    fail(sentence, code=UNREADABLE)


def _show(report: ImportReport, dry_run: bool) -> None:
    from maillage.apps.directory.queries.imports import field_label

    title = "Essai à blanc, rien n'a été écrit." if dry_run else "Import terminé."
    said = f"{report.format} {report.variant}".strip()
    done(f"{title} Format : {said}, provenance : {report.source}")
    lines = (
        ("lignes lues", report.read),
        ("nouvelles fiches", report.created),
        ("fiches mises à jour", report.updated),
        ("déjà là, identiques", report.unchanged),
        ("ressemblent à une autre", report.duplicates),
        ("laissées de côté", report.skipped),
    )
    for label, count in lines:
        console.print(f"  {count:>8}  {label}")
    for entry in report.errors[:_ERRORS_SHOWN]:
        named = field_label(entry["field"])
        place = f"ligne {entry['row']}" + (f", {named}" if named else "")
        console.print(f"  {place} : {entry['message']}")
    if (more := len(report.errors) - _ERRORS_SHOWN) > 0:
        console.print(f"  … et {more} {'autre ligne' if more == 1 else 'autres lignes'} (toutes avec --json)")
    if report.exchanged:
        console.print(
            f"  Latitude et longitude semblent inversées sur {report.exchanged} de ces lignes : "
            "relancez avec --swap-coordinates"
        )
    if report.doubts:
        kept = "ligne gardée" if report.doubts == 1 else "lignes gardées"
        console.print(f"  {report.doubts} {kept} avec une remarque (à lire avec --report FICHIER.csv)")


def _export_command(open_house: OpenHouse) -> Callable[..., None]:
    def export_file(
        file: Path | None = typer.Argument(
            None,
            metavar="FICHIER",
            help="Le fichier à écrire ; sinon la sortie standard.",
            show_default=False,
        ),
        format: str = typer.Option(
            "",
            "--format",
            help="csv, xlsx, geojson, kml, jsonld ou gogocarto ; sinon d'après la fin du nom du fichier, sinon csv.",
        ),
        filter: str = typer.Option(
            "",
            "--filter",
            metavar="ADRESSE",
            help="Le filtre, tel qu'il est dans l'adresse d'une liste du site : « famille=association&q=jardin ».",
        ),
        structures: bool = typer.Option(
            False, "--structures", help="Les structures au lieu des initiatives."
        ),
        open_data: Path | None = typer.Option(
            None,
            "--open-data",
            metavar="DOSSIER",
            help="Écrit tout ce qui est public, sous toutes les formes, dans ce dossier.",
            show_default=False,
        ),
        data: Path | None = DataOption,
    ) -> None:
        """Exporte ce que le répertoire publie, comme le font les pages du site."""
        if open_data is not None and (file or format or filter or structures):
            _refuse("--open-data écrit tout, dans son dossier : ne donnez avec lui que --data.")
        open_house(data)
        if open_data is not None:
            _export_all(open_data)
            return
        chosen = _form_of(file, format)
        _write_export(file, _exported(chosen, structures, filter))

    return export_file


def _form_of(file: Path | None, named: str) -> str:
    """The form that is named, or that the file's name tells."""
    from maillage.apps.directory.exports.files import FORMS

    known = list(FORMS)
    ending = file.suffix.lower().lstrip(".") if file else "csv"
    form = named or ("gogocarto" if ending == "json" else ending)
    if form not in known:
        _refuse(f"Format « {form} » inconnu : --format attend {', '.join(known)}.")
    return form


def _exported(form: str, structures: bool, address: str) -> Iterator[bytes]:
    from django.http import QueryDict

    from maillage.apps.directory.exports.files import initiative_chunks, organization_chunks
    from maillage.apps.directory.forms.filters import parse_filter
    from maillage.apps.directory.forms.organizations import OrganizationFilterForm
    from maillage.apps.directory.queries.filters import filter_initiatives
    from maillage.apps.directory.queries.organizations import published_organizations
    from maillage.apps.directory.queries.themes import theme_tree
    from maillage.kernel.site.settings import get_site

    tree = theme_tree()
    asked = QueryDict(address.rpartition("?")[2])
    known = _ORGANIZATION_FILTERS if structures else _INITIATIVE_FILTERS
    if strangers := sorted(set(asked) - known):
        _refuse(f"Filtre inconnu : {', '.join(strangers)}. Connus : {', '.join(sorted(known))}.")
    if not structures:
        found = filter_initiatives(parse_filter(asked), tree=tree)
        return initiative_chunks(form, found, tree, get_site().name)
    panel = OrganizationFilterForm(asked, tree=tree)
    panel.is_valid()
    said = panel.cleaned_data
    themes = tree.branch_ids([said["theme"]]) if said.get("theme") else None
    return organization_chunks(
        form,
        published_organizations(said.get("q", ""), themes, said.get("famille", "")),
        get_site().name,
    )


def _write_export(file: Path | None, chunks: Iterator[bytes]) -> None:
    """To the standard output, or beside the file and then in its place: a reader never sees half of it."""
    if file is None:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        return
    draft = file.with_name(f".{file.name}.part")
    try:
        with draft.open("wb") as written, errors.status("Export…"):
            written.writelines(chunks)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        _refuse(f"{file} ne peut pas être écrit : {error.strerror}.")
    done(f"Export : {file} ({file.stat().st_size / 1_000:.0f} ko)")


def _export_all(folder: Path) -> None:
    from maillage.apps.directory.exports.files import FORMS

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _refuse(f"{folder} ne peut pas être créé : {error.strerror}.")
    for form, facts in FORMS.items():
        _write_export(folder / f"initiatives.{facts.ending}", _exported(form, False, ""))
        _write_export(folder / f"structures.{facts.ending}", _exported(form, True, ""))


def _load_command(open_house: OpenHouse, load: str) -> Callable[..., None]:
    def load_file(file: Path = FileArgument, data: Path | None = DataOption) -> None:
        if not file.is_file():
            _refuse(f"Il n'y a pas de fichier {file}.")
        open_house(data)
        from django.utils import timezone

        from maillage.apps.directory.actions import geography
        from maillage.apps.directory.readers.rows import UnreadableFileError

        try:
            with file.open("rb") as stream, errors.status("Chargement…"):
                loaded = getattr(geography, load)(stream=stream, now=timezone.now())
        except UnreadableFileError as error:
            _refuse(str(error.sentence))
        done(f"{loaded.written} chargés sur {loaded.read} lus.")
        for fault in loaded.faults[:_ERRORS_SHOWN]:
            console.print(f"  {fault}")

    return load_file


_INITIATIVE_FILTERS = {
    *("q", "theme", "famille", "etape", "commune", "territoire", "lat", "lon", "rayon", "mains", "fraicheur"),
    *("structure", "bbox", "recette"),
}
_ORGANIZATION_FILTERS = {"q", "theme", "famille"}

_LOADERS = (
    (
        "load-communes",
        "Charge les communes, dans la forme de geo.api.gouv.fr (JSON ou GeoJSON).",
        "load_communes",
    ),
    ("load-areas", "Charge des territoires depuis un GeoJSON de polygones.", "load_areas"),
    (
        "load-addresses",
        "Charge les adresses d'un CSV de la Base adresse nationale, pour géocoder sans réseau.",
        "load_addresses",
    ),
)
