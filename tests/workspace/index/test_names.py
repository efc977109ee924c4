"""What a project says of the names in one of its files."""

from __future__ import annotations

from pathlib import Path

from deskmate.core.syntax.language import languages
from deskmate.settings.project import project_of
from deskmate.workspace.index.build import index_all
from deskmate.workspace.index.index import ProjectIndex
from deskmate.workspace.index.names import NamesHere
from deskmate.workspace.index.store import open_store

DECLARED = {
    "types/globals.d.ts": "declare const VERSION: string;\ndeclare function gtag(): void;\n",
    "types/window.d.ts": "export {};\ndeclare global {\n  const analytics: { send(): void };\n}\n",
    "types/rows.d.ts": "export declare const ROWS: number;\n",
    "src/other.ts": "const LOCAL = 1;\n",
}


def test_what_declaration_files_declare_is_there_everywhere(tmp_path: Path) -> None:
    for file, text in DECLARED.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    project = project_of(tmp_path / "x", tmp_path)
    assert project is not None
    store = open_store(project.folder)
    index_all(store, project)
    asked = ("VERSION", "gtag", "analytics", "ROWS", "LOCAL")
    found = {}
    for language in languages():
        if language.name in ("javascript", "typescript", "tsx", "python"):
            names = NamesHere(ProjectIndex(project, {}, store), tmp_path / "a", language)
            found[language.name] = [name for name in asked if names.declares(name)]
    everywhere = ["VERSION", "gtag", "analytics"]
    assert found == {
        "javascript": everywhere,
        "python": [],
        "tsx": everywhere,
        "typescript": everywhere,
    }
