"""Which project a file belongs to, and in which folders that is said what holds for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deskmate.errors import DiskSilent
from deskmate.files.disk import ask, asks, follow_links


@dataclass(frozen=True, slots=True)
class Project:
    """A project as one file of it sees it, with links followed. What the user decides holds for
    `folder`. What is written in files, such as settings and what git ignores, holds from each of
    `folders` down, of which the first is the outermost and the last holds the file.
    """

    folder: Path
    folders: tuple[Path, ...]

    @property
    def top(self) -> Path:
        """The outermost folder whose files have a say."""
        return self.folders[0]

    def name(self, path: Path) -> str:
        """A file as it is called in the project, with `/`; elsewhere by its name alone."""
        placed = placed_in(path)
        here = placed.is_relative_to(self.folder)
        return placed.relative_to(self.folder).as_posix() if here else path.name


@asks(None)
def project_of(path: Path, root: Path | None = None) -> Project | None:
    """The project of a file that the editor, or whoever else knows, says lies in `root`. Its
    repository is one, too: what is further in is the project, what is further out has a say. None
    where the file is in neither, or its disk does not answer.
    """
    real = placed_in(path)
    repository = next((one for one in real.parents if (one / ".git").exists()), None)
    known = [one for one in (follow_links(root) if root else None, repository) if one is not None]
    around = sorted((one for one in known if one in real.parents), key=lambda one: len(one.parts))
    if not around:
        return None
    folders = [one for one in real.parents if one.is_relative_to(around[0])]
    return Project(around[-1], tuple(reversed(folders)))


def project_around(path: Path) -> Project:
    """The project of a file where nobody says in which folder it is: in the nearest that looks like
    the root of one, or else in its own.
    """
    placed = placed_in(path)
    project = project_of(path, project_root(placed))  # whose disk may not answer
    return project or Project(placed.parent, (placed.parent,))


@asks(())
def up_to_repository(folder: Path) -> tuple[Path, ...]:
    """A folder and those above it up to its repository's, the nearest first; none where its disk
    does not answer.
    """
    real = follow_links(folder)
    above = (real, *real.parents)
    top = next((one for one in above if (one / ".git").exists()), real)
    return tuple(one for one in above if one.is_relative_to(top))


def placed_in(path: Path) -> Path:
    """The path of a file with every link followed but the last, which may be the file itself; none
    where its disk does not answer.
    """
    try:
        return ask(partial(follow_links, path.parent), path) / path.name
    except DiskSilent:
        return path.absolute()


def project_root(path: Path) -> Path:
    """The nearest folder above a file that looks like a project's root, or else the file's own."""
    return find_project_root(path) or path.parent


@asks(None)
def find_project_root(path: Path) -> Path | None:
    """The nearest folder above a file that looks like a project's root."""
    return next((folder for folder in path.parents if is_project_root(folder)), None)


def top_by_name(path: Path) -> Path:
    """The outermost folder of the project that a file is in by its name, whatever links lead to:
    one in a project that leads to another does not make it a file of that.
    """
    named = path.absolute()
    root, crossed = named.parent, True
    for folder in named.parents:
        if crossed and is_project_root(folder):
            root, crossed = folder, False
        crossed = crossed or folder.is_symlink()
    project = project_of(root / named.name, root)
    return project.top if project else root


@asks(False)
def is_project_root(folder: Path) -> bool:
    """Whether a folder looks like the root of a project."""
    return any((folder / marker).exists() for marker in _ROOTS)


_ROOTS = (
    ".git",
    "pyproject.toml",
    "setup.py",
    "package.json",
    "go.mod",
    "Cargo.toml",
    "Gemfile",
    "composer.json",
    "mix.exs",
    "pubspec.yaml",
    "Package.swift",
    "pom.xml",
    "settings.gradle",
    "settings.gradle.kts",
    ".deskmate",
)
