"""The programming interface against its own schema: no failure, and answers as announced, whatever is asked."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.factories import make_initiative, make_organization

pytestmark = pytest.mark.django_db(transaction=True)
CHECKS = (not_a_server_error, content_type_conformance, response_schema_conformance)


def test_the_interface_holds_what_its_schema_says(live_server: LiveServer) -> None:
    organization = make_organization("Le Fournil", website="https://fournil.example", city="Limoges")
    made = make_initiative("Le four", owner_id=organization.pk)
    make_initiative("Un brouillon", published=False)
    schema = schemathesis.openapi.from_url(f"{live_server.url}/api/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 7
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def ask(case: schemathesis.Case) -> None:
            case.validate_response(case.call(), checks=CHECKS)

        ask()
    known = schema["/api/initiatives/{initiative_id}"]["GET"]
    case = known.Case(path_parameters={"initiative_id": made.pk})
    answer = case.call()
    case.validate_response(answer, checks=CHECKS)
    assert answer.status_code == 200
