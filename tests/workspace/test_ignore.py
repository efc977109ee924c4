"""What of a project may be shown to a model, and what may leave the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskmate.settings.project import project_of
from deskmate.workspace.ignore import is_never_sent, may_leave, secret_files

NEVER = """\
.env
.env.local
prod.env
app/.env.production
certs/server.pem
certs/server.key
id_rsa
home/.ssh/known_hosts
.netrc
.npmrc
credentials.json
config/secrets.yaml
infra/prod.tfvars
infra/terraform.tfstate
.aws/credentials
credentials/prod/password
credentials/prod/login.sh
credentials/server.pem
credentials/prod/secrets.yaml
.kube/config
vault.kdbx
.ENV
"""

ALWAYS = """\
.env.example
.env.template
environment.py
env.py
src/keys.py
id_rsa.pub
secrets.py
docs/credentials.md
src/credentials/google.go
src/credentials/aws/profile.py
prod.tfvars.example
package.json
keyboard.ts
"""


def leaves(path: Path, root: Path | None) -> bool:
    """Whether a file may leave, opened in the folder `root`."""
    return may_leave(path, project_of(path, root))


@pytest.mark.parametrize("name", NEVER.split())
def test_files_of_keys_and_passwords_are_known_by_their_names(name: str, tmp_path: Path) -> None:
    assert is_never_sent(Path(name))
    assert is_never_sent(tmp_path / name)
    assert not leaves(tmp_path / name, tmp_path)


@pytest.mark.parametrize("name", ALWAYS.split())
def test_their_like_is_no_secret(name: str, tmp_path: Path) -> None:
    assert not is_never_sent(Path(name))
    assert leaves(tmp_path / name, tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    rules = {
        ".gitignore": "# build\n/build/\n*.log\n!keep.log\ndata/*\n!data/small/\n",
        ".deskmateignore": "customers/\n*.sql\n!schema.sql\n",
        "app/.gitignore": "generated.py\n!app.log\n",
        "app/.deskmateignore": "/private.py\n",
        ".git/info/exclude": "notes.md\n",
    }
    for name, text in rules.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


PLACES = {
    "src/shop.py": True,
    "build/shop.py": False,
    "src/build/shop.py": True,
    "debug.log": False,
    "keep.log": True,
    "app/debug.log": False,
    "app/app.log": True,
    "data/large.csv": False,
    "data/small/a.csv": True,
    "customers/list.py": False,
    "app/customers/list.py": False,
    "dump.sql": False,
    "schema.sql": True,
    "app/generated.py": False,
    "generated.py": True,
    "app/private.py": False,
    "app/sub/private.py": True,
    "notes.md": False,
}


@pytest.mark.parametrize("name", PLACES)
def test_ignore_files_are_read_as_git_reads_them(name: str, root: Path) -> None:
    assert leaves(root / name, root) is PLACES[name]


def test_what_lies_outside_the_project_stays(root: Path) -> None:
    assert not leaves(root.parent / "other" / "shop.py", root)
    assert not leaves(root / ".." / "other" / "shop.py", root)
    assert not leaves(root.parent / "other" / "shop.py", None)


def test_what_a_link_leads_to_is_looked_at(root: Path) -> None:
    (root / ".env").write_text("A=1\n")
    (root / "helper.py").symlink_to(root / ".env")
    assert not leaves(root / "helper.py", root)
    (root.parent / "outside.py").write_text("a = 1\n")
    (root / "linked.py").symlink_to(root.parent / "outside.py")
    assert not leaves(root / "linked.py", root)


def test_a_package_keeps_the_rules_of_its_repository(root: Path) -> None:
    for place in (root / "app", root / "app" / "sub"):
        assert not leaves(root / "app" / "sub" / "dump.sql", place)
        assert not leaves(root / "app" / "generated.py", None)
        assert leaves(root / "app" / "sub" / "shop.py", place)


def test_a_repository_keeps_the_rules_of_the_workspace_around_it(root: Path) -> None:
    (root / "customers" / "shop" / ".git").mkdir(parents=True)
    assert not leaves(root / "customers" / "shop" / "a.py", root)
    assert leaves(root / "customers" / "shop" / "a.py", None)


def test_a_workspace_that_is_a_link_has_the_rules_of_what_it_leads_to(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("links") / "shop"
    (root / "app" / "sub").mkdir()
    link.symlink_to(root / "app" / "sub")
    assert not leaves(link / "dump.sql", link)
    assert leaves(link / "shop.py", link)


def test_where_the_values_of_a_project_are(root: Path) -> None:
    known = (".env", ".config/.env", "app/.env.local", "build/a/b/c/.env", "wp-config.php")
    for name in (*known, "node_modules/a/.env"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("A=1\n")
    (root / ".env.example").write_text("A=1\n")
    (root / "server.pem").write_text("A=1\n")
    found = {path.relative_to(root).as_posix() for path in secret_files(root)}
    assert found == {*known, "server.pem"}
