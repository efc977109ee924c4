"""Which servers are the user's own, by their names alone."""

from __future__ import annotations

import pytest

from deskmate.engines.http import is_near
from deskmate.engines.table import create_engine
from deskmate.errors import EngineUnavailable
from deskmate.settings.schema import LocalSettings

NEAR = """
http://127.0.0.1:11434/v1
http://localhost:8080/v1
http://[::1]:8080/v1
http://10.1.2.3/v1
http://172.31.0.1/v1
http://192.168.178.20:11434/v1
http://169.254.10.1/v1
http://100.64.1.1/v1
http://[fd00::1]/v1
http://[fe80::1%25eth0]/v1
http://gpu:11434/v1
https://gpu.lan/v1
https://studio.local./v1
https://models.team.internal/v1
"""

FAR = """
https://api.openai.com/v1
https://openrouter.ai/api/v1
http://8.8.8.8/v1
http://134744072/v1
http://0x08080808/v1
http://172.32.0.1/v1
http://[2606:4700::1111]/v1
https://models.example.com/v1
https://local.example.com/v1
https://192.168.1.1.example.com/v1
http://user:127.0.0.1@api.example.com/v1
"""


@pytest.mark.parametrize("url", NEAR.split())
def test_near(url: str) -> None:
    assert is_near(url)
    create_engine(LocalSettings(engine="openai", url=url))


@pytest.mark.parametrize("url", FAR.split())
def test_far(url: str) -> None:
    assert not is_near(url)
    with pytest.raises(EngineUnavailable, match=r"on the internet, so nothing is sent.*cloud\.url"):
        create_engine(LocalSettings(engine="openai", url=url))
