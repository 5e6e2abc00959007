"""`run` and `demo`: the stand-in delivers, and the screen shows what becomes of it."""

import contextlib
import time

from infra.local import guide, show
from infra.local.azure_devops import AzureDevOps
from infra.local.launch import launch, seconds_since
from infra.local.queues import Arrivals, Queues, look
from infra.local.screen import Screen
from infra.local.stack import Stack, publish
from infra.local.tour import Delivery, tour
from infra.local.verdict import problems


def run(screen: Screen) -> int:
    """Everything up and shown, then a live view until somebody ends it."""
    with launch(screen) as (stack, local, azure):
        arrivals = Arrivals()
        perform(screen, stack, azure, arrivals)
        publish(stack, local)
        guide.show(screen, stack)
        with contextlib.suppress(KeyboardInterrupt):
            watch(screen, stack, arrivals)
        screen.status("")
        screen.line("Stopping.")
    screen.line("Everything has stopped.")
    return 0


def demo(screen: Screen) -> int:
    """Once through. 0 only if every expected event arrived exactly once, and nothing else did."""
    with launch(screen) as (stack, _, azure):
        started = time.monotonic()
        deliveries, queues = perform(screen, stack, azure, Arrivals())
        took = seconds_since(started)
    found = problems(deliveries, queues)
    show.heading(screen, "Result")
    for problem in found:
        show.failed(screen, problem)
    if found:
        return 1
    show.passed(screen, f"{len(deliveries)} deliveries, all accepted, in {took}")
    show.passed(screen, f"{len(queues.events)} events on the queue: every expected one exactly once, and no other")
    show.passed(screen, "no dead letter, nothing in quarantine")
    return 0


def perform(screen: Screen, stack: Stack, azure: AzureDevOps, arrivals: Arrivals) -> tuple[list[Delivery], Queues]:
    """The tour: each delivery's answer and, right under it, the events that it put on the queue."""
    show.heading(screen, "A stand-in Azure DevOps delivers")
    deliveries = []
    for delivery in tour(azure):
        deliveries.append(delivery)
        show.delivery(screen, delivery)
        # A 202 says that the queue has the event, so there is nothing to wait for.
        for message in arrivals.new(look(stack)):
            show.event(screen, message)
    queues = look(stack)
    screen.line()
    screen.line(f"  On the queues: {show.counts(queues)}")
    return deliveries, queues


def watch(screen: Screen, stack: Stack, arrivals: Arrivals) -> None:
    """Shows what lands on the queues, until interrupted."""
    while True:
        looked = time.monotonic()
        queues = look(stack)
        for message in arrivals.new(queues):
            show.event(screen, message, when=time.strftime("%H:%M:%S"))
        screen.status(f"  {show.counts(queues)} · Ctrl-C stops everything")
        # A look at a long queue costs the emulator time: it gets at least as much for its own work.
        time.sleep(max(LOOK_SECONDS, 4 * (time.monotonic() - looked)))


LOOK_SECONDS = 0.25
