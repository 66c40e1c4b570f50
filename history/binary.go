package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/stepwright/stepwright/value"
)

// The fields of an event, as bits of what AppendBinary writes. A value that is the one before it is not written again:
// most inputs are the output before.
const (
	hasName = 1 << iota
	hasInput
	hasOutput
	hasParameters
	hasAssigned
	hasInputText
	hasError
	hasCause
	hasResourceType
	hasResource
	hasRegion
	hasTimeout
	hasHeartbeat
	hasCredentials
	hasState
	hasLocation
	hasRoleArn
	hasVersionArn
	hasAliasArn
	hasLength
	hasIndex
	hasMapRunArn
	hasRedriveCount
	hasWorkerName
	sameInput
	sameOutput
)

// sortedTypes are the types, by the numbers that AppendBinary writes for them.
var sortedTypes = Types()

// AppendBinary writes a piece of a history, which ParseBinary reads back, in about a fourth of the space that JSON
// takes.
func AppendBinary(dst []byte, events iter.Seq[Event]) []byte {
	w := writer{out: dst, types: sortedTypes}
	for e := range events {
		w.event(&e)
	}
	return w.out
}

// A writer writes events; each is told by what differs from the one before.
type writer struct {
	out    []byte
	types  []Type
	id     int64
	millis int64
	last   value.Value
}

func (w *writer) event(e *Event) {
	kind, found := slices.BinarySearch(w.types, e.Type)
	if !found {
		kind = len(w.types)
	}
	w.number(int64(kind))
	if !found {
		w.text(string(e.Type))
	}
	w.number(e.ID - w.id)
	w.number(e.ID - e.PreviousID)
	w.number(e.Time.UnixMilli() - w.millis)
	w.id, w.millis = e.ID, e.Time.UnixMilli()
	mask := e.mask()
	if mask&hasInput != 0 && e.Input == w.last {
		mask ^= hasInput | sameInput
	}
	last := w.last
	if mask&hasInput != 0 {
		last = e.Input
	}
	if mask&hasOutput != 0 && e.Output == last {
		mask ^= hasOutput | sameOutput
	}
	w.number(int64(mask))
	for _, f := range e.texts() {
		if mask&f.bit != 0 {
			w.text(*f.at)
		}
	}
	for _, f := range e.values() {
		if mask&f.bit != 0 {
			w.value(*f.at)
		}
	}
	if mask&hasOutput != 0 {
		last = e.Output
	}
	w.last = last
	for _, f := range e.numbers() {
		if mask&f.bit != 0 {
			w.number(f.get())
		}
	}
	if mask&hasError != 0 {
		w.text(*e.Error)
	}
	if mask&hasCause != 0 {
		w.text(*e.Cause)
	}
}

func (w *writer) number(n int64) { w.out = binary.AppendVarint(w.out, n) }

func (w *writer) text(s string) {
	w.out = binary.AppendUvarint(w.out, uint64(len(s)))
	w.out = append(w.out, s...)
}

func (w *writer) value(v value.Value) {
	w.out = binary.AppendUvarint(w.out, uint64(v.Size()))
	w.out = v.AppendJSON(w.out)
}

// A part is a field of an event and its bit.
type part[T any] struct {
	bit int
	at  *T
}

func (e *Event) texts() [13]part[string] {
	return [...]part[string]{
		{hasName, &e.Name},
		{hasInputText, &e.InputText},
		{hasResourceType, &e.ResourceType},
		{hasResource, &e.Resource},
		{hasRegion, &e.Region},
		{hasCredentials, &e.CredentialsRoleArn},
		{hasState, &e.State},
		{hasLocation, &e.Location},
		{hasRoleArn, &e.RoleArn},
		{hasVersionArn, &e.VersionArn},
		{hasAliasArn, &e.AliasArn},
		{hasMapRunArn, &e.MapRunArn},
		{hasWorkerName, &e.WorkerName},
	}
}

