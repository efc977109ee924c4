"""What of an `.env` file is looked for elsewhere."""

from __future__ import annotations

import pytest

from deskmate.cloud.project_secrets import known_values
from deskmate.cloud.redaction import redact

ENV = """\
# the shop
APP_NAME=shop
DEBUG=true
PORT=8080
HOST=localhost:8080
VERSION=1.22.0
export DB_PASSWORD='correct horse'
ADMIN_PASSWORD=tomatoes
DATABASE_URL=postgres://shop:s3cr3t@db/shop
CUSTOMER=ACME-2931-77
SMTP_PASSWORD=
OTHER_PASSWORD=changeme
TITLE="The 39 Steps"
"""

YAML = """\
smtp:
  user: shop
  password: "swordfish"
"""


def test_the_values_that_are_secret() -> None:
    assert known_values(ENV) == ("correct horse", "tomatoes", "ACME-2931-77", "s3cr3t")
    assert known_values(YAML) == ("swordfish",)


@pytest.mark.parametrize(
    "value",
    [
        "@ppleTree99!x",
        "my{secret}pass99",
        "$tarsAndStripes77",
        "letmein-2024.de",
        "Tulpe_12345678_x",
    ],
)
def test_what_has_the_name_of_a_secret_is_one_whatever_it_looks_like(value: str) -> None:
    assert value in known_values(f"SMTP_PASSWORD={value}\n")
    assert value in known_values(f"SMTP_PASSWORD='{value}'\n")
    assert value not in redact([f'password = "{value}"']).texts[0]


@pytest.mark.parametrize("value", ["changeme", "${SMTP_PASSWORD}", "<your password>", "{{ pass }}"])
def test_what_stands_for_a_secret_is_none(value: str) -> None:
    assert known_values(f"SMTP_PASSWORD={value}\n") == ()
