"""Every setting, section by section, as `sections` declares them.

`resolve.py` makes them from raw values, which `sources.py` finds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from deskmate.settings.sections.actions import ActionSettings
from deskmate.settings.sections.cache import CacheSettings
from deskmate.settings.sections.checks import CheckSettings
from deskmate.settings.sections.cloud import CloudSettings
from deskmate.settings.sections.completion import CompletionSettings
from deskmate.settings.sections.data import DataSettings
from deskmate.settings.sections.docstrings import DocstringSettings
from deskmate.settings.sections.hover import HoverSettings
from deskmate.settings.sections.index import IndexSettings
from deskmate.settings.sections.ledger import LedgerSettings
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sections.local_large import LargeSettings
from deskmate.settings.sections.log import LogSettings
from deskmate.settings.sections.routing import RoutingSettings
from deskmate.settings.sections.text import TextSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, resolved. What each means stands in its field's help."""

    local: LocalSettings = field(default_factory=LocalSettings)
    local_large: LargeSettings = field(default_factory=LargeSettings)
    cloud: CloudSettings = field(default_factory=CloudSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    routing: RoutingSettings = field(default_factory=RoutingSettings)
    actions: ActionSettings = field(default_factory=ActionSettings)
    hover: HoverSettings = field(default_factory=HoverSettings)
    completion: CompletionSettings = field(default_factory=CompletionSettings)
    docstrings: DocstringSettings = field(default_factory=DocstringSettings)
    text: TextSettings = field(default_factory=TextSettings)
    data: DataSettings = field(default_factory=DataSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    checks: CheckSettings = field(default_factory=CheckSettings)
    log: LogSettings = field(default_factory=LogSettings)
