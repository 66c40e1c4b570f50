// Command sample is a Lambda program that the tests of package lambda have built.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, in map[string]string) (map[string]string, error) {
		in["handler"] = os.Getenv("_HANDLER")
		return in, nil
	})
}
