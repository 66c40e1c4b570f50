// Package dynamodb is DynamoDB on the local machine: tables in memory, with secondary indexes, the expression
// language, and the messages of the real service.
//
// It answers the actions on tables (create, describe, list, update, delete, tags, time to live), on items (one, in
// batches, in transactions), Query and Scan, and those of DynamoDB Streams. Any other action, and any parameter that
// none of them reads, is an error that names it. Reads are always consistent, capacity is never exhausted, and nothing
// outlives the process. What has expired is gone with the machine's clock.
package dynamodb

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A DB is all tables of an account. It is safe for any number of goroutines.
type DB struct {
	account wire.Account
	clock   clock.Clock
	front   http.Handler
	// streamsFront is what clients of DynamoDB Streams reach: they sign for dynamodb, too.
	streamsFront http.Handler

	mu     sync.RWMutex
	tables map[string]*table

	streamsMu sync.RWMutex
	streams   []*stream // of tables that are gone, too

	tokens tokens
}

// New gives a database without tables. The clock dates the tables.
func New(account wire.Account, c clock.Clock) *DB {
	d := &DB{account: account, clock: c, tables: map[string]*table{}}
	d.front = wire.JSONFront("DynamoDB_20120810", "1.0", d)
	d.streamsFront = wire.JSONFront("DynamoDBStreams_20120810", "1.0", d)
	return d
}

// Name is "dynamodb".
func (d *DB) Name() string { return "dynamodb" }

// ServeHTTP answers in AWS's JSON protocol.
func (d *DB) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "DynamoDBStreams_") {
		d.streamsFront.ServeHTTP(w, r)
		return
	}
	d.front.ServeHTTP(w, r)
}

type operation func(*DB, *members.Reader) (value.Value, error)

var operations = map[string]operation{
	"CreateTable":        (*DB).createTable,
	"DescribeTable":      (*DB).describeTable,
	"UpdateTable":        (*DB).updateTable,
	"ListTables":         (*DB).listTables,
	"DeleteTable":        (*DB).deleteTable,
	"TagResource":        (*DB).tagResource,
	"UntagResource":      (*DB).untagResource,
	"ListTagsOfResource": (*DB).listTagsOfResource,
	"UpdateTimeToLive":   (*DB).updateTimeToLive,
	"DescribeTimeToLive": (*DB).describeTimeToLive,
	"PutItem":            (*DB).putItem,
	"GetItem":            (*DB).getItem,
	"UpdateItem":         (*DB).updateItem,
	"DeleteItem":         (*DB).deleteItem,
	"Query":              (*DB).query,
	"Scan":               (*DB).scan,
	"BatchGetItem":       (*DB).batchGetItem,
	"BatchWriteItem":     (*DB).batchWriteItem,
	"TransactGetItems":   (*DB).transactGetItems,
	"TransactWriteItems": (*DB).transactWriteItems,
	"ListStreams":        (*DB).listStreams,
	"DescribeStream":     (*DB).describeStream,
	"GetShardIterator":   (*DB).getShardIterator,
	"GetRecords":         (*DB).getRecords,
}

// Call runs one action, with the members of DynamoDB's API. Errors are *wire.Error.
func (d *DB) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("DynamoDB", action)
	}
	r := members.Read(action, in)
	out, err := op(d, r)
	if wrong := r.Wrong(); wrong != nil { // it explains what else went wrong
		err = wrong
	}
	if err != nil {
		return value.Value{}, asWire(err)
	}
	return out, nil
}

// asWire gives the errors of expressions and attribute values their code.
func asWire(err error) error {
	if e, ok := errors.AsType[expr.Error](err); ok {
		return invalid(string(e))
	}
	if e, ok := errors.AsType[expr.TypeError](err); ok {
		return wire.Errorf("SerializationException", "%s", string(e))
	}
	return err
}

func invalid(message string) *wire.Error { return wire.Errorf("ValidationException", "%s", message) }

// found gives the table that a request names, by its name or its ARN.
func (d *DB) found(name string) (*table, error) {
	name, err := tableName(name)
	if err != nil {
		return nil, err
	}
	d.mu.RLock()
	t := d.tables[name]
	d.mu.RUnlock()
	if t == nil {
		return nil, wire.Errorf("ResourceNotFoundException", "Requested resource not found")
	}
	return t, nil
}

// tableName checks the name of a table, and takes it out of an ARN.
func tableName(name string) (string, error) {
	if strings.HasPrefix(name, "arn:") {
		if _, rest, ok := strings.Cut(name, ":table/"); ok {
			name, _, _ = strings.Cut(rest, "/")
		}
	}
	if name == "" {
		return "", invalid("The parameter 'TableName' is required but was not present in the request")
	}
	return name, checkName("TableName", name)
}

func checkName(member, name string) error {
	if len(name) < 3 || len(name) > 255 {
		return invalid(member + " must be at least 3 characters long and at most 255 characters long")
	}
	for _, c := range []byte(name) {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", rune(c)) {
			return invalid("1 validation error detected: Value '" + name + "' at '" + strings.ToLower(member[:1]) + member[1:] +
				"' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
		}
	}
	return nil
}

// oneOf reads a member that is one of some words; absent when it is missing.
func oneOf(r *members.Reader, name, absent string, words ...string) (string, error) {
	s := r.String(name)
	if s == "" {
		return absent, nil
	}
	for _, w := range words {
		if s == w {
			return s, nil
		}
	}
	return "", invalid("1 validation error detected: Value '" + s + "' at '" + strings.ToLower(name[:1]) + name[1:] +
		"' failed to satisfy constraint: Member must satisfy enum value set: [" + strings.Join(words, ", ") + "]")
}
