"""A request that is too hard for the local model, on scripted engines: who is asked, what is sent,
and whose answer counts.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from deskmate.actions.catalog import load_actions
from deskmate.cloud.gateway import Sending
from deskmate.cloud.ledger import Stayed
from deskmate.core.syntax.document import open_document
from deskmate.core.text.text import Span
from deskmate.engines.engine import Prompt
from deskmate.engines.scripted import Reply, ScriptedEngine
from deskmate.engines.tiers import Tiers
from deskmate.errors import DeskmateError, NotSent, Refused
from deskmate.requests.conversation import Turn
from deskmate.requests.escalation import Answer, Cloud, Escalation
from deskmate.requests.pipeline import propose_in_tiers
from deskmate.requests.proposal import Proposal
from deskmate.requests.question import STAYS, answer_in_tiers, resolve_question
from deskmate.requests.repair_loop import Update
from deskmate.requests.request import Request, resolve
from deskmate.requests.retrieval import Source
from deskmate.routing.policy import Route, Standing
from deskmate.settings.schema import Settings
from deskmate.settings.sections.local import LocalSettings
from deskmate.settings.sections.local_large import LargeSettings
from deskmate.settings.sections.routing import RoutingSettings

ACTIONS, _ = load_actions()
CODE = "def add(account, amount):\n    account.balance += amount\n"
HARD = "two clerks at the same time: an update gets lost, no deadlock please"
LOCALLY = CODE.replace("+=", "+= 1 *")
REMOTELY = CODE.replace("+=", "+= 2 *")


def block(code: str) -> str:
    return f"```python\n{code}```"


class Scripted(ScriptedEngine):
    """A cloud model by script; what it would send costs more than the budget where `over` says so,
    and may not leave where `fails` does.
    """

    over = ""
    fails: DeskmateError | None = None
    spends_more = False

    async def preview(self, prompt: Prompt) -> Sending:
        if self.fails:
            raise self.fails
        text = "\n".join(message.content for message in prompt.messages)
        return Sending(text, len(text) // 4, 0.01, files=("bank.py",), over=self.over)

    def spend_more(self) -> None:
        self.spends_more = True


@dataclass
class Elsewhere:
    """A cloud model by script, and a user who answers `answer`, after `thinks` seconds. `stayed` is
    what was written down of requests that did not leave.
    """

    answer: Answer = "send"
    thinks: float = 0
    replies: list[str | Reply] = field(default_factory=lambda: [block(REMOTELY)])
    fails: DeskmateError | None = None
    over: str = ""
    asked: list[tuple[Sending, Route]] = field(default_factory=list)
    stayed: list[tuple[Stayed, int]] = field(default_factory=list)
    engine: Scripted = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Scripted(self.replies, model="cloud", context=200_000)
        self.engine.fails, self.engine.over = self.fails, self.over

    def escalation(
        self, standing: Standing = "", asks: bool = True, **settings: object
    ) -> Escalation:
        routing = RoutingSettings(**settings)  # type: ignore[arg-type]
        cloud = Cloud("Example", "cloud", lambda reasons: self.engine, self.note)
        return Escalation(routing, cloud, standing, self.consult if asks else None)

    def note(self, reasons: tuple[str, ...], why: Stayed, sending: Sending) -> None:
        assert reasons
        self.stayed.append((why, sending.prompt_tokens))

    async def consult(self, cloud: Cloud, sending: Sending, route: Route) -> Answer:
        self.asked.append((sending, route))
        await asyncio.sleep(self.thinks)
        return self.answer

    @property
    def sent(self) -> list[Prompt]:
        return self.engine.prompts


def tiers(folder: Path, *local: str, delay: float = 0, large: str = "") -> Tiers:
    for name, replies in (("local", local), ("large", [large])):
        rows = "".join(
            f"[[reply]]\ntext = {json.dumps(reply)}\ndelay = {delay}\n" for reply in replies
        )
        script = f"[engine]\nmodel = '{name}'\n{rows}"
        (folder / f"{name}.toml").write_text(script, encoding="utf-8")
    return Tiers(
        Settings(
            local=LocalSettings(engine="scripted", model=str(folder / "local.toml")),
            local_large=LargeSettings(model=str(folder / "large.toml") if large else ""),
        )
    )


def fix(instruction: str = HARD, code: str = CODE) -> Request:
    document = open_document("file:///project/bank.py", code)
    return resolve(ACTIONS["fix-bug"], document, Span(5, 5), instruction=instruction)


def after(proposal: Proposal) -> str:
    assert proposal.change is not None
    return proposal.change.after


async def test_an_everyday_request_is_never_asked_about(tmp_path: Path) -> None:
    cloud = Elsewhere()
    request = fix("it should subtract")
    proposal = await propose_in_tiers(
        request, tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation()
    )
    assert after(proposal) == LOCALLY
    assert (cloud.asked, cloud.sent) == ([], [])


async def test_without_a_cloud_model_a_hard_request_is_answered_here_and_said_to_be_hard(
    tmp_path: Path,
) -> None:
    proposal = await propose_in_tiers(fix(), tiers(tmp_path, block(LOCALLY)))
    assert after(proposal) == LOCALLY
    assert proposal.route.kind == "local"
    hard = "This may be too hard for a local model: what goes wrong"
    assert any(note.startswith(hard) for note in proposal.notes)


async def test_a_hard_request_goes_to_the_larger_local_model_where_one_is_set(
    tmp_path: Path,
) -> None:
    both = tiers(tmp_path, block(LOCALLY), large=block(REMOTELY))
    proposal = await propose_in_tiers(fix(), both)
    assert (proposal.model, proposal.route.kind) == ("large", "local_large")


async def test_send(tmp_path: Path) -> None:
    cloud = Elsewhere("send")
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation()
    )
    assert (after(proposal), proposal.model) == (REMOTELY, "cloud")
    ((sending, route),) = cloud.asked
    (prompt,) = cloud.sent
    assert sending.text == "\n".join(message.content for message in prompt.messages)
    assert route.reasons


async def test_stay_local(tmp_path: Path) -> None:
    cloud = Elsewhere("local")
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation()
    )
    assert (after(proposal), cloud.sent) == (LOCALLY, [])
    ((sending, _),) = cloud.asked
    assert cloud.stayed == [("declined", sending.prompt_tokens)]


async def test_the_answer_may_come_while_the_local_model_is_still_writing(tmp_path: Path) -> None:
    cloud = Elsewhere("send")
    slow = tiers(tmp_path, block(LOCALLY), delay=60)
    async with asyncio.timeout(30):
        proposal = await propose_in_tiers(fix(), slow, escalation=cloud.escalation())
    assert after(proposal) == REMOTELY


async def test_no_answer_is_to_stay_local_and_ends_the_question(tmp_path: Path) -> None:
    cloud = Elsewhere("send", thinks=60)
    async with asyncio.timeout(30):
        proposal = await propose_in_tiers(
            fix(), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation(wait=1.0)
        )
    assert (after(proposal), len(cloud.asked), cloud.sent) == (LOCALLY, 1, [])
    assert [why for why, _ in cloud.stayed] == ["declined"]


async def test_an_answer_within_the_wait_counts_though_the_local_one_is_there(
    tmp_path: Path,
) -> None:
    cloud = Elsewhere("send", thinks=0.3)
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation(wait=20.0)
    )
    assert after(proposal) == REMOTELY


async def test_cancelling_ends_both_and_the_question(tmp_path: Path) -> None:
    cloud = Elsewhere("send", thinks=60)
    slow = tiers(tmp_path, block(LOCALLY), delay=60)
    task = asyncio.create_task(propose_in_tiers(fix(), slow, escalation=cloud.escalation()))
    while not cloud.asked:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cloud.sent == []
    assert [why for why, _ in cloud.stayed] == ["declined"]
    assert len(asyncio.all_tasks()) == 1


async def test_what_may_not_leave_stays_without_a_question(tmp_path: Path) -> None:
    cloud = Elsewhere(fails=NotSent("bank.py never leaves this machine."))
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation()
    )
    assert (after(proposal), cloud.asked, cloud.sent) == (LOCALLY, [], [])
    assert "bank.py never leaves this machine." in proposal.notes[-1]
    ((why, tokens),) = cloud.stayed
    assert why == "stopped"
    assert tokens > 0


async def test_a_file_that_never_leaves_is_refused_before_anything_is_asked(
    tmp_path: Path,
) -> None:
    def closed(reasons: tuple[str, ...]) -> Scripted:
        raise NotSent("bank.py never leaves this machine.")

    cloud = Elsewhere()
    there = cloud.escalation()
    assert there.cloud is not None
    there = replace(there, cloud=replace(there.cloud, open=closed))
    proposal = await propose_in_tiers(fix(), tiers(tmp_path, block(LOCALLY)), escalation=there)
    assert (after(proposal), cloud.asked, cloud.stayed) == (LOCALLY, [], [("stopped", 0)])
    assert "bank.py never leaves this machine." in proposal.notes[-1]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"mode": "never"}, "`routing.mode` is `never`"),
        ({"standing": "never"}, "`deskmate consent revoke`"),
        ({"asks": False}, "nobody can be asked here"),
    ],
)
async def test_what_may_not_leave_by_what_the_user_set_is_written_down_and_said(
    tmp_path: Path, given: dict[str, Any], why: str
) -> None:
    cloud = Elsewhere()
    for words, said in ((HARD, "This may be too hard"), (f"@cloud {HARD}", why)):
        proposal = await propose_in_tiers(
            fix(words), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation(**given)
        )
        assert said in proposal.notes[-1]
    assert (cloud.asked, cloud.sent) == ([], [])
    assert [why for why, _ in cloud.stayed] == ["forbidden", "forbidden"]


async def test_without_a_cloud_model_the_wish_for_one_is_answered(tmp_path: Path) -> None:
    proposal = await propose_in_tiers(fix("@cloud tidy it"), tiers(tmp_path, block(LOCALLY)))
    assert "no cloud model is turned on. Set `cloud.engine`" in proposal.notes[-1]


OVER = "this may cost up to $0.01, and $1.00 of the $1.00 for this day are spent."


@pytest.mark.parametrize("given", [{}, {"standing": "always"}, {"mode": "auto"}])
async def test_what_costs_more_than_the_budget_is_always_asked_about(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    cloud = Elsewhere("send", over=OVER)
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation(**given)
    )
    assert (after(proposal), cloud.engine.spends_more) == (REMOTELY, True)
    ((sending, _),) = cloud.asked
    assert sending.over == OVER
    cloud = Elsewhere("local", over=OVER)
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation(**given)
    )
    assert (after(proposal), cloud.sent, cloud.engine.spends_more) == (LOCALLY, [], False)


async def test_where_the_cloud_model_fails_the_local_one_answers_after_all(tmp_path: Path) -> None:
    cloud = Elsewhere(replies=[Reply(error="EngineUnavailable")])
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path, block(LOCALLY), block(LOCALLY)), escalation=cloud.escalation()
    )
    assert after(proposal) == LOCALLY
    assert "could not be asked, so a local one answered" in proposal.notes[-1]


async def test_what_no_local_reply_passed_for_is_asked_about(tmp_path: Path) -> None:
    cloud = Elsewhere("send")
    wrong = [block("def other():\n    pass\n")] * 3
    proposal = await propose_in_tiers(
        fix("it should subtract"), tiers(tmp_path, *wrong), escalation=cloud.escalation()
    )
    assert after(proposal) == REMOTELY
    ((_, route),) = cloud.asked
    assert route.reasons == ("no answer of the local model passed the checks",)
    assert len(proposal.tried) == 3


async def test_and_refused_as_before_where_the_user_does_not_want_that(tmp_path: Path) -> None:
    cloud = Elsewhere("local")
    wrong = [block("def other():\n    pass\n")] * 3
    with pytest.raises(Refused, match="No usable answer"):
        await propose_in_tiers(
            fix("it should subtract"), tiers(tmp_path, *wrong), escalation=cloud.escalation()
        )
    assert (len(cloud.asked), cloud.sent) == (1, [])


async def test_auto_sends_without_a_question(tmp_path: Path) -> None:
    cloud = Elsewhere()
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path), escalation=cloud.escalation(mode="auto")
    )
    assert (after(proposal), cloud.asked) == (REMOTELY, [])


@pytest.mark.parametrize("mode", ["never", "ask", "auto"])
async def test_the_users_wish_for_local_always_holds(tmp_path: Path, mode: str) -> None:
    cloud = Elsewhere()
    proposal = await propose_in_tiers(
        fix(f"@local {HARD}"),
        tiers(tmp_path, block(LOCALLY)),
        escalation=cloud.escalation(mode=mode),
    )
    assert (after(proposal), cloud.asked, cloud.sent) == (LOCALLY, [], [])


async def test_the_users_wish_for_the_cloud_is_a_question_and_no_part_of_the_request(
    tmp_path: Path,
) -> None:
    cloud = Elsewhere()
    await propose_in_tiers(
        fix("@cloud it should subtract"),
        tiers(tmp_path, block(LOCALLY)),
        escalation=cloud.escalation(),
    )
    ((sending, route),) = cloud.asked
    assert route.reasons == ("you asked for it",)
    assert "@cloud" not in sending.text
    assert "it should subtract" in sending.text


async def test_repairs_of_the_cloud_model_are_not_asked_about_again(tmp_path: Path) -> None:
    cloud = Elsewhere(replies=[block("def other():\n    pass\n"), block(REMOTELY)])
    proposal = await propose_in_tiers(
        fix(), tiers(tmp_path, block(LOCALLY)), escalation=cloud.escalation()
    )
    assert (after(proposal), len(cloud.asked), len(cloud.sent)) == (REMOTELY, 1, 2)


async def test_only_open_files_that_are_imported_are_shown_elsewhere(tmp_path: Path) -> None:
    for name in ("bank.py", "rates.py", "notes.py"):
        (tmp_path / name).touch()
    code = "from rates import rate\n\n\n" + CODE.replace("amount\n", "amount * rate() * note()\n")
    document = open_document((tmp_path / "bank.py").as_uri(), code)
    others = (
        open_document((tmp_path / "rates.py").as_uri(), "def rate():\n    return 0.25\n"),
        open_document((tmp_path / "notes.py").as_uri(), "def note():\n    return 'private'\n"),
    )
    span = Span(code.index("def"), code.index("def"))
    request = resolve(
        ACTIONS["fix-bug"], document, span, instruction=HARD, others=others, root=tmp_path
    )
    cloud = Elsewhere("local")
    new = code[code.index("def") :].replace("+=", "-=")
    await propose_in_tiers(request, tiers(tmp_path, block(new)), escalation=cloud.escalation())
    ((sending, _),) = cloud.asked
    assert "# rates.py\ndef rate():" in sending.text
    assert "private" not in sending.text


async def test_the_text_of_the_local_answer_is_held_back_and_then_told_whole(
    tmp_path: Path,
) -> None:
    told: list[Update] = []
    cloud = Elsewhere("local", thinks=0.2)
    request = resolve(ACTIONS["explain"], fix().document, Span(5, 5), instruction=HARD)
    await propose_in_tiers(
        request, tiers(tmp_path, "It adds, carefully."), told.append, escalation=cloud.escalation()
    )
    assert "".join(update.text for update in told) == "It adds, carefully."


@pytest.mark.parametrize(("answer", "text"), [("send", "Serializable."), ("local", "Hm.")])
async def test_questions_go_the_same_way(tmp_path: Path, answer: Answer, text: str) -> None:
    cloud = Elsewhere(answer, replies=["Serializable."])
    source = Source(fix().document, Span(0, len(CODE)))
    asked = resolve_question("which isolation level keeps updates from getting lost?", [source])
    said = await answer_in_tiers(asked, tiers(tmp_path, "Hm."), escalation=cloud.escalation())
    assert (said.text, len(cloud.asked)) == (text, 1)


@pytest.mark.parametrize("follow_up", [HARD, "@cloud and a list?"])
async def test_what_was_to_stay_here_stays_with_all_that_follows_it(
    tmp_path: Path, follow_up: str
) -> None:
    cloud, here = Elsewhere(), tiers(tmp_path, "A row.", "A set.", "So.")
    escalation = cloud.escalation("always", mode="auto")
    turns: tuple[Turn, ...] = ()
    for text in ("@local what is in it?", "and then?", follow_up):
        asked = resolve_question(text, earlier=turns)
        said = await answer_in_tiers(asked, here, escalation=escalation)
        turns = said.turns
    assert (said.text, cloud.sent) == ("So.", [])
    assert (STAYS in said.notes) == ("@cloud" in follow_up)


async def test_an_everyday_question_stays(tmp_path: Path) -> None:
    cloud = Elsewhere()
    asked = resolve_question("what is a tuple?")
    said = await answer_in_tiers(asked, tiers(tmp_path, "A row."), escalation=cloud.escalation())
    assert (said.text, cloud.asked) == ("A row.", [])


@pytest.mark.parametrize("action", ["proofread", "summarize", "translate-German"])
async def test_what_is_made_in_parts_stays_here(tmp_path: Path, action: str) -> None:
    cloud = Elsewhere()
    text = "The architecture of this service has two race conditions that nobody can find.\n"
    document = open_document("file:///project/a.md", text)
    request = resolve(ACTIONS[action], document, Span(0, len(text)), instruction=f"@cloud {HARD}")
    with suppress(Refused):
        await propose_in_tiers(
            request, tiers(tmp_path, text), escalation=cloud.escalation(mode="auto")
        )
    assert (cloud.asked, cloud.sent) == ([], [])
