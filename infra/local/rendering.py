"""The lines that the local stack prints, in columns."""

from infra.local.demo_deliveries import Delivery
from infra.local.queue_reader import Message, Queues
from infra.local.terminal import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Terminal


def heading(terminal: Terminal, text: str) -> None:
    terminal.line()
    terminal.line(terminal.paint(text, BOLD))


def step(terminal: Terminal, name: str, text: str) -> None:
    """A completed step of the start."""
    terminal.line(f"  {terminal.paint(f'{name:<14}', CYAN)} {text}")


def receiving(terminal: Terminal, integration: str, how: str) -> None:
    """Introduces the deliveries to an integration."""
    terminal.line(f"  {terminal.paint(f'to {printable(integration)}, connected {how}', CYAN)}")


def delivery(terminal: Terminal, delivery: Delivery) -> None:
    terminal.line(
        f"  {terminal.paint(f'{delivery.number:>2}', BOLD)}  {printable(delivery.description):<43}"
        f" {printable(delivery.path):<29} {answer(terminal, delivery.status, delivery.reply)}"
        f" {terminal.paint(f'{delivery.milliseconds:>6.0f} ms', DIM)}"
    )
    if not delivery.event_ids:
        detail(terminal, reason(delivery.reply))


def answer(terminal: Terminal, status: int, reply: dict) -> str:
    """The status and the outcome, in columns."""
    outcome = str(reply.get("status", "-"))
    style = RED if not 200 <= status < 300 else YELLOW if outcome == "quarantined" else GREEN
    return terminal.paint(f"{status:03} {printable(outcome):<11}", style)


def reason(reply: dict) -> str:
    """Why a reply names no events."""
    parts = (reply.get(name) for name in ("code", "reason", "message"))
    return printable(": ".join(str(part) for part in parts if part))


def event(terminal: Terminal, message: Message, when: str = "") -> None:
    """A message on the events or quarantine queue. The live view passes the time as `when`."""
    if message.reason is not None:
        text = f"quarantine  {printable(message.type)}  {printable(message.reason)}"
        detail(terminal, terminal.paint(text, YELLOW), when)
        return
    type = f"{printable(message.type):<39}"
    rest = f"{printable(message.action or ''):<17} {printable(message.subject):<32}"
    room = max(0, terminal.columns - len(f"{when:<2}") - len(f"    └ {type} {rest} "))
    detail(terminal, f"{terminal.paint(type, CYAN)} {rest} {terminal.paint(printable(message.id)[:room], DIM)}", when)


def detail(terminal: Terminal, text: str, when: str = "") -> None:
    if text:
        terminal.line(f"  {terminal.paint(f'{when:<2}', DIM)}  {terminal.paint('└', DIM)} {text}")


def passed(terminal: Terminal, text: str) -> None:
    terminal.line(f"  {terminal.paint('✓', GREEN, BOLD)} {text}")


def failed(terminal: Terminal, text: str) -> None:
    terminal.line(f"  {terminal.paint('✗', RED, BOLD)} {printable(text)}")


def counts(queues: Queues) -> str:
    dead, quarantined = len(queues.dead_letters), len(queues.quarantine)
    return f"events {len(queues.events)} · dead letters {dead} · quarantine {quarantined}"


def printable(text: object) -> str:
    """Replaces control characters: text from outside must not control the terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(text))
