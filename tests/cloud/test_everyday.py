"""What people write every day: secrets in all spellings, look-alikes, and names of the inside."""

from __future__ import annotations

import pytest
from measure_redaction import missed, taken

from deskmate.cloud.placeholders import restore
from deskmate.cloud.redaction import leaks, redact


def test_the_cases_are_many() -> None:
    halves = ("tuned", "unseen")
    assert sum(missed(half)[0].total() for half in halves) >= 400
    assert sum(taken(half)[0] for half in halves) >= 1000


@pytest.mark.parametrize("half, least", [("tuned", 0.99), ("unseen", 0.975)])
def test_secrets_are_found(half: str, least: float) -> None:
    total, left = missed(half)
    assert 1 - len(left) / total.total() >= least, left


@pytest.mark.parametrize("half", ["tuned", "unseen"])
def test_look_alikes_are_left(half: str) -> None:
    count, wrong = taken(half)
    assert len(wrong) / count <= 0.01, wrong


# What tells of a network or a machine, and what is sent of it.
INTERNAL = {
    "ssh build7.acme.internal now": "ssh REDACTED_1_INTERNAL_HOST now",
    "https://wiki.acme.corp/x": "https://REDACTED_1_INTERNAL_HOST/x",
    'host = "db.lan"': 'host = "REDACTED_1_INTERNAL_HOST"',
    "ping 10.20.30.40, 192.168.178.21:8080": (
        "ping REDACTED_1_PRIVATE_ADDRESS, REDACTED_2_PRIVATE_ADDRESS:8080"
    ),
    "fd12:3456:789a::1": "REDACTED_1_PRIVATE_ADDRESS",
    "aws s3 cp a s3://acme-payroll/2026": "aws s3 cp a s3://REDACTED_1_BUCKET/2026",
    "https://acmebackups.blob.core.windows.net/x": (
        "https://REDACTED_1_BUCKET.blob.core.windows.net/x"
    ),
    "arn:aws:s3:::acme-logs": "arn:aws:s3:::REDACTED_1_BUCKET",
    'bucket: "acme-logs"': 'bucket: "REDACTED_1_BUCKET"',
    "/home/lmaier/shop/a.py": "/home/REDACTED_1_HOME_FOLDER/shop/a.py",
    "C:\\Users\\Lena.Maier\\a.txt": "C:\\Users\\REDACTED_1_HOME_FOLDER\\a.txt",
}

# What everybody knows.
LEFT = """\
127.0.0.1:8080
0.0.0.0/0
10.0.0.0/8
8.8.8.8
version 10.1.2
1.10.20.30.40
host.docker.internal
/home/user/x
/Users/runner/work
s3://my-bucket/x
os.path.local
self.corp = x
threading.local()
foo.internal.bar
import com.acme.internal.Helper
https://example.com
settings.local.py
fe = fd00
"""


@pytest.mark.parametrize("text", INTERNAL)
def test_what_tells_of_the_inside_goes_where_that_is_set(text: str) -> None:
    assert redact([text]).texts == (text,)
    redacted = redact([text], internal=True)
    assert redacted.texts == (INTERNAL[text],)
    assert restore(INTERNAL[text], redacted.placeholders) == text
    assert leaks(redacted.texts, redacted.placeholders, internal=True) == ()


@pytest.mark.parametrize("text", LEFT.splitlines())
def test_what_everybody_knows_is_left(text: str) -> None:
    assert redact([text], internal=True).texts == (text,)
