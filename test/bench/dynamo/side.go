package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	table      = "Events"
	partitions = 100
)

// A side is one of the two that are measured.
type side struct {
	name    string
	clients []*dynamodb.Client
	items   int
	best    map[string]float64 // operations a second, by line
}

// connect makes clients, each with connections of its own.
func connect(url, id, secret string, n int) []*dynamodb.Client {
	all := make([]*dynamodb.Client, n)
	for i := range all {
		all[i] = dynamodb.New(dynamodb.Options{
			Region: "us-east-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
			HTTPClient: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}, Retryer: aws.NopRetryer{},
		})
	}
	return all
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }

func key(i int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": text("p" + strconv.Itoa(i%partitions)), "sk": number(i)}
}

func item(i int) map[string]types.AttributeValue {
	v := key(i)
	v["name"], v["size"] = text("private/demo/uploads/"+strconv.Itoa(i)+".jpg"), number(i)
	return v
}

// fill makes the table and its items, 25 at a time.
func (s *side) fill(ctx context.Context) error {
	_, err := s.clients[0].CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(table), BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: "S"}, {AttributeName: aws.String("sk"), AttributeType: "N"}},
	})
	if err != nil {
		return err
	}
	if err := dynamodb.NewTableExistsWaiter(s.clients[0]).Wait(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table)}, time.Minute); err != nil {
		return err
	}
	for from := 0; from < s.items; from += 25 {
		var writes []types.WriteRequest
		for i := from; i < min(from+25, s.items); i++ {
			writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: item(i)}})
		}
		if _, err := s.clients[0].BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: writes}}); err != nil {
			return err
		}
	}
	return nil
}

// A line is one kind of operation.
type line struct {
	name string
	do   func(ctx context.Context, c *dynamodb.Client, i int) error
}

var lines = []line{
	{"PutItem", func(ctx context.Context, c *dynamodb.Client, i int) error {
		_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(table), Item: item(i)})
		return err
	}},
	{"GetItem", func(ctx context.Context, c *dynamodb.Client, i int) error {
		out, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(table), Key: key(i)})
		if err == nil && len(out.Item) != 4 {
			err = fmt.Errorf("item %d has %d attributes, want 4", i, len(out.Item))
		}
		return err
	}},
	{"Query of 10", func(ctx context.Context, c *dynamodb.Client, i int) error {
		out, err := c.Query(ctx, &dynamodb.QueryInput{
			TableName: aws.String(table), KeyConditionExpression: aws.String("pk = :p AND sk <= :n"), Limit: aws.Int32(10), ScanIndexForward: aws.Bool(false),
			ExpressionAttributeValues: map[string]types.AttributeValue{":p": text("p" + strconv.Itoa(i%partitions)), ":n": number(i)},
		})
		if want := min(10, i/partitions+1); err == nil && int(out.Count) != want {
			err = fmt.Errorf("a query gave %d items, want %d", out.Count, want)
		}
		return err
	}},
	{"UpdateItem", func(ctx context.Context, c *dynamodb.Client, i int) error {
		_, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: aws.String(table), Key: key(i), UpdateExpression: aws.String("ADD #s :one"), ConditionExpression: aws.String("attribute_exists(pk)"),
			ExpressionAttributeNames: map[string]string{"#s": "size"}, ExpressionAttributeValues: map[string]types.AttributeValue{":one": number(1)},
		})
		return err
	}},
}

// measure does one kind of operation for a while, with all clients at once, over items spread over the table.
func (s *side) measure(ctx context.Context, l line, span time.Duration) error {
	if s.best == nil {
		s.best = map[string]float64{}
	}
	var done atomic.Int64
	failures := make([]error, len(s.clients))
	begin := time.Now()
	var wg sync.WaitGroup
	for n, c := range s.clients {
		wg.Go(func() {
			for i := n; time.Since(begin) < span && failures[n] == nil; i += 7919 {
				failures[n] = l.do(ctx, c, i%s.items)
				done.Add(1)
			}
		})
	}
	wg.Wait()
	s.best[l.name] = max(s.best[l.name], float64(done.Load())/time.Since(begin).Seconds())
	return errors.Join(failures...)
}

// report prints operations a second.
func report(out io.Writer, sides []*side) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\t")
	for _, s := range sides {
		fmt.Fprintf(w, "%s, %d items\t", s.name, s.items)
	}
	if len(sides) == 2 {
		fmt.Fprint(w, "ratio\t")
	}
	fmt.Fprintln(w)
	for _, l := range lines {
		fmt.Fprintf(w, "%s/s\t", l.name)
		for _, s := range sides {
			fmt.Fprintf(w, "%.0f\t", s.best[l.name])
		}
		if len(sides) == 2 {
			fmt.Fprintf(w, "%.1fx\t", sides[0].best[l.name]/sides[1].best[l.name])
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush() // out is a terminal or a buffer
}
