// The function. A failed event holds back the later ones of its branch or pull request, and no others.

import { processPartialResponse, SqsFifoPartialProcessorAsync } from "@aws-lambda-powertools/batch";
import type { SQSHandler, SQSRecord } from "aws-lambda";
import { consume } from "./consume.ts";

const processor = new SqsFifoPartialProcessorAsync();

/** Returns the messages to deliver again. */
export const handler: SQSHandler = (batch, context) =>
  processPartialResponse(batch, handleRecord, processor, {
    context,
    skipGroupOnError: true,
    throwOnFullBatchFailure: false,
  });

async function handleRecord({ messageId, body }: SQSRecord): Promise<void> {
  try {
    await consume(body);
  } catch (error) {
    console.error(`failed, will be retried: ${messageId}: ${error}`);
    throw error;
  }
}
