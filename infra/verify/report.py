"""The report, as Markdown for an issue: without account ids, ARNs, addresses and hosts."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from infra.verify.stack import DeployedStack

Facts = dict[str, str | int]


class NotAsked(Exception):
    """The check does not concern this stack. The text says why."""


@dataclass(frozen=True)
class Check:
    question: str
    looks_at: str
    look: Callable[[DeployedStack], tuple[Facts, Facts]]
    """Returns what is, and what should be. The former may have more."""


@dataclass(frozen=True)
class Finding:
    check: Check
    verdict: str
    saw: str
    should_be: str

    @property
    def is_wrong(self) -> bool:
        return self.verdict in (WRONG, UNKNOWN)


def answer(check: Check, stack: DeployedStack) -> Finding:
    try:
        saw, should_be = check.look(stack)
    except NotAsked as reason:
        return Finding(check, "not asked", str(reason), "")
    except (BotoCoreError, ClientError, OSError, LookupError) as error:
        return Finding(check, UNKNOWN, f"{type(error).__name__}: {error}", "")
    wrong = {fact: value for fact, value in should_be.items() if saw.get(fact) != value}
    return Finding(check, WRONG if wrong else "right", listed(saw), listed(wrong) or "that")


def listed(facts: Facts) -> str:
    return "; ".join(f"{fact}: {value}" for fact, value in facts.items())


def markdown(findings: Iterable[Finding], private: Iterable[str]) -> str:
    """A table of the findings, without the words in `private`."""
    lines = ["| | check | looked at | saw | should be |", "| --- | --- | --- | --- | --- |"]
    for each in findings:
        cells = (each.verdict, each.check.question, f"`{each.check.looks_at}`", each.saw, each.should_be)
        lines.append(f"| {' | '.join(' '.join(cell.split()).replace('|', '/') for cell in cells)} |")
    return publishable("\n".join(lines), private)


def publishable(text: str, private: Iterable[str] = ()) -> str:
    for word in private:
        text = text.replace(word, "…")
    return PRIVATE.sub("…", text)


WRONG = "**wrong**"
UNKNOWN = "**could not look**"
# ARNs, URLs, e-mail addresses and account ids.
PRIVATE = re.compile(r"""arn:[^\s"'`|;,]+|https?://[^\s"'`|;,]+|[^\s"'`|;,]+@[^\s"'`|;,]+|\b\d{12}\b""")