func (e *Event) values() [4]part[value.Value] {
	return [...]part[value.Value]{{hasInput, &e.Input}, {hasOutput, &e.Output}, {hasParameters, &e.Parameters}, {hasAssigned, &e.Assigned}}
}

// A whole is a whole number of an event: an int, or an optional int64.
type whole struct {
	bit      int
	plain    *int
	optional **int64
}

func (e *Event) numbers() [5]whole {
	return [...]whole{
		{bit: hasTimeout, optional: &e.TimeoutInSeconds},
		{bit: hasHeartbeat, optional: &e.HeartbeatInSeconds},
		{bit: hasLength, plain: &e.Length},
		{bit: hasIndex, plain: &e.Index},
		{bit: hasRedriveCount, plain: &e.RedriveCount},
	}
}

func (f whole) get() int64 {
	if f.plain != nil {
		return int64(*f.plain)
	}
	return **f.optional
}

func (f whole) set(n int64) {
	if f.plain != nil {
		*f.plain = int(n)
		return
	}
	*f.optional = &n
}

// mask tells which fields are there.
func (e *Event) mask() (mask int) {
	for _, f := range e.texts() {
		if *f.at != "" {
			mask |= f.bit
		}
	}
	for _, f := range e.values() {
		if f.at.Exists() {
			mask |= f.bit
		}
	}
	for _, f := range e.numbers() {
		if f.plain != nil && *f.plain != 0 || f.optional != nil && *f.optional != nil {
			mask |= f.bit
		}
	}
	if e.Error != nil {
		mask |= hasError
	}
	if e.Cause != nil {
		mask |= hasCause
	}
	return mask
}

// errBinary is the failure of a piece that AppendBinary has not written.
var errBinary = errors.New("history: this is no piece of a history")

// ParseBinary reads a piece of a history that AppendBinary has written.
func ParseBinary(data []byte) (events []Event, err error) {
	r := reader{in: data, types: sortedTypes}
	for len(r.in) > 0 && r.err == nil {
		events = append(events, r.event())
	}
	return events, r.err
}

type reader struct {
	in     []byte
	types  []Type
	id     int64
	millis int64
	last   value.Value
	err    error
}

func (r *reader) event() Event {
	var e Event
	if kind := r.number(); kind >= 0 && kind < int64(len(r.types)) {
		e.Type = r.types[kind]
	} else {
		e.Type = Type(r.text())
	}
	r.id += r.number()
	e.ID = r.id
	e.PreviousID = e.ID - r.number()
	r.millis += r.number()
	e.Time = time.UnixMilli(r.millis).UTC()
	mask := int(r.number())
	for _, f := range e.texts() {
		if mask&f.bit != 0 {
			*f.at = r.text()
		}
	}
	for _, f := range e.values() {
		switch {
		case mask&f.bit != 0:
			if *f.at = r.value(); f.bit == hasInput || f.bit == hasOutput {
				r.last = *f.at
			}
		case f.bit == hasInput && mask&sameInput != 0, f.bit == hasOutput && mask&sameOutput != 0:
			*f.at = r.last
		}
	}
	for _, f := range e.numbers() {
		if mask&f.bit != 0 {
			f.set(r.number())
		}
	}
	if mask&hasError != 0 {
		e.Error = new(r.text())
	}
	if mask&hasCause != 0 {
		e.Cause = new(r.text())
	}
	return e
}

func (r *reader) number() int64 {
	n, size := binary.Varint(r.in)
	if size <= 0 {
		r.in, r.err = nil, errBinary
		return 0
	}
	r.in = r.in[size:]
	return n
}

func (r *reader) bytes() []byte {
	n, size := binary.Uvarint(r.in)
	if size <= 0 || n > uint64(len(r.in)-size) {
		r.in, r.err = nil, errBinary
		return nil
	}
	b := r.in[size : size+int(n)]
	r.in = r.in[size+int(n):]
	return b
}

func (r *reader) text() string { return string(r.bytes()) }

func (r *reader) value() value.Value {
	v, err := value.Parse(r.bytes())
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%w: %w", errBinary, err)
	}
	return v
}
