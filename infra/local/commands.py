"""The commands `run` and `demo`: the stand-in delivers, and the terminal shows each answer and event."""

import contextlib
import time
from collections import Counter

from infra.local import next_steps, rendering
from infra.local.assertions import failures
from infra.local.azure_devops import AzureDevOps
from infra.local.connect import INTEGRATIONS
from infra.local.console.host import console
from infra.local.demo_deliveries import Delivery, demo_deliveries
from infra.local.deploy import STACK
from infra.local.launch import launch, seconds_since
from infra.local.queue_reader import NewMessages, Queues, read_queues
from infra.local.stack import Stack, publish
from infra.local.terminal import Terminal


def run(terminal: Terminal, profile: str) -> int:
    """Starts everything, shows the demo deliveries, then a live view of the queues until Ctrl-C."""
    with launch(terminal, profile) as (stack, running), console(running.aws, STACK) as page:
        rendering.heading(terminal, next_steps.PAGE)
        rendering.step(terminal, "open", page.address)
        new_messages = NewMessages()
        deliver_demo(terminal, stack, running.azure, new_messages)
        running.store_secret(next_steps.TOKEN_SECRET, running.azure.token)
        publish(stack, running.aws)
        next_steps.show(terminal, stack, running.azure, page.address)
        with contextlib.suppress(KeyboardInterrupt):
            live_view(terminal, stack, new_messages)
        terminal.status("")
        terminal.line("Stopping.")
    terminal.line("Everything has stopped.")
    return 0


def demo(terminal: Terminal, profile: str) -> int:
    """Shows the demo deliveries. Returns 0 only if every expected event arrived exactly once, and no other event."""
    with launch(terminal, profile) as (stack, running):
        started = time.monotonic()
        deliveries, queues = deliver_demo(terminal, stack, running.azure, NewMessages())
        took = seconds_since(started)
    found = failures(INTEGRATIONS, deliveries, queues)
    rendering.heading(terminal, "Result")
    for failure in found:
        rendering.failed(terminal, failure)
    if found:
        return 1
    rendering.passed(terminal, f"{len(deliveries)} deliveries, all accepted, in {took}")
    events = Counter(event.integration for event in queues.events)
    queued = ", ".join(f"{events[each]} of {each}" for each in INTEGRATIONS)
    rendering.passed(terminal, f"events queued, {queued}: each expected event exactly once, and no other")
    rendering.passed(terminal, "no dead letter, nothing in quarantine")
    return 0


def deliver_demo(
    terminal: Terminal, stack: Stack, azure: AzureDevOps, new_messages: NewMessages
) -> tuple[list[Delivery], Queues]:
    """Shows each delivery's answer and, under it, the events that the receiver queued."""
    rendering.heading(terminal, "The stand-in Azure DevOps delivers")
    deliveries = []
    integration = None
    for delivery in demo_deliveries(azure):
        deliveries.append(delivery)
        if delivery.integration != integration:
            integration = delivery.integration
            rendering.receiving(terminal, integration, INTEGRATIONS[integration])
        rendering.delivery(terminal, delivery)
        # No waiting: a receiver answers 202 only after SQS has stored the event.
        for message in new_messages.of(read_queues(stack)):
            rendering.event(terminal, message)
    queues = read_queues(stack)
    terminal.line()
    terminal.line(f"  On the queues: {rendering.counts(queues)}")
    return deliveries, queues


def live_view(terminal: Terminal, stack: Stack, new_messages: NewMessages) -> None:
    """Shows each new message, until interrupted."""
    while True:
        started = time.monotonic()
        queues = read_queues(stack)
        for message in new_messages.of(queues):
            rendering.event(terminal, message, when=time.strftime("%H:%M:%S"))
        terminal.status(f"  {rendering.counts(queues)} · Ctrl-C stops everything")
        # Listing a long queue takes the emulator time. It gets four times as long for its own work.
        time.sleep(max(INTERVAL_SECONDS, 4 * (time.monotonic() - started)))


INTERVAL_SECONDS = 0.25
