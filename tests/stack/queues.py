"""Rules about the queues: durability, ordering and encryption."""

from queries import Rule, of_type

DAYS = 24 * 60 * 60
CONSUMER_TIMEOUT_SECONDS = 30
# Of a message in SQS.
MESSAGE_BYTES_MAX = 1_048_576
# They hold the checkpoints and the overview of watch, and no events, so they may be deleted with the stack.
WITHOUT_EVENTS = {"CheckpointQueue", "OverviewQueue"}
# Resources whose names begin with Deliveries, and that are not about raw ones.
ABOUT_EVENTS = {"DeliveriesAtRiskAlarm", "DeliveriesMissed", "DeliveriesReplayed"}


def queues_are_durable(template: dict) -> list[str]:
    """Events outlive the stack and are kept for 14 days."""
    found = []
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::SQS::Queue":
            continue
        queue = resource["Properties"]
        # RetainExceptOnCreate: a stack that could not be created deletes its empty queues.
        policies = (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy"))
        if policies != ("RetainExceptOnCreate", "Retain") and name not in WITHOUT_EVENTS:
            found.append(f"{name}: is deleted with the stack")
        if queue.get("MessageRetentionPeriod") != 14 * DAYS:
            found.append(f"{name}: keeps messages for less than 14 days")
    return found


def queues_are_encrypted(template: dict) -> list[str]:
    """By SQS, or by the operator's key. SQS refuses both at once, so a key switches the other off explicitly."""
    found = []
    for name, queue in of_type(template, "AWS::SQS::Queue").items():
        if queue.get("KmsMasterKeyId") != {"Fn::If": ["HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}:
            found.append(f"{name}: ignores KmsKeyArn")
        if queue.get("SqsManagedSseEnabled") != {"Fn::If": ["HasKey", False, True]}:
            found.append(f"{name}: is not encrypted, or cannot change to a key")
    return found


def queues_are_not_dead_letter_queues(template: dict) -> list[str]:
    """Except one. Any queue of the account may send its dead letters to a queue that does not refuse them."""
    queues = of_type(template, "AWS::SQS::Queue")
    targets = {
        queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for queue in queues.values()
        if "RedrivePolicy" in queue
    }
    return [
        f"{name}: accepts dead letters of other queues"
        for name, queue in queues.items()
        if name not in targets and queue.get("RedriveAllowPolicy") != {"redrivePermission": "denyAll"}
    ]


def checkpoints_fit(template: dict) -> list[str]:
    """A checkpoint that SQS refuses stops watch for every integration. One has at most 240,000 bytes."""
    return takes_too_little(template, "CheckpointQueue")


def raw_deliveries_fit(template: dict) -> list[str]:
    """A delivery that SQS refuses goes to the quarantine, and to no tool. The dead-letter queue takes the same."""
    return [*takes_too_little(template, "DeliveriesQueue"), *takes_too_little(template, "DeliveriesDeadLetterQueue")]


def raw_deliveries_cost_nothing_by_default(template: dict) -> list[str]:
    """Whatever is about them exists only with RawDeliveries."""
    return [
        f"{name}: exists without RawDeliveries"
        for name, resource in template["Resources"].items()
        if name.startswith("Deliveries") and name not in ABOUT_EVENTS and resource.get("Condition") != "KeepsDeliveries"
    ]


def takes_too_little(template: dict, name: str) -> list[str]:
    size = of_type(template, "AWS::SQS::Queue")[name].get("MaximumMessageSize", 0)
    return [] if size == MESSAGE_BYTES_MAX else [f"{name}: takes {size} bytes of {MESSAGE_BYTES_MAX}"]


def fifo_queues_are_consistent(template: dict) -> list[str]:
    """Names, throughput mode, dead-letter queue and visibility timeout fit together."""
    found = []
    for name, queue in of_type(template, "AWS::SQS::Queue").items():
        fifo = queue.get("FifoQueue", False)
        queue_name = queue.get("QueueName")
        if isinstance(queue_name, str) and queue_name.endswith(".fifo") != fifo:
            found.append(f"{name}: a queue name ends with .fifo if and only if the queue is FIFO")
        throughput = (queue.get("FifoThroughputLimit"), queue.get("DeduplicationScope"))
        if fifo and name not in WITHOUT_EVENTS and throughput != ("perMessageGroupId", "messageGroup"):
            found.append(f"{name}: is not in high-throughput mode")
        found += redrive_violations(name, queue, template)
    return found


def redrive_violations(name: str, queue: dict, template: dict) -> list[str]:
    if "RedrivePolicy" not in queue:
        return [f"{name}: an event that no consumer can process blocks its group"] if name == "EventsQueue" else []
    found = []
    dead_letter_queue = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    if of_type(template, "AWS::SQS::Queue")[dead_letter_queue].get("FifoQueue", False) != queue.get("FifoQueue", False):
        found.append(f"{name}: its dead-letter queue is of another type")
    if queue.get("VisibilityTimeout", 30) < 6 * CONSUMER_TIMEOUT_SECONDS:
        found.append(f"{name}: the visibility timeout is less than six times {CONSUMER_TIMEOUT_SECONDS} s")
    return found


RULES: tuple[Rule, ...] = (
    queues_are_durable,
    queues_are_encrypted,
    queues_are_not_dead_letter_queues,
    checkpoints_fit,
    raw_deliveries_fit,
    raw_deliveries_cost_nothing_by_default,
    fifo_queues_are_consistent,
)
