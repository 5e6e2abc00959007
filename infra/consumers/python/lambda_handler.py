"""The function. A failed event holds back the later ones of its branch or pull request, and no others."""

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from consume import consume

processor = SqsFifoPartialProcessor(skip_group_on_error=True)
# Lambda would count an exception as an error of the function, and read the queue more slowly.
processor.raise_on_entire_batch_failure = False


def handler(batch: dict[str, object], context: LambdaContext) -> PartialItemFailureResponse:
    """Returns the messages to deliver again."""
    return process_partial_response(batch, handle_record, processor, context)


def handle_record(record: SQSRecord) -> None:
    try:
        consume(record.body)
    except Exception as error:
        print(f"failed, will be retried: {record.message_id}: {error!r}")
        raise
