"""Where a text tells of the inside of a company or of somebody's machine: names and addresses of
hosts that only their own network knows, buckets, and home folders.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from deskmate.cloud.found import Found
from deskmate.core.text.text import Span


def find_internal(text: str) -> Iterator[Found]:
    """Everything of the kind that can be told from its form, in no order."""
    for match in _HOST.finditer(text):
        group = match.lastindex or 0
        if match[group].lower() not in _EVERYBODYS and "example" not in match[group].lower():
            yield Found(Span(*match.span(group)), "INTERNAL_HOST")
    for match in _ADDRESS.finditer(text):
        before = _PART.search(text, max(0, match.start() - 12), match.start())
        if _is_private(match.group()) and not (before or _OF_PART.match(text, match.end())):
            yield Found(Span(*match.span()), "PRIVATE_ADDRESS")
    for match in _BUCKET.finditer(text):
        group = match.lastindex or 0
        if match[group].lower() not in _EVERYBODYS:
            yield Found(Span(*match.span(group)), "BUCKET")
    for match in _HOME.finditer(text):
        if match["who"].lower() not in _NOBODYS_HOMES:
            yield Found(Span(*match.span("who")), "HOME_FOLDER")


_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"

_NAME = (
    rf"(?!(?:com|org|net|io|de|dev|edu)\.)(?:{_LABEL}\.){{1,5}}(?:internal|intranet|corp|lan|home\.arpa|local"
    rf"|(?:internal|intranet|intra|corp|lan|ad)\.{_LABEL}\.[a-z]{{2,6}})"
)

_HOST = re.compile(
    r"(?im)(?:(?://|@|\\\\|[\"'`]|\s(?:-h|--host)[ =]"
    r"|\b(?:ssh|scp|ping|curl|telnet|host|hostname|server|address)[ =:]{1,3}"
    r"|^[ \t-]{0,40}[\w.-]{1,60}:[ \t]{1,9}(?!this\.|self\.)(?=\S{1,200}(?<![,;])[ \t]*\r?$))"
    rf"(?P<name>{_NAME})(?![\w(]|[.-]\w)|(?<![\w.$-])(?P<port>{_NAME})(?=:\d))"
)
"""A name where a host is named: such an end is that of an attribute in code, too."""

_EVERYBODYS = (
    "host.docker.internal", "gateway.docker.internal", "kubernetes.docker.internal",
    "metadata.google.internal", "cluster.local", "svc.cluster.local", "bucket", "my-bucket",
    "mybucket", "your-bucket", "bucket-name", "example-bucket", "examplebucket", "name", "string",
)  # fmt: skip
"""What stands in the documentation of the tool, not in a network."""

_ADDRESS = re.compile(
    r"(?<![\w.:-])(?:(?:10|172|192|169)(?:\.\d{1,3}){3}(?![\w-]|\.\d)"
    r"|(?i:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f])(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:]))"
)

_PART = re.compile(
    r"(?i)(?:§|\b(?:chapter|section|clause|kapitel|abschnitt|version|release|part|teil))\s?\Z"
)
"""What is before the number of a part, which looks like an address."""

_OF_PART = re.compile(r"(?i) (?:is|was) (?:the|our) (?:\w{1,20} )?(?:version|release)\b")

_BUCKET = re.compile(
    r"(?im)(?<![\w-])(?:(?:s3a?|gs|gcs|abfss?|wasbs?|az|oss|cos|r2)://(?P<url>[a-z0-9][a-z0-9._-]{2,62})"
    r"|(?P<host>[a-z0-9][a-z0-9-]{2,62})\.(?:s3[.-][a-z0-9.-]{0,30}amazonaws\.com|s3\.amazonaws\.com"
    r"|blob\.core\.windows\.net|storage\.googleapis\.com|r2\.cloudflarestorage\.com)"
    r"|arn:aws[a-z-]{0,10}:s3:::(?P<arn>[a-z0-9][a-z0-9._-]{2,62})"
    r"|(?:s3[.-][a-z0-9.-]{0,30}amazonaws|storage\.googleapis)\.com/(?P<path>[a-z0-9][a-z0-9._-]{2,62})"
    r"|\bbucket(?:_?name)?[\"']?\s{0,9}[:=(]\s{0,9}[\"'](?P<set>[a-z0-9][a-z0-9._-]{2,62})[\"']"
    r"|(?:--bucket[ =]|^[ ]*(?:- )?bucket(?:_?name)?: )"
    r"(?P<plain>[a-z0-9]{1,40}[.-][a-z0-9._-]{2,62})\b)"
)

_HOME = re.compile(
    r"(?:(?<![\w.])(?:/mnt/[a-z])?/(?:home|Users|var/home)/|[A-Za-z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/))"
    r"(?P<who>[A-Za-z0-9][\w.-]{0,38}\w)(?=[/\\\"'\s:;,)]|$)"
)

_NOBODYS_HOMES = (
    "user", "username", "you", "your", "me", "name", "runner", "ubuntu", "app", "node", "vscode",
    "git", "linuxbrew", "shared", "public", "default", "all", "users", "home", "root", "admin",
    "build", "ci", "circleci", "vagrant", "ec2-user", "jovyan", "coder", "dev", "docker", "www",
    "pi", "jenkins", "gitpod", "codespace", "travis", "azureuser", "vsts", "builder", "deploy",
    "example", "yourname", "your-name", "foo", "bar",
)  # fmt: skip


def _is_private(written: str) -> bool:
    """Whether it is an address of a private network, whole: not one of a range or a mask."""
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return False
    is_everybodys = written in _EVERYBODYS_ADDRESSES or written.startswith("192.0.2.")
    return address.is_private and not address.is_loopback and not is_everybodys


_EVERYBODYS_ADDRESSES = (
    "10.0.0.0", "172.16.0.0", "192.168.0.0", "169.254.0.0", "169.254.169.254", "192.0.0.0",
    "172.17.0.1", "10.0.2.2", "10.0.2.15",
)  # fmt: skip
"""Ranges as such, and addresses of clouds, containers and emulators. 192.0.2 is for documents."""
