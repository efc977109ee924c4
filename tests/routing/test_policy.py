"""The policy: where a request goes, by its facts, the settings and what is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deskmate.core.target import Wish
from deskmate.routing.facts import Facts, Tried
from deskmate.routing.policy import Available, Kind, Standing, route
from deskmate.settings.sections.routing import RoutingSettings

EASY = Facts("change", "use a dict comprehension")
HARD = Facts("question", "which isolation level do we need so that no update is lost?")
ALL = Available(large=True, cloud=True)


@pytest.mark.parametrize(
    ("facts", "mode", "available", "kind"),
    [
        (EASY, "auto", ALL, "local"),
        (HARD, "ask", Available(), "local"),
        (HARD, "auto", Available(), "local"),
        (HARD, "ask", Available(large=True), "local_large"),
        (HARD, "ask", Available(cloud=True), "ask"),
        (HARD, "ask", ALL, "ask"),
        (HARD, "auto", ALL, "cloud"),
        (HARD, "never", ALL, "local_large"),
        (HARD, "never", Available(cloud=True), "local"),
    ],
)
def test_the_route(facts: Facts, mode: str, available: Available, kind: Kind) -> None:
    settings = RoutingSettings(mode=mode)  # type: ignore[arg-type]
    assert route(facts, settings, available).kind == kind


@pytest.mark.parametrize(
    ("mode", "standing", "kind"),
    [
        ("ask", "always", "cloud"),
        ("ask", "never", "local"),
        ("auto", "never", "local"),
        ("never", "always", "local"),
    ],
)
def test_what_was_decided_for_a_project_holds(mode: str, standing: Standing, kind: Kind) -> None:
    settings = RoutingSettings(mode=mode)  # type: ignore[arg-type]
    assert route(HARD, settings, Available(cloud=True, standing=standing)).kind == kind


@pytest.mark.parametrize(
    ("wish", "mode", "cloud", "kind"),
    [
        ("cloud", "ask", True, "ask"),
        ("cloud", "auto", True, "cloud"),
        ("cloud", "never", True, "local"),
        ("cloud", "auto", False, "local"),
        ("local", "auto", True, "local"),
    ],
)
def test_the_users_wish_goes_before_the_score(
    wish: Wish, mode: str, cloud: bool, kind: Kind
) -> None:
    settings = RoutingSettings(mode=mode)  # type: ignore[arg-type]
    for facts in (replace(EASY, wish=wish), replace(HARD, wish=wish)):
        assert route(facts, settings, Available(cloud=cloud)).kind == kind


def test_a_hard_request_that_stays_here_has_its_reasons_too() -> None:
    found = route(HARD, RoutingSettings(), Available())
    assert found.hard
    assert found.reasons


def test_an_easy_one_has_none() -> None:
    assert route(EASY, RoutingSettings(), ALL).reasons == ()


def test_the_threshold_is_a_setting() -> None:
    patient = RoutingSettings(hard_from=10)
    assert route(HARD, patient, Available(cloud=True)).kind == "local"


@pytest.mark.parametrize("tried", ["refused", "undone"])
@pytest.mark.parametrize("mode", ["ask", "auto"])
def test_what_failed_before_is_asked_about_and_never_just_sent(tried: Tried, mode: str) -> None:
    again = replace(EASY, tried=tried)
    settings = RoutingSettings(mode=mode)  # type: ignore[arg-type]
    assert route(again, settings, Available(cloud=True)).kind == "ask"


def test_where_nobody_can_be_asked_only_what_was_decided_is_sent() -> None:
    silent = Available(cloud=True, asks=False)
    assert route(HARD, RoutingSettings(), silent).kind == "local"
    assert route(HARD, RoutingSettings(mode="auto"), silent).kind == "cloud"
    assert route(HARD, RoutingSettings(), replace(silent, standing="always")).kind == "cloud"
