"""How these tests are shared out, and the fixture of several stories in Neovim; it lies outside,
for mypy knows one conftest only.
"""

import pytest
from neovim_start import start

__all__ = ["start"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of several workers one has all of VS Code, since two windows of it take longer to answer a
    key than anybody waits. Of the others each file keeps its editor.
    """
    for item in items:
        if "editors" in item.path.parts:
            group = "vscode" if "vscode" in item.path.parts else item.path.name
            item.add_marker(pytest.mark.xdist_group(group))
