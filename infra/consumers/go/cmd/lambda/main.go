// The function. A failed event holds back the later ones of its branch or pull request, and no others.
//
// It speaks to Lambda itself, with the standard library. With github.com/aws/aws-lambda-go it is
// lambda.Start(consume), and batch and response are events.SQSEvent and events.SQSEventResponse.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/hookpost-consumer/consumer"
)

type batch struct {
	Records []struct {
		MessageID  string `json:"messageId"`
		Body       string `json:"body"`
		Attributes struct {
			MessageGroupID string `json:"MessageGroupId"`
		} `json:"attributes"`
	}
}

type response struct {
	Failures []failure `json:"batchItemFailures"`
}

type failure struct {
	ID string `json:"itemIdentifier"`
}

// consume returns the messages to deliver again.
func consume(ctx context.Context, consumer *consumer.Consumer, batch batch) response {
	failedGroups := map[string]bool{}
	failures := []failure{}
	for _, message := range batch.Records {
		group := message.Attributes.MessageGroupID
		if !failedGroups[group] {
			err := consumer.Consume(ctx, message.Body)
			if err == nil {
				continue
			}
			log.Printf("failed, will be retried: %s: %v", message.MessageID, err)
			failedGroups[group] = true
		}
		failures = append(failures, failure{message.MessageID})
	}
	return response{failures}
}

func main() {
	ctx := context.Background()
	config, err := consumer.Config(ctx)
	if err != nil {
		log.Fatal(err)
	}
	consumer, err := consumer.New(config)
	if err != nil {
		log.Fatal(err)
	}
	for {
		if err := invocation(ctx, consumer); err != nil {
			log.Fatal(err) // Lambda starts the function again.
		}
	}
}

// invocation waits for the next batch, and answers it.
func invocation(ctx context.Context, consumer *consumer.Consumer) error {
	api := fmt.Sprintf("http://%s/2018-06-01/runtime/invocation/", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	next, err := http.Get(api + "next")
	if err != nil {
		return err
	}
	defer next.Body.Close()
	var batch batch
	if err := json.NewDecoder(next.Body).Decode(&batch); err != nil {
		return err
	}
	answer, err := json.Marshal(consume(ctx, consumer, batch))
	if err != nil {
		return err
	}
	id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
	sent, err := http.Post(api+id+"/response", "application/json", bytes.NewReader(answer))
	if err != nil {
		return err
	}
	return sent.Body.Close()
}
