"""LSP's types as the server imports them, against those that lsprotocol makes."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

from lsprotocol import types

ALIKE = """
import json, sys
from deskmate.lsp.light_types import import_types
import_types()
from lsprotocol import types as light
del sys.modules["lsprotocol.types"]
import importlib
whole = importlib.import_module("lsprotocol.types")
classes = [name for name, one in vars(whole).items() if hasattr(one, "__attrs_attrs__")]
unlike = []
for name in classes:
    one, other = getattr(light, name), getattr(whole, name)
    same = one.__slots__ == other.__slots__ and one.__match_args__ == other.__match_args__
    same = same and one.__module__ == one.__init__.__module__ == other.__module__
    if not same or (one.__hash__ is None) != (other.__hash__ is None):
        unlike.append(name)
def make(types, line=1):
    place = types.Range(types.Position(line, 2), types.Position(3, 4))
    return types.CodeAction("x", edit=types.WorkspaceEdit({"a": [types.TextEdit(place, "é")]}))
print(json.dumps({
    "classes": len(classes), "unlike": unlike,
    "shared": light.Command.__eq__ is light.CodeAction.__eq__,
    "shown": repr(make(light)) == repr(make(whole)),
    "equal": make(light) == make(light), "unequal": make(light) != make(light, 2),
    "few": max(len(getattr(light, name).__init__.__globals__) for name in classes) < 30,
    "other": light.CodeAction("x") == light.Command("x", "y"),
}))
"""


def test_they_are_the_same_but_for_where_their_methods_come_from() -> None:
    ran = subprocess.run([sys.executable, "-c", ALIKE], capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout)
    assert found.pop("classes") > 500
    assert found == {
        "unlike": [], "shared": True, "shown": True, "equal": True, "unequal": True, "few": True,
        "other": False,
    }  # fmt: skip


def test_whoever_has_them_keeps_them() -> None:
    import_types = importlib.import_module("deskmate.lsp.light_types").import_types
    import_types()
    assert sys.modules["lsprotocol.types"] is types
