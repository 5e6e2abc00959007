package consumer

import (
	"context"
	"os"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

var regionInURL = regexp.MustCompile(`^https?://(?:[^/]*\.)?sqs[^./]*\.([^./]+)\.`)

// Config finds credentials as every AWS tool does. The loop works in the Region of its queue, the function in its own.
//
// Versions of the SDK before November 2023 do not read AWS_ENDPOINT_URL, the address of an emulator. With a later one,
// config.LoadDefaultConfig(ctx, config.WithRegion(region)) is enough.
func Config(ctx context.Context) (aws.Config, error) {
	var region string // Without one in the queue's URL, the SDK looks for one.
	if found := regionInURL.FindStringSubmatch(os.Getenv("EVENTS_QUEUE_URL")); found != nil {
		region = found[1]
	}
	endpoint := os.Getenv("AWS_ENDPOINT_URL")
	resolve := func(string, string, ...any) (aws.Endpoint, error) {
		if endpoint == "" {
			return aws.Endpoint{}, &aws.EndpointNotFoundError{} // The SDK then uses AWS's own.
		}
		return aws.Endpoint{URL: endpoint}, nil
	}
	resolver := aws.EndpointResolverWithOptionsFunc(resolve)
	return config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithEndpointResolverWithOptions(resolver))
}
