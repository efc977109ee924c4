"""`[ledger]`."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.settings.setting import setting


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """What is noted of requests that leave this machine."""

    keep_payloads: bool = setting(
        False,
        "Keep in the ledger what was sent and what came back, exactly as on the wire, that is, "
        "after redaction. Only you can read it; `deskmate ledger forget` deletes it.",
    )
