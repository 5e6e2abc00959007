// Package consumer hands each event to handle once, whether the function or the loop received it.
package consumer

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"example.com/hookpost-consumer/events"
	"github.com/aws/aws-sdk-go-v2/aws"
)

// Consumer reads messages.
type Consumer struct{ state state }

// New returns a consumer that remembers in the DynamoDB table in STATE_TABLE.
func New(config aws.Config) (*Consumer, error) {
	state, err := newState(config)
	return &Consumer{state}, err
}

// Consume handles the body of a message, unless that has been done or its type is not known.
//
// SQS gives nobody the other events of a branch or pull request meanwhile. So no lock is needed: an event is handled
// twice only if the process ends between the last two steps.
func (c *Consumer) Consume(ctx context.Context, body string) error {
	event, err := events.Parse([]byte(body))
	if err != nil {
		return err
	}
	attributes := event.Attributes()
	if _, unknown := event.(*events.UnknownEvent); unknown {
		return countUnknown(attributes.Type)
	}
	late, err := c.state.isLate(ctx, attributes.Partitionkey, attributes.Sequence)
	if err != nil {
		return err
	}
	key := keyOf(event)
	if done, err := c.state.isDone(ctx, key); err != nil || done {
		return err
	}
	if err := handle(ctx, event, late); err != nil {
		return err
	}
	return c.state.markDone(ctx, key)
}

// keyOf returns what is handled once: the event, or the completion of a pull request, which arrives as two events.
func keyOf(event events.Event) string {
	attributes := event.Attributes()
	var data events.PullRequest
	switch event := event.(type) {
	case *events.PullRequestUpdatedEvent:
		data = event.Data
	case *events.PullRequestMergedEvent:
		data = event.Data
	}
	if data.Action != events.ActionCompleted || data.ClosedAt == nil {
		return attributes.ID
	}
	return fmt.Sprintf("%s|%s|completed|%s", attributes.Source, attributes.Subject, *data.ClosedAt)
}

// countUnknown prints a line that CloudWatch counts as a metric when Lambda logs it.
func countUnknown(kind string) error {
	type object = map[string]any
	metrics := []object{{"Name": "UnknownEvents", "Unit": "Count"}}
	directive := object{"Namespace": "HookpostConsumer", "Dimensions": [][]string{{}}, "Metrics": metrics}
	metadata := object{"Timestamp": time.Now().UnixMilli(), "CloudWatchMetrics": []object{directive}}
	return json.NewEncoder(os.Stdout).Encode(object{"_aws": metadata, "UnknownEvents": 1, "Type": kind})
}
