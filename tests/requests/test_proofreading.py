"""Proofreading by rules: what a document and its project say of its words, and no model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.engine import Engine
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.engines.tiers import Tiers
from deskmate.errors import ModelMissing
from deskmate.harper import client as rules
from deskmate.requests.pipeline import propose, propose_in_tiers
from deskmate.requests.proposal import Proposal
from deskmate.requests.request import Request, resolve
from deskmate.settings.project import Project
from deskmate.settings.schema import Settings
from deskmate.settings.sections.text import TextSettings

ACTIONS, _ = load_actions()


class NoModel(Tiers):
    """An installation without a model."""

    async def engine(self, large: bool = False) -> Engine:
        raise ModelMissing("No model is installed. `deskmate models install` installs one.")


@pytest.fixture(scope="module", autouse=True)
def ended() -> Iterator[None]:
    yield
    rules.end()


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def ask(
    text: str, folder: Path, span: Span | None = None, settings: Settings | None = None
) -> Request:
    path = folder / "guide.md"
    path.write_text(text, encoding="utf-8")
    document = open_document(path.as_uri(), text)
    project = Project(folder.resolve(), (folder.resolve(),))
    where = span or Span(0, len(text))
    return resolve(ACTIONS["proofread"], document, where, settings=settings, project=project)


async def by_rules(request: Request) -> Proposal:
    return await propose_in_tiers(request, NoModel(request.settings))


def after(proposal: Proposal) -> str:
    assert proposal.change is not None
    return proposal.change.after


async def test_with_no_model_rules_are_asked_and_that_is_said(tmp_path: Path) -> None:
    proposal = await by_rules(ask("# The Goverment\n\nI recieve a letter of it.\n", tmp_path))
    assert after(proposal) == "# The Government\n\nI receive a letter of it.\n"
    assert "recieve → receive (spelling)." in proposal.notes
    assert "No model is installed" in proposal.notes[-1]


async def test_without_rules_and_a_model_there_is_nobody_to_ask(tmp_path: Path) -> None:
    settings = Settings(text=TextSettings(rules=False))
    with pytest.raises(ModelMissing):
        await by_rules(ask("I recieve a letter.\n", tmp_path, settings=settings))


async def test_irregular_verbs_are_put_right_by_rules(tmp_path: Path) -> None:
    text = "He buyed a house and has went home. We should of done it.\n"
    fixed = "He bought a house and has gone home. We should have done it.\n"
    assert after(await by_rules(ask(text, tmp_path))) == fixed


async def test_many_unknown_words_do_not_silence_the_rules(tmp_path: Path) -> None:
    text = "The zorblat and the quuxer of the frobnik recieve the blirg with the grault.\n"
    assert "receive" in after(await by_rules(ask(text, tmp_path)))


async def test_a_paragraph_knows_the_rest_of_its_document(tmp_path: Path) -> None:
    text = "The datas are here.\n\nWe call the resolvr here.\n\n```sh\nresolvr --all\n```\n"
    start = text.index("We call")
    proposal = await by_rules(ask(text, tmp_path, Span(start, start + 5)))
    assert after(proposal) == text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("recieve.py", "x = 1\n"),
        ("package.json", '{"dependencies": {"recieve": "1.0"}}'),
        (".deskmate/dictionary.txt", "# ours\nrecieve\n"),
        (".harper-dictionary.txt", "recieve\n"),
        ("cspell.json", '{"words": ["gnu", "recieve"] // ours\n}'),
        ("cspell.yaml", "version: '0.2'\nwords:\n  - gnu\n  - recieve\n"),
        (".vscode/settings.json", '{"cSpell.words": ["Recieve"]}'),
    ],
)
async def test_what_the_project_calls_a_thing_is_a_word(
    tmp_path: Path, name: str, content: str
) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(content, encoding="utf-8")
    text = "With recieve it is done.\n"
    assert after(await by_rules(ask(text, tmp_path))) == text


async def test_the_words_of_vale_and_of_files_that_cspell_names(tmp_path: Path) -> None:
    (tmp_path / ".vale.ini").write_text("StylesPath = styles\nVocab = Ours\n", encoding="utf-8")
    vocabulary = tmp_path / "styles/config/vocabularies/Ours"
    vocabulary.mkdir(parents=True)
    (vocabulary / "accept.txt").write_text("(?i)recieve\n", encoding="utf-8")
    said = '{"dictionaryDefinitions": [{"name": "ours", "path": "./words/ours.txt"}]}'
    (tmp_path / "cspell.json").write_text(said, encoding="utf-8")
    (tmp_path / "words").mkdir()
    (tmp_path / "words/ours.txt").write_text("seperate\n", encoding="utf-8")
    text = "With recieve and seperate it is done.\n"
    assert after(await by_rules(ask(text, tmp_path))) == text


async def test_the_user_has_a_dictionary_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "config/deskmate"
    folder.mkdir(parents=True)
    (folder / "dictionary.txt").write_text("recieve\n", encoding="utf-8")
    text = "With recieve it is done.\n"
    assert after(await by_rules(ask(text, tmp_path))) == text


async def test_a_model_that_writes_the_mistake_again_undoes_no_rule(tmp_path: Path) -> None:
    request = ask("He buyed a house.\n", tmp_path)
    proposal = await propose(request, ScriptedEngine([Reply("He buyed a house.")]))
    assert after(proposal) == "He bought a house.\n"
