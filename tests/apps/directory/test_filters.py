from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.choices import Family, Stage
from maillage.apps.directory.forms.filters import parse_filter
from maillage.apps.directory.models import Commune, Initiative, Territory, Theme
from maillage.apps.directory.queries.contents import CarrierContent, PlaceContent
from maillage.apps.directory.queries.filters import InitiativeFilter, filter_initiatives
from tests.apps.directory.conftest import NOW

Publish = Callable[..., Initiative]


def titles(wanted: InitiativeFilter) -> list[str]:
    return sorted(filter_initiatives(wanted, now=NOW).values_list("title", flat=True))


def coordinate(most: int) -> st.SearchStrategy[float]:
    return st.integers(-most * 10**6, most * 10**6).map(lambda micro: micro / 10**6)


filters = st.builds(
    InitiativeFilter,
    words=st.text(max_size=30).map(lambda text: " ".join(text.replace("\x00", "").split())),
    themes=st.frozensets(st.sampled_from(["velo", "petite-enfance", "mobilite-2"])).map(
        lambda slugs: tuple(sorted(slugs))
    ),
    family=st.sampled_from(["", *Family.values]),
    stage=st.sampled_from(["", *Stage.values]),
    commune=st.sampled_from(["", "87085", "2A004"]),
    radius_km=st.none() | st.integers(1, 200).map(float),
    looks_for_hands=st.booleans(),
    has_recipe=st.booleans(),
    fresh_days=st.none() | st.integers(1, 4000),
    organization_id=st.none() | st.integers(1, 10**9),
    box=st.none()
    | st.tuples(coordinate(180), coordinate(90), coordinate(180), coordinate(90)).map(
        lambda box: (box[0], min(box[1], box[3]), box[2], max(box[1], box[3]))
    ),
)


@given(filters)
def test_a_filter_survives_its_url(wanted: InitiativeFilter) -> None:
    assert parse_filter(QueryDict(wanted.to_query())) == wanted


@given(
    st.dictionaries(
        st.sampled_from(
            ["q", "theme", "famille", "lat", "lon", "rayon", "mains", "fraicheur", "structure", "bbox"]
        ),
        st.text(),
    )
)
def test_no_url_is_refused(pairs: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(pairs)
    parse_filter(query)


def test_a_latitude_alone_is_no_place() -> None:
    assert parse_filter(QueryDict("lat=45")) == InitiativeFilter()
    assert parse_filter(QueryDict("lat=nan&lon=inf&rayon=-1&bbox=1,2,3&fraicheur=²")) == InitiativeFilter()


@pytest.mark.django_db
def test_only_what_is_published_is_found(publish: Publish) -> None:
    publish("Le four à pain")
    Initiative.objects.create(title="Brouillon", slug="b", created_at=NOW, updated_at=NOW)
    assert titles(InitiativeFilter()) == ["Le four à pain"]


@pytest.mark.django_db
def test_a_theme_includes_what_stands_below_it(publish: Publish) -> None:
    create_default_themes(actor=None, now=NOW)
    bike = Theme.objects.get(slug="velo")
    publish("L’atelier vélo", theme_ids=(bike.pk,))
    publish("La chorale")
    assert titles(InitiativeFilter(themes=("mobilite",))) == ["L’atelier vélo"]
    assert titles(InitiativeFilter(themes=("velo",))) == ["L’atelier vélo"]
    assert titles(InitiativeFilter(themes=("inconnu",))) == []


@pytest.mark.django_db
def test_places_are_found_by_radius_box_commune_and_territory(publish: Publish) -> None:
    limoges = Commune.objects.create(
        insee_code="87085",
        name="Limoges",
        sort_key="limoges",
        department_code="87",
        latitude=45.83,
        longitude=1.26,
    )
    territory = Territory.objects.create(kind="grouping", name="Limoges Métropole", slug="limoges-metropole")
    territory.communes.add(limoges)
    place = PlaceContent(latitude=45.8336, longitude=1.2611, commune_id="87085")
    publish("À Limoges", places=(place, place))
    publish("À Niort", places=(PlaceContent(latitude=46.3239, longitude=-0.4645),))
    publish("Partout", area_id=territory.pk)
    assert titles(InitiativeFilter(latitude=45.8, longitude=1.3, radius_km=10)) == ["À Limoges"]
    assert titles(InitiativeFilter(latitude=45.8, longitude=1.3, radius_km=160)) == ["À Limoges", "À Niort"]
    assert titles(InitiativeFilter(commune="87085", radius_km=5)) == ["À Limoges"]
    assert titles(InitiativeFilter(box=(1.0, 45.0, 2.0, 46.0))) == ["À Limoges"]
    assert titles(InitiativeFilter(commune="87085")) == ["Partout", "À Limoges"]
    assert titles(InitiativeFilter(territory="limoges-metropole")) == ["Partout", "À Limoges"]


@pytest.mark.django_db
def test_the_other_criteria(publish: Publish) -> None:
    publish("Ouverte", looks_for_hands=True, family=Family.MUTUAL, stage=Stage.IDEA)
    old = publish("Ancienne")
    Initiative.objects.filter(pk=old.pk).update(updated_at=NOW - timedelta(days=400))
    assert titles(InitiativeFilter(looks_for_hands=True)) == ["Ouverte"]
    assert titles(InitiativeFilter(family="mutual")) == ["Ouverte"]
    assert titles(InitiativeFilter(stage="idea")) == ["Ouverte"]
    assert titles(InitiativeFilter(fresh_days=365)) == ["Ouverte"]


@pytest.mark.django_db
def test_an_organisation_owns_or_carries(publish: Publish) -> None:
    from maillage.apps.directory.models import Organization

    body = Organization.objects.create(name="ADESS", slug="adess", created_at=NOW, updated_at=NOW)
    publish("Possédée", owner_id=body.pk)
    publish("Portée", carriers=(CarrierContent(organization_id=body.pk),))
    publish("Autre")
    assert titles(InitiativeFilter(organization_id=body.pk)) == ["Portée", "Possédée"]
