// The loop, which runs anywhere. Set EVENTS_QUEUE_URL and STATE_TABLE.
//
// On SIGTERM or Ctrl-C it ends after the current event, or the current long poll. You may run several: SQS gives the
// events of one branch or pull request to one of them at a time.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/hookpost-consumer/consumer"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Before the queue is asked again after a failure.
const pause = 3 * time.Second

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	queue := os.Getenv("EVENTS_QUEUE_URL")
	if queue == "" {
		return errors.New("set EVENTS_QUEUE_URL to the URL of the events queue")
	}
	config, err := consumer.Config(ctx)
	if err != nil {
		return err
	}
	consumer, err := consumer.New(config)
	if err != nil {
		return err
	}
	client := sqs.NewFromConfig(config)
	stopping, _ := signal.NotifyContext(ctx, syscall.SIGTERM, os.Interrupt)
	for stopping.Err() == nil {
		// One at a time: in a batch of one branch, SQS would count those behind a failed event as failed too.
		received, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &queue, MaxNumberOfMessages: 1, WaitTimeSeconds: 20,
		})
		if err != nil {
			log.Printf("received nothing, will be tried again: %v", err)
			time.Sleep(pause)
			continue
		}
		for _, message := range received.Messages {
			if err := receive(ctx, consumer, client, queue, message); err != nil {
				log.Printf("failed, will be retried: %s: %v", *message.MessageId, err)
			}
		}
	}
	return nil
}

// receive leaves an event that fails on the queue. Only the events of its branch or pull request wait for it.
func receive(ctx context.Context, consumer *consumer.Consumer, client *sqs.Client, queue string, message types.Message) error {
	if err := consumer.Consume(ctx, *message.Body); err != nil {
		return err
	}
	_, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: message.ReceiptHandle})
	return err
}
