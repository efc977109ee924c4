"""What the model said last, as it said it: for whoever wonders why an edit was refused."""

from __future__ import annotations

from dataclasses import dataclass

from deskmate.core.text.fence import fenced


@dataclass(frozen=True, slots=True)
class LastReply:
    """A reply of the model, kept in memory only. `refusal` is what the user was told, "" where it
    was taken; `tried` what each reply before it, or of a refusal each one, failed on.
    """

    title: str
    refusal: str
    reply: str
    tried: tuple[str, ...]

    def to_markdown(self) -> str:
        """For the user to read; the reply stands in a fence longer than any in it."""
        tries = "".join(f"{at}. {finding}\n" for at, finding in enumerate(self.tried, 1))
        found = f"What the replies failed on:\n\n{tries}" if tries else ""
        verdict = self.refusal or f"{self.title}: this reply was taken."
        parts = (verdict, found.rstrip(), "The last reply:", fenced(self.reply))
        return "\n\n".join(filter(None, parts))
