"""How things read on the screen: one line each, in columns."""

from infra.local.queues import Message, Queues
from infra.local.screen import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Screen
from infra.local.tour import Delivery


def heading(screen: Screen, text: str) -> None:
    screen.line()
    screen.line(screen.paint(text, BOLD))


def step(screen: Screen, name: str, text: str) -> None:
    """Something that start-up has done."""
    screen.line(f"  {screen.paint(f'{name:<14}', CYAN)} {text}")


def delivery(screen: Screen, one: Delivery) -> None:
    screen.line(
        f"  {screen.paint(f'{one.number:>2}', BOLD)}  {clean(one.what):<43} {clean(one.path):<29}"
        f" {answer(screen, one.status, one.reply)} {screen.paint(f'{one.milliseconds:>6.0f} ms', DIM)}"
    )
    if not one.event_ids:
        remark(screen, why(one.reply))


def answer(screen: Screen, status: int, reply: dict) -> str:
    """The status and the outcome, in columns."""
    outcome = str(reply.get("status", "-"))
    style = RED if not 200 <= status < 300 else YELLOW if outcome == "quarantined" else GREEN
    return screen.paint(f"{status:03} {clean(outcome):<11}", style)


def why(reply: dict) -> str:
    """The words of an answer that queued nothing."""
    words = (reply.get(name) for name in ("code", "reason", "message"))
    return clean(": ".join(str(word) for word in words if word))


def event(screen: Screen, message: Message, when: str = "") -> None:
    """A message as it landed on a queue. `when` stands before it where no delivery does."""
    if message.reason is not None:
        remark(screen, screen.paint(f"quarantine  {clean(message.type)}  {clean(message.reason)}", YELLOW), when)
        return
    type, rest = f"{clean(message.type):<39}", f"{clean(message.action or ''):<17} {clean(message.subject):<32}"
    room = max(0, screen.columns - len(f"{when:<2}") - len(f"    └ {type} {rest} "))
    remark(screen, f"{screen.paint(type, CYAN)} {rest} {screen.paint(clean(message.id)[:room], DIM)}", when)


def remark(screen: Screen, text: str, when: str = "") -> None:
    if text:
        screen.line(f"  {screen.paint(f'{when:<2}', DIM)}  {screen.paint('└', DIM)} {text}")


def passed(screen: Screen, text: str) -> None:
    screen.line(f"  {screen.paint('✓', GREEN, BOLD)} {text}")


def failed(screen: Screen, text: str) -> None:
    screen.line(f"  {screen.paint('✗', RED, BOLD)} {clean(text)}")


def counts(queues: Queues) -> str:
    dead, quarantined = len(queues.dead_letters), len(queues.quarantine)
    return f"events {len(queues.events)} · dead letters {dead} · quarantine {quarantined}"


def clean(text: object) -> str:
    """What comes from outside must not steer the terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(text))
