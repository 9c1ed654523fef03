"""Files as they come from the tools of others: recognised, mapped, imported without loss, and once only."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.translation import override
from openpyxl import Workbook

from maillage.apps.directory.actions.imports import import_file
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import ImportedRow, RowError, UnreadableFileError

WILD = Path(__file__).resolve().parents[2] / "data" / "imports" / "wild"
REPORT = ["format", "read", "created", "updated", "unchanged", "duplicates", "errors"]


@dataclass(frozen=True)
class Wild:
    """What a file must give: its form, its titles in order, the fields of some columns, faults, values of a row."""

    form: str
    titles: list[str]
    mapping: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    first: dict[str, object] = field(default_factory=dict)
    last: dict[str, object] = field(default_factory=dict)


FILES = {
    "opendatasoft.csv": Wild(
        "csv",
        ["Ressourcerie du Val Perdu", "Épicerie La Musette", "Jardin des Deux Rives"],
        {"Nom de la structure": "title", "Activité principale": "categories", "geo_point_2d": "point", "Code commune": "insee_code"},
        first={"latitude": 45.2103, "longitude": 1.8721, "siret": "12345678200010", "website": "https://www.val-perdu.example"},
        last={"latitude": None, "address": "Lieu-dit Les Îles", "city": "Saint-Brumin"},
    ),
    "airtable.csv": Wild(
        "csv",
        ["Café associatif « Le Trait d'union »", "Fablab des Monts"],
        {"Thématiques": "categories", "Coordonnées GPS": "point"},
        first={
            "summary": "Un café tenu par ses habitants.", "categories": ("Culture", "Lien social"), "phone": "05 36 49 10 03",
            "address": "8, rue Haute", "postal_code": "19150", "city": "Brumeval", "latitude": 45.2098,
        },
    ),
    "framaforms.csv": Wild(
        "csv",
        ["Atelier vélo Roue Libre", "Grainothèque de Saint-Brumin"],
        {
            "Nom de votre initiative": "title", "En quelques mots, que faites-vous ?": "summary", "Quel est votre domaine d'action ?": "categories",
            "Dans quelle commune ?": "city", "Votre adresse mail": "email", "Votre numéro de téléphone": "phone",
            "Votre site internet": "website", "Adresse IP": "-", "Nom d'utilisateur": "",
        },
        first={"phone": "05 36 49 10 04", "categories": ("Mobilité", "Réparation"), "email": "roue.libre@velo.example"},
    ),
    "google-forms.csv": Wild(
        "csv",
        ["La Halle partagée", "Radio Brume"],
        {
            "Quel est le nom de votre structure ?": "title", "Votre statut juridique": "family", "Adresse postale complète": "address",
            "Présentez votre activité en une phrase": "summary", "Vos domaines (plusieurs réponses possibles)": "categories",
            "Vos besoins aujourd'hui": "",
        },
        first={"family": "cooperative", "postal_code": "19150", "phone": "06 39 98 01 05"},
        last={"family": "association", "website": "", "description": "Site web : page Facebook Radio Brume"},
    ),
    "libreoffice-titres.csv": Wild(
        "csv",
        ["AMAP des Trois Clochers", "Recyclerie Seconde Main"],
        {"Nom": "title", "Tél.": "phone", "Mél": "email", "Latitude": "latitude", "Remarques": "description", "Référent·e": "contact_name"},
        [(8, "Nom")],
        first={"latitude": 45.2101, "longitude": 1.8744, "phone": "05 36 49 10 06", "contact_name": "Jeanne Exemple", "number": 6},
    ),
    "tabs.tsv": Wild(
        "csv",
        ["Les Greniers solidaires", "Moulin de la Combe"],
        {"cp": "postal_code", "tags": "keywords"},
        first={"postal_code": "01150", "keywords": ("pain", "semences", "moulin"), "latitude": 45.2},
    ),
    "pipes.txt": Wild(
        "csv",
        ["Habitat participatif Les Cabanes", "Régie de quartier du Pont"],
        {"coordonnées": "point", "thème": "categories"},
        first={"latitude": 45.2155, "longitude": 1.8801, "categories": ("Habitat", "Énergie")},
        last={"summary": "Travaux d'utilité sociale & insertion", "latitude": 45.206},
    ),
    "lambert93.csv": Wild(
        "csv",
        ["Maison des associations", "Centre social des Prés", "Salle des fêtes"],
        {"X_L93": "easting", "Y_L93": "northing", "COM_INSEE": "insee_code", "NOM_COMMUNE": "city"},
        first={"latitude": 45.2093635, "longitude": 1.8751978},
        last={"latitude": None},
    ),
    "lambert-xy.csv": Wild("csv", ["Tiers-lieu La Filature", "Ferme du Haut"], {"x": "longitude"}, first={"latitude": 45.2093635}),
    "tableur-abime.csv": Wild(
        "csv",
        ["Coopérative Le Fil", "Boulangerie Le Levain", "Atelier Bois"],
        {"SIRET": "siret", "Code Postal": "postal_code"},
        first={"postal_code": "01150", "phone": "05 36 49 10 07", "siret": ""},
        last={"phone": "05 36 49 10 09", "email": "atelier@bois.example"},
    ),
    "entites.csv": Wild(
        "csv",
        ["L'Échoppée", '=HYPERLINK("http://pirate.example";"Clic")'],
        first={"description": "Un lieu ouvert à tous.\n\n- café\n- ateliers", "categories": ("Lieux de vie", "Cafés")},
        last={"summary": "@SUM(A1)", "website": ""},
    ),
    "rna.csv": Wild(
        "csv",
        ["LES AMIS DU LAVOIR", "COMITE DES FETES DE SAINT-BRUMIN"],
        {"titre": "title", "objet": "description", "position": "", "nature": "", "adrs_libcommune": "city", "objet_social1": ""},
        first={
            "external_id": "W199000001", "address": "6 BIS RUE DES LAVANDIERES", "postal_code": "19150", "categories": (),
            "started_on": datetime.date(1998, 5, 14), "ended_on": None, "warnings": (),
        },
        last={"ended_on": datetime.date(2019, 7, 1), "siret": "12345678200036"},
    ),
    "sirene.csv": Wild(
        "csv",
        ["RESSOURCERIE DU VAL PERDU", "LA BOUTIQUE DU VAL"],
        {"etablissementSiege": "", "nic": "", "typeVoieEtablissement": "street_type", "codeCommuneEtablissement": "insee_code"},
        first={"address": "12 RUE DES TISSERANDS", "family": "association", "siret": "12345678200010", "latitude": 45.2093635},
        last={"address": "LE PRE, ZONE DU PRE", "city": "SAINT-BRUMIN"},
    ),
    "annuaire-entreprises.csv": Wild(
        "csv",
        ["RESSOURCERIE DU VAL PERDU"],
        {"Dénomination": "title", "Nature juridique": "family", "Code NAF": ""},
        first={"address": "12 RUE DES TISSERANDS", "city": "BRUMEVAL", "family": "association"},
    ),
    "esus.csv": Wild(
        "csv",
        ["COOPERATIVE LE FIL", "ASSOCIATION LE GRAND PRE"],
        {"Dénomination sociale": "title", "Date de la décision": "", "Département": "", "Forme juridique": "family"},
        first={"latitude": None, "family": "cooperative"},
    ),
    "ressourceries.csv": Wild(
        "csv",
        ["Ressourcerie du Val Perdu"],
        {"field_adresse": "address", "field_cp": "postal_code", "field_tel": "phone", "field_horaires": "opening_hours"},
        first={
            "website": "http://val-perdu.example", "opening_hours": "Mer-Sam : 10h-18h\nFermé en août", "categories": ("Meubles", "Textile", "Livres"),
            "description": "Collecte, tri, vente.\n\nAteliers le samedi…",
        },
    ),
    "collection.geojson": Wild(
        "geojson",
        ["Café-librairie Les Mots", "Forêt citoyenne", "Points de collecte", "Réseau sans lieu"],
        {"contact.tel": "phone", "adresse.rue": "address"},
        [(5, "latitude"), (6, "title")],
        first={"external_id": "7", "categories": ("Culture", "Alimentation"), "phone": "05 36 49 11 01", "city": "Brumeval"},
        last={"latitude": None},
    ),
    "feature.geojson": Wild("geojson", ["Maison commune"], first={"latitude": 45.21}),
    "lambert93.geojson": Wild("geojson", ["Halle"], first={"latitude": 45.2093617, "longitude": 1.8751914}),
    "carte.umap": Wild(
        "geojson",
        ["Four à pain", "Sentier des fontaines", "Boîte à livres"],
        first={
            "categories": ("Patrimoine vivant",), "summary": "Le premier samedi du mois.",
            "description": "Le premier samedi du mois.\nPour qui\nTout le monde.\nLe site (https://four.example)",
        },
        last={"categories": ("Partage",)},
    ),
    "umap.geojson": Wild("geojson", ["Compost de la place", "Verger partagé"], first={"categories": ("Jardins",), "external_id": "ZZ"}),
    "dossiers.kml": Wild(
        "kml",
        ["Fournil & cie", "Marché du samedi", "Scène ouverte"],
        {"Téléphone": "phone", "Site web": "website", "COMMUNE": "city"},
        [(4, "title")],
        first={
            "categories": ("Alimentation",), "phone": "05 36 49 11 02",
            "description": "Pain au levain\nHoraires: 8h-12h\nSite: fournil (https://fournil.example)",
        },
        last={"email": "scene@culture.example", "categories": ("Culture",)},
    ),
    "resultats.json": Wild(
        "json",
        ["Cantine Mobile", "Garage solidaire"],
        {"commune.nom": "city", "commune.code": "insee_code"},
        first={"categories": ("Alimentation", "Insertion"), "latitude": 45.21, "postal_code": "19150", "city": "Brumeval"},
    ),
    "lignes.ndjson": Wild("json", ["Chorale des Monts", "Ciné-club"], {}, [(3, "ligne entière"), (4, "latitude")], first={"latitude": 45.2121}),
    "objet-par-cle.json": Wild("json", ["Serre commune", "Pépinière"], first={"external_id": "lieu_1", "city": "Brumeval"}),
    "ods-v1.json": Wild(
        "json", ["Conciergerie de quartier", "Crèche parentale"], first={"external_id": "0a1b2c", "latitude": 45.2108, "categories": ("Services",)}
    ),
    "ods-v2.json": Wild("json", ["Laverie solidaire", "Vestiaire"], first={"latitude": 45.2119, "categories": ("Services", "Insertion")}),
    "ods-v2-records.json": Wild("json", ["Bricothèque"], first={"external_id": "abcd", "latitude": 45.2113}),
    "gogofull.json": Wild(
        "gogocarto",
        ["Biocoop des Monts", "Sans adresse"],
        {"status": "", "categoriesFull": "categories"},
        first={
            "address": "14 rue des Écoles", "phone": "05 36 49 11 08", "email": "", "categories": ("Alimentation", "Bio", "Magasin bio"),
            "opening_hours": "lundi : 09:00-19:00\nmardi : 09:00-19:00\nFermé en août", "warnings": (),
        },
        last={"latitude": None},
    ),
    "gogocompact.json": Wild("gogocarto", ["Cyclofficine", "Dépôt de pain"], {}, [(3, "title")], first={"latitude": 45.2099}),
    "transiscope.json": Wild(
        "gogocarto", ["Le Garde-manger"], first={"source_url": "https://transiscope.example/fiche/1", "website": "https://garde-manger.example"}
    ),
    "semantique.jsonld": Wild(
        "gogocarto",
        ["Le Silo", "Le Champ commun"],
        first={"categories": ("culture vivante",), "summary": "Lieu de résidence"},
        last={"keywords": ("maraîchage", "semences", "vente directe")},
    ),
    "schema-org.jsonld": Wild(
        "json",
        ["Imprimerie du Vallon", "Abri"],
        {"founder.name": "", "logo.name": ""},
        [(2, "@type")],
        first={"opening_hours": "lundi, mardi : 09:00–18:00", "started_on": datetime.date(2011, 5, 1), "email": "imprimerie@vallon.example"},
        last={"address": "9 rue Longue", "postal_code": "19160", "city": "Saint-Brumin"},
    ),
    "pair.jsonld": Wild(
        "json",
        ["Atelier des communs", "Carte vivante"],
        {"pair:hasLocation.pair:label": ""},
        first={"categories": ("Communs",), "postal_code": "19150", "address": "3 rue Neuve", "phone": "05 36 49 11 10"},
        last={"categories": ("cartographie",)},
    ),
    "dfc.jsonld": Wild(
        "json", ["GAEC de la Source"], first={"latitude": 45.3011, "city": "Saint-Brumin", "address": "La Source", "website": "https://source.example"}
    ),
    "murmurations.json": Wild(
        "murmurations",
        ["Coop Carbone Brume", "Atelier Ouvert"],
        first={"started_on": datetime.date(2015, 1, 1), "city": "Brumeval", "address": "2 rue du Barrage"},
        last={"website": "https://atelier-ouvert.example", "latitude": 45.2144},
    ),
    "murmurations-seul.json": Wild("murmurations", ["Une seule coopérative"], first={"external_id": "https://seule.example"}),
    "overpass.json": Wild(
        "osm",
        ["La Bonne Graine", "Maison du Peuple", "Jardins ouvriers", "Voie verte", "Le Hangar"],
        {},
        [(9, "title")],
        first={"opening_hours": "mar.-sam. 09:00-12:30", "licence": "odbl-1.0"},
        last={"latitude": 45.2301, "longitude": 1.8901, "external_id": "way/104"},
    ),
    "extrait.osm": Wild(
        "osm",
        ["L'Échoppe & Co", "Halle couverte", "Atelier municipal", "Cité artisanale"],
        first={"categories": ("Librairie",), "email": "echoppe@livres.example"},
        last={"latitude": 45.22, "longitude": 1.88},
    ),
    "wikidata.json": Wild(
        "json",
        ["Familistère de Brume", "Coopérative du Haut"],
        {"coord": "point", "inception": "started_on"},
        first={"latitude": 45.2103, "started_on": datetime.date(1859, 1, 1)},
    ),
    "wikidata-simple.json": Wild("json", ["Bourse du travail de Brume"], first={"city": "Brumeval"}),
}  # fmt: skip


def read(data: bytes):
    source = open_source(io.BytesIO(data))
    rows = list(source.rows())
    imported = [row for row in rows if isinstance(row, ImportedRow)]
    return source, imported, [row for row in rows if isinstance(row, RowError)]


def test_every_file_of_the_folder_is_tried():
    assert {path.name for path in WILD.iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_as_its_maker_meant(name):
    wild = FILES[name]
    source, rows, faults = read((WILD / name).read_bytes())
    assert source.format == wild.form
    assert [row.title for row in rows] == wild.titles
    assert [(fault.row, fault.field) for fault in faults] == wild.faults
    assert all(fault.message for fault in faults)
    proposed = {proposal.column: proposal.field for proposal in source.proposals()}
    assert {column: proposed.get(column) for column in wild.mapping} == wild.mapping
    assert {key: getattr(rows[0], key) for key in wild.first} == wild.first
    assert {key: getattr(rows[-1], key) for key in wild.last} == wild.last


@pytest.fixture
def themes(db):
    create_default_themes(actor=None, now=timezone.now())


def imported(name: str, data: bytes):
    return import_file(actor=None, stream=io.BytesIO(data), name=name, now=timezone.now())


@pytest.mark.parametrize("name", FILES)
def test_it_is_imported_without_loss_and_once(name, themes):
    wild, data = FILES[name], (WILD / name).read_bytes()
    report = imported(name, data).to_json()
    assert list(report) == REPORT
    assert all(
        list(error) == ["row", "field", "message"] and all(error.values()) for error in report["errors"]
    )
    assert report["read"] == len(wild.titles) + len(wild.faults) == len(report["errors"]) + report["created"]
    again = imported(name, data).to_json()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, len(wild.titles))
    assert Initiative.objects.count() == len(wild.titles)


TEXT = "nom;catégorie;ville;prix\nÉpicerie « La Noix »;Œuvre à cœur;Brumeval;12 €\nLe Çà et là;Été;Saint-Brumin;\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_usual_encoding_and_end_of_line(encoding, newline):
    _source, rows, faults = read(TEXT.replace("\n", newline).encode(encoding))
    assert not faults
    assert [(row.title, row.categories) for row in rows] == [
        ("Épicerie « La Noix »", ("Œuvre à cœur",)),
        ("Le Çà et là", ("Été",)),
    ]


@pytest.mark.parametrize("encoding", ["iso8859_15", "mac_roman", "cp850"])
def test_older_encodings(encoding):
    text = (
        TEXT.replace("€", "euros").replace("«", "<").replace("»", ">").replace("œ", "oe").replace("Œ", "Oe")
    )
    _source, rows, _faults = read(text.encode(encoding))
    assert [row.title for row in rows] == ["Épicerie < La Noix >", "Le Çà et là"]


def workbook() -> Workbook:
    """A cover sheet, then a table with a merged title, dates, numbers that were codes, formulas and an empty column."""
    book = Workbook()
    cover = book.active
    cover.title = "Lisez-moi"
    cover.append(["Annuaire fictif du Pays de Brume"])
    cover.append(["Mis à jour chaque mois"])
    sheet = book.create_sheet("Structures")
    sheet.append(["Structures du territoire"])
    sheet.merge_cells("A1:G1")
    sheet.append([])
    sheet.append(
        [
            "Nom",
            None,
            "SIRET",
            "Code postal",
            "Commune",
            "Téléphone",
            "Date de début",
            "Latitude",
            "Longitude",
        ]
    )
    sheet.append(
        [
            "Filature",
            None,
            12345678200010,
            1150,
            "Brumeval",
            536491007,
            datetime.datetime(2018, 9, 1),
            45.21,
            "1,87",
        ]
    )
    sheet.append(
        [
            "Moulin",
            None,
            "123 456 782 00028",
            "19160",
            "Saint-Brumin",
            "05 36 49 10 08",
            "=DATE(2019,1,1)",
            None,
            None,
        ]
    )
    sheet.append(["Total", None, None, None, None, None, 2])
    book.create_sheet("Vide")
    hidden = book.create_sheet("Cachée")
    hidden.sheet_state = "hidden"
    hidden.append(["nom", "ville"])
    hidden.append(["Ne doit pas être lue", "Brumeval"])
    return book


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_as_people_make_them():
    source, rows, faults = read(saved(workbook()))
    assert source.format == "xlsx"
    assert [row.title for row in rows] == ["Filature", "Moulin"]
    cover, total = faults
    assert "Lisez-moi" in cover.field and (total.row, total.field) == (6, "Nom")
    first, second = rows
    assert (first.siret, first.postal_code, first.phone) == ("12345678200010", "01150", "05 36 49 10 07")
    assert (first.started_on, first.latitude, first.longitude) == (datetime.date(2018, 9, 1), 45.21, 1.87)
    assert (second.siret, second.number) == ("12345678200028", 5)


def test_a_kmz_and_a_zip_of_one_file():
    for outer, inner in (("carte.kmz", "dossiers.kml"), ("export.zip", "gogofull.json")):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("LISEZMOI.md", "rien")
            archive.writestr(f"dossier/{inner}", (WILD / inner).read_bytes())
        source, rows, _faults = read(stream.getvalue())
        assert (outer, source.format, [row.title for row in rows]) == (
            outer,
            FILES[inner].form,
            FILES[inner].titles,
        )


def test_values_that_a_file_holds_twice_are_all_kept():
    csv = "nom,tél,portable,email\nA,05 36 49 10 01,06 12 34 56 78,a@a.example b@b.example\n"
    _source, (row,), _faults = read(csv.encode())
    assert (row.phone, row.email) == ("05 36 49 10 01", "a@a.example")
    assert row.extra == {"portable": "06 12 34 56 78", "email": "a@a.example b@b.example"}
    links = {"name": "A", "urls": [{"url": "https://un.example"}, {"url": "https://deux.example"}]}
    _source, (row,), _faults = read(json.dumps([links]).encode())
    assert row.extra == {"urls.url": "https://un.example", "urls[2].url": "https://deux.example"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x01\x02\x03" * 400, "not a text"),
        (b"nom;ville\n", "no row"),
        (b"nom;ville", "no row"),
        (b"[]", "no row"),
        (b'{"type":"FeatureCollection","features":[]}', "no row"),
    ],
)
def test_a_file_of_nothing_says_so(data, words):
    with override("en"), pytest.raises(UnreadableFileError, match=words):
        open_source(io.BytesIO(data))


HOSTILE = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'[{"name":"A","x":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}]",
    "entities": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><osm><node id="1"><tag k="name" v="&b;"/></node></osm>',
    "deep XML": b"<osm>" + b"<a>" * 100_000,
    "a huge number": b'[{"name":"A","lat":' + b"9" * 5_000 + b',"lng":1}]',
    "ten thousand columns": (";".join(["nom", *(f"c{at}" for at in range(10_000))]) + "\nA\n").encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_ends_in_a_sentence(name):
    with pytest.raises(UnreadableFileError) as refused:
        list(open_source(io.BytesIO(HOSTILE[name])).rows())
    assert len(str(refused.value.sentence)) > 20


REFUSED_BY_DATABASES = [
    {
        "name": "A\ud800B\u0000",
        "description": "\udfff \u0000 x",
        "k\ud800\u0000": "v\u0000",
        "tags": ["t\u0000"],
    },
    {"name": "B", "lat": "4\u00005\ud800", "lng": "1"},
    {"name": "C", "site": "http://a\u0000 b", "email": "a\u0000 at b", "date de début": "hier\u0000"},
]


def test_characters_that_databases_refuse_are_taken_out(themes):
    data = json.dumps(REFUSED_BY_DATABASES).encode()
    report = imported("bizarre\udc80.json", data).to_json()
    assert (report["read"], report["created"], len(report["errors"])) == (3, 2, 1)
    assert report["errors"][0]["field"] == "latitude"
    assert sorted(Initiative.objects.values_list("title", flat=True)) == ["AB", "C"]
    csv = "nom\x00;vi\x01lle;lat;lng\nA\x00B;Bru\x00me;4\x005;1\n" + "C;Brume;;\n" * 400
    assert imported("nul.csv", csv.encode()).to_json()["read"] == 401


def test_cycles_between_nodes_lose_nothing():
    nodes = [
        {"@id": "a", "@type": "Place", "name": "La Place", "containedIn": {"@id": "a"}},
        {
            "@id": "b",
            "@type": "Organization",
            "name": "L'Atelier",
            "address": {"@id": "c"},
            "partner": {"@id": "b"},
        },
        {"@id": "c", "@type": "PostalAddress", "postalCode": "19150", "in": {"@id": "d"}},
        {"@id": "d", "@type": "Place", "name": "Le Quartier", "in": {"@id": "c"}},
    ]
    _source, rows, faults = read(json.dumps({"@graph": nodes}).encode())
    assert [(row.title, row.postal_code) for row in rows] == [("La Place", ""), ("L'Atelier", "19150")]
    assert not faults
