// Package logs is CloudWatch Logs on the local machine: groups and streams of lines in memory.
//
// It answers CreateLogGroup, DeleteLogGroup, PutRetentionPolicy, DescribeLogGroups, CreateLogStream, DeleteLogStream,
// DescribeLogStreams, PutLogEvents, GetLogEvents and FilterLogEvents; any other action, and any parameter that none
// of them reads, is an error that names it. Other services write through [Store.Append]. A stream keeps its last
// 12 to 16 MiB; what retention would remove stays until the machine ends.
package logs

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A Store is all log groups of an account. It is safe for any number of goroutines.
type Store struct {
	account wire.Account
	clock   clock.Clock
	front   http.Handler

	mu     sync.Mutex
	groups map[string]*group
	events int // counts events, for their ids
}

// New gives a store without groups.
func New(account wire.Account, c clock.Clock) *Store {
	s := &Store{account: account, clock: c, groups: map[string]*group{}}
	s.front = wire.JSONFront("Logs_20140328", "1.1", s)
	return s
}

// Name is "logs".
func (s *Store) Name() string { return "logs" }

// ServeHTTP answers in AWS's JSON protocol.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.front.ServeHTTP(w, r) }

type operation func(*Store, *members.Reader) (value.Value, error)

var operations = map[string]operation{
	"CreateLogGroup":     (*Store).createLogGroup,
	"DeleteLogGroup":     (*Store).deleteLogGroup,
	"PutRetentionPolicy": (*Store).putRetentionPolicy,
	"DescribeLogGroups":  (*Store).describeLogGroups,
	"CreateLogStream":    (*Store).createLogStream,
	"DeleteLogStream":    (*Store).deleteLogStream,
	"DescribeLogStreams": (*Store).describeLogStreams,
	"PutLogEvents":       (*Store).putLogEvents,
	"GetLogEvents":       (*Store).getLogEvents,
	"FilterLogEvents":    (*Store).filterLogEvents,
}

// Call runs one action, with the members of CloudWatch Logs' API. Errors are *wire.Error.
func (s *Store) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("CloudWatch Logs", action)
	}
	r := members.Read(action, in)
	r.Unknown = "InvalidParameterException"
	return op(s, r)
}

func invalid(format string, args ...any) error {
	return wire.Errorf("InvalidParameterException", format, args...)
}

// Append writes lines to a stream, dated at. It makes the group and the stream if they are not there.
func (s *Store) Append(groupName, streamName string, at time.Time, lines ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[groupName]
	if g == nil {
		g = s.add(groupName, "")
	}
	st := g.streams[streamName]
	if st == nil {
		st = g.add(streamName, s.clock.Now())
	}
	for _, l := range lines {
		s.put(st, at, l)
	}
}

// An Event is one line of a log.
type Event struct {
	Stream  string
	At      time.Time
	Message string
}

// Events gives what a group has, stream by stream in the order of their names; none for a group that is not there.
func (s *Store) Events(groupName string) []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[groupName]
	if g == nil {
		return nil
	}
	var all []Event
	for _, st := range g.sorted() {
		for _, e := range st.events {
			all = append(all, Event{st.name, time.UnixMilli(e.at).UTC(), e.message})
		}
	}
	return all
}

// groupName reads logGroupName or logGroupIdentifier, which may be an ARN.
func groupName(r *members.Reader) string {
	if name := r.String("logGroupName"); name != "" {
		return name
	}
	name := r.String("logGroupIdentifier")
	if _, rest, ok := strings.Cut(name, ":log-group:"); ok {
		return strings.TrimSuffix(rest, ":*")
	}
	return name
}

// found gives a group; s.mu is held.
func (s *Store) found(name string) (*group, error) {
	if g := s.groups[name]; g != nil {
		return g, nil
	}
	if name == "" {
		return nil, invalid("1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null")
	}
	return nil, wire.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
}

// stream gives a stream of a group.
func (s *Store) stream(group, name string) (*stream, error) {
	g, err := s.found(group)
	if err != nil {
		return nil, err
	}
	return g.found(name)
}

// found gives a stream of the group.
func (g *group) found(name string) (*stream, error) {
	if st := g.streams[name]; st != nil {
		return st, nil
	}
	if name == "" {
		return nil, invalid("1 validation error detected: Value null at 'logStreamName' failed to satisfy constraint: Member must not be null")
	}
	return nil, wire.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
}
