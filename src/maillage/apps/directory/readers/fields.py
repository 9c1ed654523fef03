"""The fields that a fiche can be filled from, and the headers by which files of others call them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

IGNORED = "-"
"""The mapping of a column that must not be read at all."""


@dataclass(frozen=True)
class Field:
    """`synonyms` are folded (see `fold_header`), the likeliest first."""

    name: str
    label: str | Promise
    synonyms: tuple[str, ...]


def _field(name: str, label: str | Promise, synonyms: str) -> Field:
    return Field(name, label, tuple(word.strip() for word in synonyms.split(",")))


FIELDS: tuple[Field, ...] = (
    _field(
        "external_id",
        _("Identifier"),
        "id, identifiant, external id, id externe, uid, uuid, guid, _id, @id, identifier, reference, osm id, fid, objectid, profile url, profile_url, recordid, record id, sid, id de la reponse, response id, submission id, id lieu, nofinesset, no finess et, numero finess et, finess et, identifiant du lieu",
    ),
    _field(
        "title",
        _("Title"),
        "title, titre, nom, name, libelle, intitule, denomination, raison sociale, appellation, nom initiative, nom de l initiative, nom structure, nom de la structure, nom du lieu, nom association, nom de l association, nom du projet, titre du projet, intitule du projet, nom de l action, titre de l action, intitule de l action, nom projet, initiative, structure, enseigne, nom commercial, nom usuel, nom complet, name fr, schema name, rdfs label, foaf name, item label, denomination sociale, denomination unite legale, denomination usuelle, enseigne 1, enseigne1, nom de votre structure, nom etablissement, nom equipement, nom de l organisme, nom de l organisation, nom organisation, nom du tiers lieu, nom de l entreprise, nom entreprise, raison sociale nom, pair label, skos preflabel, preflabel, as name, titre de l initiative, organisme, etablissement, designation, nom lieu, lieu nom, rs, rslongue, nom amap",
    ),
    _field(
        "summary",
        _("Summary"),
        "summary, resume, abstract, accroche, chapeau, chapo, description courte, courte description, presentation courte, short description, headline, baseline, slogan, tagline, en une phrase, resume court, desc courte, in one sentence, en quelques mots, excerpt, extrait, descr courte",
    ),
    _field(
        "description",
        _("Description"),
        "description, descriptif, presentation, texte, contenu, content, body, desc, commentaire, commentaires, comment, notes, remarques, description longue, long description, description more, descriptionmore, details, a propos, about, objet, activites, activite, activities, ce que nous faisons, missions, mission, text, label, note, description fr, descr, descr long, descr longue, presentation longue, en savoir plus, plus d infos, informations, commitment, engagement, engagements, objet social, objet de l association",
    ),
    _field(
        "categories",
        _("Categories"),
        "categories, categorie, category, catégorie, type, types, theme, themes, thematique, thematiques, thème, secteur, secteurs, secteur d activite, domaine, domaines, domaine d activite, domaines d activite, rubrique, rubriques, taxonomy, taxonomie, main category, categorie principale, categories full, categoriesfull, options values, optionsvalues, filiere, filieres, activite principale, nature, famille d activite, subcategory, sous categorie, sous categories, sous theme, about name, topic, dct subject, @category, activite exercee, main activity, champ d action, domaine d action, type lieu, type de lieu, type d equipement, type equipement, type d initiative, type initiative, type de projet, type d action, type d acteur, type de service, type service, type service local, type d etablissement, type etablissement, option values, optionvalues, libcategetab, lib categorie etablissement, type d acteur, types d acteur",
    ),
    _field(
        "keywords",
        _("Keywords"),
        "tags, tag, mots cles, mot cle, keywords, keyword, etiquettes, motscles, mots clefs, produits, taxonomy keywords, label subject, productions",
    ),
    _field(
        "latitude",
        _("Latitude"),
        "latitude, lat, y, lat wgs84, latitude wgs84, geo lat, geo latitude, coord y, coordonnee y, coordonnees y, latitude y, y wgs84, gps lat, lat gps, wgs84 pos lat, ylat, latitude gps, gps latitude, lat dd, lattitude, latitude decimale, latitude wgs 84, @lat",
    ),
    _field(
        "longitude",
        _("Longitude"),
        "longitude, lng, lon, long, x, lon wgs84, long wgs84, longitude wgs84, geo lon, geo lng, geo longitude, coord x, coordonnee x, coordonnees x, longitude x, x wgs84, gps lon, gps lng, lon gps, wgs84 pos long, xlon, xlong, longitude gps, gps longitude, lon dd, longitude decimale, longitude wgs 84, @lon",
    ),
    _field(
        "point",
        _("Position (latitude and longitude together, or WKT)"),
        "geo point 2d, geo point, geopoint, point, wkt, geom, geometry, geometrie, the geom, coordonnees, coordonnees gps, coordonnees geographiques, coordinates, coords, gps, latlon, lat lon, latlng, lat lng, latitude longitude, position, geolocalisation, geolocation, geo, location, localisation, position gps, geo shape, st asgeojson, geojson, lonlat, wkt geom, coord, coordinate location, geom wkt, wkt geometry, latlong, lat long, lieu gps, coordonnees geo",
    ),
    _field(
        "easting",
        _("Lambert-93 easting (X)"),
        "x l93, x lambert, x lambert93, lambert x, x lambert 93, lambx, x 2154, coordonnee x lambert 93, easting, coord x l93, x coord l93, xl93, lambert93 x, coordonnee lambert abscisse, x lamb93, coordxet",
    ),
    _field(
        "northing",
        _("Lambert-93 northing (Y)"),
        "y l93, y lambert, y lambert93, lambert y, y lambert 93, lamby, y 2154, coordonnee y lambert 93, northing, coord y l93, y coord l93, yl93, lambert93 y, coordonnee lambert ordonnee, y lamb93, coordyet",
    ),
    _field(
        "address",
        _("Address"),
        "address, adresse, rue, voie, street, street address, streetaddress, adresse postale, adresse complete, full address, fulladdress, adresse 1, adresse1, adresse ligne 1, numero et rue, numero et voie, n et rue, adresse du siege, address street, adresse rue, formatted address, lieu, siege social, adresse siege, adr, addr, customformatedaddress, full addr, address line 1, adresse siege social, libelle voie, lib voie, libvoie, nom de voie, address street, adresse n et voie, ad lieu, lieu de distribution, lieu distribution, lieu de livraison, voie nom, nom voie, adr1, adr 1, address line1, addressline1, address1",
    ),
    _field(
        "house_number",
        _("Street number"),
        "house number, housenumber, street number, streetnumber, numero de rue, numero de voie, numero voie, n voie, no voie, n de voie, addr housenumber, num voie, n rue, numvoie, num rue, adresse numero, adresse num, numero adresse, indice repetition, repetition",
    ),
    _field(
        "street_type",
        _("Kind of street"),
        "street type, type voie, type de voie, typevoie, nature voie, nature de la voie, typvoie",
    ),
    _field(
        "address_more",
        _("Address, continued"),
        "adresse 2, adresse2, complement, complement adresse, complement d adresse, adresse ligne 2, lieu dit, lieudit, address line 2, bp, batiment, adresse 3, adr2, adr 2, adr3, adr 3, address2, distrib, distribution speciale, adresse complement, address line2, addressline2, complement adresse 1, lieuditbp",
    ),
    _field(
        "postal_code",
        _("Postal code"),
        "postal code, code postal, cp, postalcode, codepostal, zip, zip code, zipcode, postcode, code post, addr postcode, cp siege, code postal siege, adresse code postal, result postcode, address zip code, codpost, code post siege",
    ),
    _field(
        "city",
        _("Town"),
        "city, ville, commune, localite, town, municipality, address locality, addresslocality, locality, nom commune, nom de la commune, libelle commune, ville siege, addr city, nom com, libcom, village, adresse ville, commune siege, lieu commune, ville commune, libelle commune etablissement, commune d implantation, bureau distributeur, libcommune, commune nom, adresse libelle commune, lib commune, lib com, libelle com, adresse nom commune, com lieu, result city, ligneacheminement, ligne acheminement, lieu ville, cpville, cp ville, cp et ville, code postal ville, code postal et ville, cp commune, code postal commune",
    ),
    _field(
        "insee_code",
        _("INSEE code of the commune"),
        "insee, code insee, commune insee, codeinsee, code commune, insee com, depcom, codgeo, citycode, code insee commune, insee commune, com insee, cog, code geo, ref insee, codecommune, code commune insee, code insee de la commune, result citycode, num com, numcom, insee lieu",
    ),
    _field(
        "email",
        _("E-mail address"),
        "email, mail, e mail, courriel, courriels, emails, mails, adresse mail, adresse email, adresse e mail, contact email, email contact, mel, contact mail, adresse electronique, mail contact, adresse courriel, contact details email, courriel contact, adel, mel contact, e mail de contact, adresse de courriel",
    ),
    _field(
        "phone",
        _("Telephone"),
        "phone, telephone, tel, telephone fixe, tel fixe, numero de telephone, contact phone, portable, mobile, telephone portable, phone number, num tel, tel portable, contact telephone, gsm, n telephone, n de telephone, phonenumber, telephone 1, tel 1, contact mobile, telephone mobile, n tel, no tel, numero telephone, contact telephonique",
    ),
    _field(
        "website",
        _("Web site"),
        "website, site, site web, site internet, url, web, homepage, site url, lien, link, url site, adresse web, page web, contact website, primary url, www, internet, url site web, lien site, lien internet, weburl, lien web, site officiel, foaf homepage, site www, home page, website page, siteweb, site web ou page facebook, official website",
    ),
    _field(
        "source_url",
        _("Address of the original fiche"),
        "source url, fiche, url fiche, lien fiche, permalink, permalien, lien vers la fiche, url source, details url, url de la fiche, original url, sourceurl, lien source, fiche complete",
    ),
    _field(
        "opening_hours",
        _("Opening hours"),
        "opening hours, horaires, horaire, open hours, openhours, horaires d ouverture, heures d ouverture, ouverture, openinghours, open hours more infos, openhoursmoreinfos, jours et horaires, jour et heure, jour et horaire, jours et heures, jour et heure de distribution, opening hours specification, openinghoursspecification, jours d ouverture, horaires ouverture, plage ouverture, plages ouverture, plages d ouverture, open hours string, openhoursstring",
    ),
    _field(
        "started_on",
        _("Start date"),
        "started on, date debut, date de debut, debut, start date, startdate, date de creation de l initiative, annee de creation, founding date, foundingdate, starts at, date de lancement, date lancement, annee creation, date creation structure, start, annee de lancement, annee debut, date crea, inception, founding year, begins on, date creat, date creation etablissement, date de creation de la structure, date de creation de l association, date de creation de l entreprise, creee en, cree en, dateouv, date ouv, begin, first date, firstdate, starts on",
    ),
    _field(
        "ended_on",
        _("End date"),
        "ended on, date fin, date de fin, fin, end date, enddate, dissolution date, ends at, expires at, date de cloture, end, date disso, dissolved, date de dissolution, last date, lastdate, ends on",
    ),
    _field(
        "stage",
        _("Stage"),
        "stage, etape, stade, avancement, etat d avancement, phase, statut du projet, etat du projet, etat, maturite, status",
    ),
    _field(
        "family",
        _("Family of the social and solidarity economy"),
        "family, famille, famille ess, statut juridique, forme juridique, legal form, statut, type de structure, type d organisme, type organisme, type d organisation, type organisation, legalform, categorie juridique, nature juridique, statut legal, type structure, categorie juridique unite legale, statut ess, famille de l ess, statut de la structure",
    ),
    _field(
        "contact_name",
        _("Contact person"),
        "contact, contact name, nom du contact, nom contact, personne contact, responsable, referent, referente, personne referente, interlocuteur, contact nom, porteur de projet, nom du referent, nom responsable, nom et prenom, nom prenom, prenom nom, prenom et nom, nom et prenom du contact, prenom et nom du contact",
    ),
    _field(
        "organization",
        _("Carrying organisation"),
        "organization, organisation, porteur, structure porteuse, operator, operateur, organisateur, association porteuse, porte par, nom du porteur, porteur de l initiative, porteur de l action, porteur du projet, carrier, portee par, porteurs",
    ),
    _field(
        "siret",
        _("SIRET"),
        "siret, numero siret, n siret, siret siege, ref fr siret, code siret, no siret, num siret, identifiant siret",
    ),
    _field("licence", _("Licence"), "licence, license, licence des donnees"),
    _field(
        "context",
        _("Context and need"),
        "context, contexte, besoin, contexte et besoin, constat, origine, genese, pourquoi",
    ),
    _field(
        "audience_text",
        _("For whom"),
        "for whom, pour qui, public, publics, public vise, public cible, beneficiaires, publics vises, publics cibles",
    ),
    _field(
        "participation",
        _("How to take part"),
        "how to take part, comment participer, participation, participer, comment agir, comment s impliquer, agir",
    ),
    _field(
        "recipe_steps",
        _("Recipe: steps"),
        "recipe steps, etapes, recette, recette etapes, mode d emploi, demarche, mise en oeuvre",
    ),
    _field(
        "recipe_means",
        _("Recipe: means"),
        "recipe means, moyens, recette moyens, ressources, materiel, moyens materiels",
    ),
    _field("recipe_cost", _("Recipe: cost"), "recipe cost, cout, recette cout, budget, prix, tarif, tarifs"),
    _field("recipe_time", _("Recipe: time"), "recipe time, recette temps, duree, temps necessaire, delai"),
    _field("recipe_people", _("Recipe: people"), "recipe people, recette personnes, moyens humains, equipe"),
    _field(
        "recipe_pitfalls",
        _("Recipe: pitfalls"),
        "recipe pitfalls, recette pieges, pieges, difficultes, freins, points de vigilance, obstacles",
    ),
    _field(
        "recipe_advice",
        _("Recipe: advice"),
        "recipe advice, recette conseils, conseils, leviers, facteurs de reussite",
    ),
    _field(
        "results", _("Results"), "results, resultats, impact, impacts, bilan, effets, resultats et preuves"
    ),
    _field(
        "next_steps",
        _("What comes next"),
        "next steps, suite, suites, perspectives, et apres, projets a venir",
    ),
)

FIELD_NAMES = frozenset(field.name for field in FIELDS)
SECTIONS = (
    "context",
    "audience_text",
    "participation",
    "recipe_steps",
    "recipe_means",
    "recipe_cost",
    "recipe_time",
    "recipe_people",
    "recipe_pitfalls",
    "recipe_advice",
    "results",
    "next_steps",
)
"""Fields that go as they are into a part of the fiche."""

_WORDS = re.compile(r"[^a-z0-9@]+")


def fold_header(header: str) -> str:
    """`"Nom de l'Initiative"` and `"nom_de_l_initiative"` fold to the same words."""
    plain = unicodedata.normalize("NFKD", header)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return _WORDS.sub(" ", plain.lower()).strip()


BY_SYNONYM: dict[str, str] = {}
for _described in FIELDS:
    for _word in (*_described.synonyms, _described.name):
        BY_SYNONYM.setdefault(fold_header(_word), _described.name)
