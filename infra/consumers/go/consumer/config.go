package consumer

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// Config finds Region and credentials as every AWS tool does.
//
// Versions of the SDK before November 2023 do not read AWS_ENDPOINT_URL, the address of an emulator. With a later one,
// config.LoadDefaultConfig(ctx) is enough.
func Config(ctx context.Context) (aws.Config, error) {
	endpoint := os.Getenv("AWS_ENDPOINT_URL")
	resolve := func(string, string, ...any) (aws.Endpoint, error) {
		if endpoint == "" {
			return aws.Endpoint{}, &aws.EndpointNotFoundError{} // The SDK then uses AWS's own.
		}
		return aws.Endpoint{URL: endpoint}, nil
	}
	resolver := aws.EndpointResolverWithOptionsFunc(resolve)
	return config.LoadDefaultConfig(ctx, config.WithEndpointResolverWithOptions(resolver))
}
