"""One door to every reader: bytes in, the form recognised by its content, rows out."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import IO

from django.utils.translation import gettext as _

from maillage.apps.directory.readers.boxes import boxes_among, with_ticked
from maillage.apps.directory.readers.building import Record, build_row
from maillage.apps.directory.readers.fields import fold_header
from maillage.apps.directory.readers.gpx import gpx_records
from maillage.apps.directory.readers.json_content import begins_json, load_json
from maillage.apps.directory.readers.json_forms import JSON_FORMS, MURMURATIONS_MAPPING, form_of
from maillage.apps.directory.readers.kml import kml_records, open_kmz, open_member
from maillage.apps.directory.readers.labels import parents_told
from maillage.apps.directory.readers.osm import (
    is_osm_table,
    osm_feature_records,
    osm_field,
    osm_records,
    osm_table_records,
    osm_xml_records,
)
from maillage.apps.directory.readers.people import lists_people, people_asked, with_whole_names
from maillage.apps.directory.readers.proposals import SAMPLE_RECORDS, ColumnProposal, propose_mapping
from maillage.apps.directory.readers.rows import ImportedRow, Outcome, RowError, UnreadableFileError
from maillage.apps.directory.readers.tables import open_table, table_columns, table_records
from maillage.apps.directory.readers.values import storable
from maillage.kernel.files.archives import DAMAGE
from maillage.kernel.tables.documents import CONTENT
from maillage.kernel.tables.limits import DEFAULT_LIMITS, UnreadableTableError
from maillage.kernel.tables.read import check_archive
from maillage.kernel.tables.text import detect_encoding

FORMATS = ("csv", "xlsx", "geojson", "kml", "json", "gogocarto", "murmurations", "osm")
AUTO = "auto"
_ALIASES = {
    "kmz": "kml", "gpx": "kml", "gogofull": "gogocarto", "gogocompact": "gogocarto", "transiscope": "gogocarto", "jsonld": "gogocarto",
    "json-ld": "gogocarto", "overpass": "osm", "umap": "geojson", "ndjson": "json", "tsv": "csv", "excel": "xlsx", "ods": "xlsx",
}  # fmt: skip
_FORCED_VARIANTS = {"gogocarto": "gogofull"}
_HEAD_BYTES = 65_536
_DATA_ENDINGS = (".geojson", ".json", ".jsonld", ".csv", ".tsv", ".kml", ".gpx", ".xlsx", ".ods", ".txt")


_FED_ONCE = frozenset(("title", "external_id", "summary", "city", "postal_code", "address", "point", "email"))
"""Fields that hold one value: what a person says of them stands alone."""


@dataclass(frozen=True)
class Source:
    """An opened file: `records` can be gone through once, `columns` are what can be mapped, `base` is known of them."""

    format: str
    variant: str
    columns: tuple[str, ...]
    records: Iterator[Record]
    samples: tuple[Record, ...]
    base: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""

    def proposals(self) -> list[ColumnProposal]:
        return propose_mapping(self.columns, self.samples, dict(self.base))

    def understood(self, chosen: Mapping[str, str], remembered: Mapping[str, str]) -> dict[str, str]:
        """What each column is: as chosen, else as remembered of such files, else as proposed.

        A field that holds one value, once chosen, is no longer fed by columns that nobody chose.
        """
        told = _FED_ONCE.intersection(chosen.values())
        guessed = {proposal.column: proposal.field for proposal in self.proposals()} | dict(remembered)
        return {column: "" if name in told else name for column, name in guessed.items()} | dict(chosen)

    def fingerprint(self) -> str:
        """The same for two files with the same columns: what a saved recipe is found again by."""
        shape = "\n".join([self.format, *sorted({fold_header(column) for column in self.columns})])
        return hashlib.sha256(shape.encode("utf-8", "replace")).hexdigest()

    def rows(self, mapping: Mapping[str, str] | None = None, *, exchanges: bool = False) -> Iterator[Outcome]:
        """The rows by `mapping` (field by column), completed by what is proposed for the columns it leaves out.

        `exchanges` is that of `build_row`.
        """
        fields = {p.column: p.field for p in self.proposals()} | dict(self.base) | dict(mapping or {})
        people = people_asked(fields)
        nameless = lists_people(fields)
        categories = [column for column, name in fields.items() if name == "categories"]
        boxes = boxes_among(fields)
        for record in self.records:
            if boxes:
                record = with_ticked(record, boxes)
            if nameless and "title" not in record.fields:
                record = _without_title(record)
            elif people:
                record = with_whole_names(record, people)
            if self.format == "osm":
                fields |= {tag: osm_field(tag) for tag in record.values if tag not in fields}
            row = build_row(record, fields, exchanges=exchanges)
            if isinstance(row, ImportedRow) and len(row.categories) > 1:
                row = _with_tree(row, record, categories)
            yield row


def _with_tree(row: ImportedRow, record: Record, columns: Sequence[str]) -> ImportedRow:
    """The row with what its record tells, nested or in the cells of `columns`, of which category stands under which."""
    cells = [text for column in columns if isinstance(text := record.values.get(column), str)]
    parents = parents_told([*record.fields.get("category_paths", ()), *cells])
    return replace(row, category_parents=parents) if parents else row


def _without_title(record: Record) -> Record:
    """The record of a person, who is no initiative and is not published as one."""
    sentence = _("These columns name people, not initiatives: say which column is the title.")
    return replace(record, refusal=record.refusal or RowError(record.number, "title", sentence))


def open_source(stream: IO[bytes], *, format: str = AUTO) -> Source:
    """Recognise the form by the content (unless told) and open it. Raises UnreadableFileError."""
    wanted = _ALIASES.get(format.lower(), format.lower())
    if wanted not in (AUTO, *FORMATS):
        raise UnreadableFileError(
            _("The format “%(format)s” is not known. Known formats: %(known)s.")
            % {"format": format[:40], "known": ", ".join((AUTO, *FORMATS))}
        )
    stream = _opened(stream)
    found = _kind(stream)
    if wanted == AUTO or (wanted, found) == ("osm", "csv"):
        wanted = found
    elif {wanted, found} & {"csv", "xlsx", "kml"} and wanted != found and found != "csv":
        raise UnreadableFileError(
            _("This file is not in the format %(wanted)s: it looks like %(found)s.")
            % {"wanted": wanted, "found": found}
        )
    source = _open_as(stream, wanted)
    if not source.samples:
        raise UnreadableFileError(_("This file holds no row: there is nothing to import."))
    return source


def _is_xml(stream: IO[bytes]) -> bool:
    stream.seek(0)
    head = stream.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")
    stream.seek(0)
    return head.startswith(b"<")


def _begins(stream: IO[bytes], tag: bytes) -> bool:
    """Whether a tag stands at the beginning of a file, in whatever encoding."""
    stream.seek(0)
    head = stream.read(5_000).replace(b"\0", b"").lower()
    stream.seek(0)
    return tag in head


def _open_as(stream: IO[bytes], wanted: str) -> Source:
    if wanted in ("csv", "xlsx"):
        table = open_table(stream, wanted)
        if is_osm_table(table.header):
            source = _seen("osm", "csv", osm_table_records(table_records(table)), {})
            return replace(source, encoding=table.encoding)
        first, records = _peek(table_records(table))
        return Source(wanted, "", table_columns(table), records, first, encoding=table.encoding)
    if wanted == "kml":
        if _begins(stream, b"<gpx"):
            return _seen("kml", "gpx", gpx_records(stream), {})
        return _seen("kml", "", kml_records(stream), {})
    if _is_xml(stream):
        return _seen("osm", "xml", osm_xml_records(stream), {})
    content = load_json(stream)
    is_remark_alone = content.path == "elements" and not content.first
    form, variant = ("osm", "") if is_remark_alone else form_of(content)
    if wanted not in (AUTO, "json", form):
        form, variant = wanted, _FORCED_VARIANTS.get(wanted, "")
    if form == "osm":
        records = osm_feature_records(content) if variant == "geojson" else osm_records(content)
        return _seen("osm", variant, records, {})
    base = MURMURATIONS_MAPPING if form == "murmurations" else _BASES.get(variant, {})
    return _seen(form, variant, JSON_FORMS[(form, variant)](content), base)


_BASES = {
    "transiscope": {"url": "source_url", "website": "website"},
    "gogofull": {"status": "", "moderationState": ""},
    "gogocompact": {"status": "", "moderationState": "", "optionValues": "", "optionsValues": ""},
}
"""What the columns of a variant are, or are not, whatever their names make believe."""


def _seen(form: str, variant: str, records: Iterator[Record], base: Mapping[str, str]) -> Source:
    first, records = _peek(records)
    columns = dict.fromkeys(column for record in first for column in record.values if "[" not in column)
    if form == "osm":
        base = {tag: osm_field(tag) for tag in columns}
    return Source(form, variant, tuple(columns), records, first, base, encoding="utf-8")


def _peek(records: Iterator[Record]) -> tuple[tuple[Record, ...], Iterator[Record]]:
    records = _with_plain_keys(records)
    first = tuple(islice(records, SAMPLE_RECORDS))
    return first, chain(first, records)


def _with_plain_keys(records: Iterator[Record]) -> Iterator[Record]:
    """The names of columns are kept in the database: what it refuses is taken out of them."""
    for record in records:
        if all(map(str.isprintable, record.values)):
            yield record
        else:
            yield replace(record, values={storable(key): value for key, value in record.values.items()})


def _opened(stream: IO[bytes]) -> IO[bytes]:
    """The stream itself, or the data file inside an archive that is neither XLSX nor KMZ."""
    stream.seek(0)
    if stream.read(4) != b"PK\x03\x04":
        return stream
    try:
        names = check_archive(stream, DEFAULT_LIMITS)
    except UnreadableTableError as error:
        raise UnreadableFileError(error.sentence) from error
    if any(name.startswith("xl/") for name in names) or _is_spreadsheet(stream, names):
        return stream
    if any(name.lower().endswith(".kml") for name in names):
        return open_kmz(stream)
    if "content.xml" in names or any(name.startswith(("word/", "ppt/")) for name in names):
        raise UnreadableFileError(
            _("This is an office document of another kind: save it as XLSX or CSV, then import that.")
        )
    return open_member(stream, *_DATA_ENDINGS)


def _is_spreadsheet(stream: IO[bytes], names: Sequence[str]) -> bool:
    """Whether an archive is a workbook of LibreOffice, not another of its documents."""
    if CONTENT not in names:
        return False
    try:
        with zipfile.ZipFile(stream) as archive, archive.open(CONTENT) as content:
            kind = archive.open("mimetype").read(100) if "mimetype" in names else content.read(_HEAD_BYTES)
    except (*DAMAGE, OSError, ValueError):
        return False
    return b"spreadsheet" in kind


def _kind(stream: IO[bytes]) -> str:
    """ "csv", "xlsx", "kml", or "auto" for the JSON family, whose forms are told apart once it is open."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    if not head.strip():
        raise UnreadableFileError(_("This file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    for mark, sentence in _REFUSED:
        if head.startswith(mark):
            raise UnreadableFileError(sentence())
    encoding = detect_encoding(stream).name
    if encoding[:5] not in ("utf-1", "utf-3") and _is_binary(head):
        raise UnreadableFileError(
            _(
                "This is not a text, and not a form that is known: export your data as CSV, XLSX, GeoJSON or JSON."
            )
        )
    text = head.decode(encoding, errors="replace").lstrip("\ufeff\x1e \t\r\n")
    if text.startswith("<"):
        return _kind_of_xml(text)
    return AUTO if begins_json(text) else "csv"


def _is_binary(head: bytes) -> bool:
    """Whether the beginning of a file holds more control characters than a spoilt text would."""
    return sum(map(head.count, _CONTROLS)) > max(2, len(head) // 500)


_CONTROLS = [bytes([code]) for code in range(32) if code not in (8, 9, 10, 11, 12, 13, 26, 27, 30)]


def _kind_of_xml(text: str) -> str:
    lowered = text[:5000].lower()
    if "<kml" in lowered or "<placemark" in lowered:
        return "kml"
    if "<!doctype" in lowered and "<!entity" in lowered:
        return "kml"  # whatever it claims to be, the reader of KML refuses its entities in words
    if "<html" in lowered or "<!doctype html" in lowered:
        raise UnreadableFileError(
            _("This is a web page, not a file of data: look for its “download” or “export” link.")
        )
    if "<osm" in lowered:
        return "osm"
    if "<table" in lowered or "urn:schemas-microsoft-com:office:spreadsheet" in lowered:
        raise UnreadableFileError(_("This is an old Excel file (.xls): open it and save it as XLSX."))
    if "<gpx" in lowered:
        return "kml"
    if "<rss" in lowered or "<feed" in lowered:
        raise UnreadableFileError(
            _("This is a news feed: ask for the list that it is made from, as CSV, GeoJSON or KML.")
        )
    raise UnreadableFileError(_("This XML is not KML: it cannot be imported."))


_REFUSED = (
    (b"BEGIN:VCALENDAR", lambda: _("This is a calendar: nothing but its dates would be imported from it.")),
    (b"BEGIN:VCARD", lambda: _("These are address cards: save the address book as CSV, then import that.")),
    (b"\xd0\xcf\x11\xe0", lambda: _("This is an old Excel file (.xls): open it and save it as XLSX.")),
    (b"%PDF", lambda: _("This is a PDF: ask for the table it was made from, as CSV or XLSX.")),
    (b"\x1f\x8b", lambda: _("This file is compressed (gzip): open it first, then import what it holds.")),
    (b"\x89PNG", lambda: _("This is a picture: nothing can be imported from it.")),
    (b"\xff\xd8\xff", lambda: _("This is a picture: nothing can be imported from it.")),
    (b"GIF8", lambda: _("This is a picture: nothing can be imported from it.")),
    (b"SQLite format 3", lambda: _("This is a database: export the table you want as CSV.")),
)


def read_rows(
    stream: IO[bytes], *, format: str = AUTO, mapping: Mapping[str, str] | None = None
) -> tuple[str, Iterator[Outcome]]:
    """The format recognised, and the rows and row errors in the file's order.

    Raises UnreadableFileError, at once or on the way when the file breaks off; nothing else.
    """
    source = open_source(stream, format=format)
    return source.format, source.rows(mapping)
