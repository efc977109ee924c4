"""What of an `.env` file is looked for elsewhere."""

from __future__ import annotations

from deskmate.routing.known import known_values

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
