package consumer

import (
	"context"
	"encoding/json"
	"os"

	"example.com/hookpost-consumer/events"
)

// Your code. It handles an event, once for each happening. Return an error to get the event again; after five failures
// SQS moves it to the dead-letter queue.
//
// Do not deploy a late event: a newer one of its branch or pull request was received before.
func handle(_ context.Context, event events.Event, late bool) error {
	attributes := event.Attributes()
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"id": attributes.ID, "type": attributes.Type, "subject": attributes.Subject, "action": action(event), "late": late,
	})
}

func action(event events.Event) string {
	switch event := event.(type) {
	case *events.PushEvent:
		return string(event.Data.Change)
	case *events.PullRequestCreatedEvent:
		return string(event.Data.Action)
	case *events.PullRequestUpdatedEvent:
		return string(event.Data.Action)
	case *events.PullRequestMergedEvent:
		return string(event.Data.Action)
	case *events.PullRequestCommentedEvent:
		return string(event.Data.Comment.Change)
	}
	return ""
}
