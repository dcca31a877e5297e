"""Generated requests, from the sandbox's OpenAPI document, never break it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.sandbox import Sandbox, running_sandbox

pytestmark = pytest.mark.long

CHECKS = {
    GenerationMode.POSITIVE: [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ],
    GenerationMode.NEGATIVE: [not_a_server_error, content_type_conformance],
}
"""Checks of the answers to valid and to deliberately invalid requests."""


@pytest.fixture(scope="module")
def crm() -> Iterator[Sandbox]:
    with running_sandbox(leads=30, seed=5) as sandbox:
        yield sandbox


def _operations(sandbox: Sandbox, pattern: str) -> Iterator[Any]:
    schema = schemathesis.openapi.from_url(f"{sandbox.url}/sandbox/openapi.json")
    found: Iterator[Any] = iter(schema.get_all_operations())
    for result in found:
        operation = result.ok()
        if re.search(pattern, operation.path):
            yield operation


@pytest.mark.parametrize("mode", list(CHECKS))
@pytest.mark.parametrize(
    ("pattern", "operations"),
    [
        (r"^/crm/(objects|lists|owners)/2026-09", 25),
        (r"^/crm/(properties|associations|pipelines|limits)/2026-09", 15),
        (r"^/(oauth|marketing|form|account|calling|contacts|crm-object)", 15),
    ],
)
def test_no_generated_request_breaks_the_server(
    crm: Sandbox, pattern: str, operations: int, mode: GenerationMode
) -> None:
    tried: Counter[str] = Counter()
    answered: Counter[int] = Counter()
    for operation in _operations(crm, pattern):

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=2,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def attack(case: Any) -> None:
            response = case.call(headers={"Authorization": f"Bearer {crm.token}"})
            tried[f"{case.method} {case.path}"] += 1
            answered[response.status_code] += 1
            case.validate_response(response, checks=CHECKS[mode])

        with suppress(Unsatisfiable):  # a request without parts cannot be made invalid
            attack()
    assert len(tried) >= operations
    assert any(status < (300 if mode is GenerationMode.POSITIVE else 500) for status in answered)
