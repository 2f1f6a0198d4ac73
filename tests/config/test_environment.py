"""What an installation may add by its environment: all of a thing, or nothing of it."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from config import environment

SERVER = {"SODSONG_EMAIL_HOST": "mail.example.go.th", "SODSONG_EMAIL_FROM": "sodsong@example.go.th"}
SERVICE = {"SODSONG_EMAIL_SERVICE_KEY": "k", "SODSONG_EMAIL_FROM": "sodsong@example.go.th"}
MORE = {
    "mailgun": {"SODSONG_EMAIL_SERVICE_DOMAIN": "example.go.th"},
    "mailjet": {"SODSONG_EMAIL_SERVICE_SECRET": "s"},
}


def test_without_a_word_no_mail_and_no_line() -> None:
    assert environment.mail({"SODSONG_EMAIL_HOST": "", "SODSONG_EMAIL_PER_MINUTE": "10"}) == {}
    assert environment.line({"SODSONG_LINE_PER_MINUTE": "10"}) == ("", "", "")


def test_mail_server_has_its_settings() -> None:
    found = environment.mail({**SERVER, "SODSONG_EMAIL_SECURITY": "tls", "SODSONG_EMAIL_PER_MINUTE": "10"})
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_SSL"]) == ("mail.example.go.th", 465, True)


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
@pytest.mark.parametrize("service", sorted(environment._MAIL_SERVICES))
def test_mail_service_can_be_used_with_what_is_asked_for(service: str, settings: LazySettings) -> None:
    found = environment.mail({**SERVICE, "SODSONG_EMAIL_SERVICE": service, **MORE.get(service, {})})
    settings.ANYMAIL = found["ANYMAIL"]
    connection: Any = get_connection(found["EMAIL_BACKEND"])  # it refuses to be made where a setting is missing
    assert connection.timeout == (5, 20)
    assert found["DEFAULT_FROM_EMAIL"] == "sodsong@example.go.th"


@pytest.mark.parametrize(
    "half",
    [
        {"SODSONG_EMAIL_HOST": "mail.example.go.th"},
        {**SERVER, "SODSONG_EMAIL_USER": "u"},
        {**SERVER, "SODSONG_EMAIL_SECURITY": "perhaps"},
        {**SERVER, "SODSONG_EMAIL_PORT": "x"},
        {"SODSONG_EMAIL_SERVICE": "brevo"},
        {**SERVICE},
        {**SERVICE, "SODSONG_EMAIL_SERVICE": "pigeon"},
        {**SERVICE, "SODSONG_EMAIL_SERVICE": "mailgun"},
        {**SERVICE, "SODSONG_EMAIL_SERVICE": "mailjet"},
        {**SERVICE, "SODSONG_EMAIL_SERVICE": "brevo", "SODSONG_EMAIL_SERVICE_DOMAIN": "example.go.th"},
        {**SERVICE, "SODSONG_EMAIL_SERVICE": "brevo", "SODSONG_EMAIL_HOST": "mail.example.go.th"},
    ],
)
def test_half_of_a_mail_road_is_refused(half: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="SODSONG_EMAIL"):
        environment.mail(half)


@pytest.mark.parametrize("missing", ["TOKEN", "SECRET", "ADDRESS"])
def test_line_is_whole_or_refused(missing: str) -> None:
    whole = {"SODSONG_LINE_TOKEN": "t", "SODSONG_LINE_SECRET": "s", "SODSONG_LINE_ADDRESS": "@agency"}
    assert environment.line(whole) == ("t", "s", "@agency")
    del whole[f"SODSONG_LINE_{missing}"]
    with pytest.raises(ImproperlyConfigured, match=f"SODSONG_LINE_{missing}"):
        environment.line(whole)


def test_rates_are_numbers_above_nought() -> None:
    assert environment.rates({}) == {"email": 300, "line": 1000, "webhook": 600}
    assert environment.rates({"SODSONG_EMAIL_PER_MINUTE": "7"})["email"] == 7
    for wrong in ("0", "-1", "many", "1.5", "๗"):
        with pytest.raises(ImproperlyConfigured, match="SODSONG_LINE_PER_MINUTE"):
            environment.rates({"SODSONG_LINE_PER_MINUTE": wrong})


@pytest.mark.parametrize("address", ["", "/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310", "scanner.local:3310"])
def test_scanner_is_named_by_a_socket_or_a_port(address: str) -> None:
    assert environment.clamav({"SODSONG_CLAMAV": address}) == (address, False)
    if address:
        assert environment.clamav({"SODSONG_CLAMAV": address, "SODSONG_CLAMAV_REQUIRED": "1"}) == (address, True)


@pytest.mark.parametrize("address", ["clamd.ctl", "localhost", ":3310", "host:", "host:٣", "3310"])
def test_scanner_named_otherwise_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SODSONG_CLAMAV"):
        environment.clamav({"SODSONG_CLAMAV": address})


def test_scanner_required_and_not_named_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="SODSONG_CLAMAV"):
        environment.clamav({"SODSONG_CLAMAV_REQUIRED": "1"})
