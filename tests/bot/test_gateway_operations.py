"""What those see who run the gateway: readiness, figures, and the document of the API, which must be true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi import checks as openapi_checks
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.gateway.app import create_app
from bot.gateway.openapi import document
from bot.settings import Settings
from tests.bot.fake_rasa import FakeRasa, card, say, show
from tests.bot.servers import ROOT, running_app, running_gateway
from tests.bot.shopper import Shopper


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


def test_ready_means_that_every_part_answers(gateway: str) -> None:
    answer = get(f"{gateway}/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "degraded", "parts": {"rasa": True, "actions": False, "store": True}}


def test_figures(gateway: str, shopper: Shopper) -> None:
    shopper.ask("hello")
    text = get(f"{gateway}/metrics").text
    assert 'rapport_turns_total{channel="web",degraded="false"} 1.0' in text
    assert 'rapport_requests_total{endpoint="post_message",status="202"} 1.0' in text
    assert "rapport_first_reply_seconds_count 1.0" in text
    assert "hello" not in text


def test_figures_are_not_for_everybody(gateway: str, settings: Settings) -> None:
    assert get(f"{gateway}/metrics", **{"X-Forwarded-For": "203.0.113.7"}).status_code == 404
    with running_gateway(replace(settings, metrics_token="figures for me")) as url:
        assert get(f"{url}/metrics").status_code == 404
        assert get(f"{url}/metrics", Authorization="Bearer figures for you").status_code == 404
        assert get(f"{url}/metrics", Authorization="Bearer figures for me").status_code == 200


# ---- the document


def test_every_route_is_documented_and_nothing_else(settings: Settings) -> None:
    served = {
        (route.path, method.lower())
        for route in create_app(settings).routes
        if isinstance(route, Route) and route.path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))
        for method in route.methods or ()
        if method != "HEAD"
    }
    documented = {(path, method) for path, methods in document()["paths"].items() for method in methods}
    assert served == documented


def test_the_document_is_served(gateway: str) -> None:
    assert get(f"{gateway}/api/v1/openapi.json").json() == document()


FORM = {"fields": [{"label": "E-mail", "type": "email", "autocomplete": "email"}], "submit": "Go on"}


def test_events_are_as_documented(rasa: FakeRasa, shopper: Shopper) -> None:
    order = {"order_number": "W1042", "status": "shipped", "status_text": "On its way", "lines": []}
    rasa.script = lambda _: [say("Here:", ("More", "/show_more")), show(items=[card()], order=order, form=FORM)]
    shopper.ask("everything")
    rasa.script = lambda _: [say("Gone."), show(erase=True)]
    events = shopper.history()
    shopper.ask("forget me")
    events += shopper.history()
    assert {event["kind"] for event in events} == {"message", "reply", "turn_end", "erased"}
    schema = {"$ref": "#/components/schemas/events", "components": document()["components"]}
    Draft202012Validator(schema).validate({"events": events})


def schema_of(url: str) -> Any:
    return schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")


CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.response_headers_conformance,
]


def run_cases(url: str, token: str, *, per_operation: int) -> int:
    """Calls every operation with generated input, sound and unsound; returns the number of cases."""
    schema, count = schema_of(url), 0
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis_settings(
            max_examples=per_operation,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes)))
        def run(case: Any) -> None:
            nonlocal count
            count += 1
            if case.path == "/api/v1/events":
                case.query = {**(case.query or {}), "poll": "1"}  # a stream has no end
            if case.operation.definition.raw.get("security") != []:
                case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
            case.call_and_validate(base_url=url, checks=CHECKS)

        run()
    return count


@pytest.fixture
def ready(settings: Settings) -> Iterator[str]:
    """A gateway of which every part is up."""
    actions = Starlette(routes=[Route("/health", lambda _: PlainTextResponse("ok"))])
    with running_app(actions) as actions_url, running_gateway(replace(settings, actions_url=actions_url)) as url:
        yield url


def test_nothing_undocumented_is_answered(ready: str, visit: Callable[..., Shopper]) -> None:
    assert run_cases(ready, visit(ready).token, per_operation=8) > 80


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_undocumented_is_answered_10_000_times(ready: str, visit: Callable[..., Shopper]) -> None:
    assert run_cases(ready, visit(ready).token, per_operation=900) >= 10_000


def test_the_readme_lists_every_setting() -> None:
    readme = (ROOT / "bot" / "gateway" / "README.md").read_text(encoding="utf-8")
    source = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    missing = {name for name in re.findall(r"RAPPORT_[A-Z_]+", source) if f"`{name}`" not in readme}
    assert missing == set()
