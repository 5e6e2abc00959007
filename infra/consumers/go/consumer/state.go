package consumer

import (
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// What the consumer remembers is kept for 60 days: 14 until a replay, 14 on the queue, 14 among the dead
// letters, 14 on the queue again, and some.
const kept = 60 * 24 * time.Hour

// state is a DynamoDB table with the key "id" and the time to live "expiration".
type state struct {
	dynamodb *dynamodb.Client
	table    string
}

func newState(config aws.Config) (state, error) {
	table := os.Getenv("STATE_TABLE")
	if table == "" {
		return state{}, errors.New("set STATE_TABLE to the name of the DynamoDB table")
	}
	return state{dynamodb.NewFromConfig(config), table}, nil
}

// isLate says whether a newer event of the branch or pull request came before, as it may after a retry or an outage.
func (s state) isLate(ctx context.Context, partitionkey string, sequence *string) (bool, error) {
	if sequence == nil { // Azure DevOps did not say.
		return false, nil
	}
	item := item("newest#" + partitionkey)
	item["newest"] = text(*sequence)
	_, err := s.dynamodb.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                 &s.table,
		Item:                      item,
		ConditionExpression:       aws.String("attribute_not_exists(newest) OR newest <= :this"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":this": text(*sequence)},
	})
	var late *types.ConditionalCheckFailedException
	if errors.As(err, &late) {
		return true, nil
	}
	return false, err
}

// isDone says whether key has been handled.
func (s state) isDone(ctx context.Context, key string) (bool, error) {
	answer, err := s.dynamodb.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      &s.table,
		Key:            map[string]types.AttributeValue{"id": text("done#" + key)},
		ConsistentRead: aws.Bool(true),
	})
	return err == nil && len(answer.Item) > 0, err
}

// markDone remembers that key has been handled.
func (s state) markDone(ctx context.Context, key string) error {
	_, err := s.dynamodb.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: item("done#" + key)})
	return err
}

func item(id string) map[string]types.AttributeValue {
	expiration := strconv.FormatInt(time.Now().Add(kept).Unix(), 10)
	return map[string]types.AttributeValue{
		"id":         text(id),
		"expiration": &types.AttributeValueMemberN{Value: expiration},
	}
}

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
