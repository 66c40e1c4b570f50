package dynamodb

import (
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// maxPage is how many bytes of items one answer of Query or Scan looks at.
const maxPage = 1 << 20

// A reading is one Query or Scan: what they share.
type reading struct {
	table      *table
	index      *index
	filter     *expr.Condition
	projection *expr.Projection
	selection  string
	limit      int
	start      value.Value // ExclusiveStartKey
	consistent bool
	capacity   string
}

// reading reads what the two actions share; the caller has read its own members before.
func (d *DB) reading(r *members.Reader, s *expr.Scope, tests []expr.KeyTest) (q reading, err error) {
	if q.table, err = d.found(r.String("TableName")); err != nil {
		return q, err
	}
	if q.index, err = q.table.index(r.String("IndexName")); err != nil {
		return q, err
	}
	if r.Has("FilterExpression") {
		if q.filter, err = expr.ParseCondition("FilterExpression", r.String("FilterExpression"), s); err != nil {
			return q, err
		}
	}
	if q.projection, err = projection(r, s); err != nil {
		return q, err
	}
	q.limit, q.consistent = r.Int("Limit", math.MaxInt32), r.Bool("ConsistentRead")
	if err := checkLimit(q.limit, math.MaxInt32); err != nil {
		return q, err
	}
	if q.capacity, err = capacityMode(r); err != nil {
		return q, err
	}
	if err := q.readSelection(r); err != nil {
		return q, err
	}
	if q.start, err = q.readStart(r); err != nil {
		return q, err
	}
	if err := r.Err(); err != nil {
		return q, err
	}
	if err := s.Unused(); err != nil {
		return q, err
	}
	if q.consistent && q.index.name != "" && !q.index.local {
		return q, invalid("Consistent reads are not supported on global secondary indexes")
	}
	return q, q.checkFilter(tests)
}

func (q *reading) readSelection(r *members.Reader) error {
	var err error
	q.selection, err = oneOf(r, "Select", "", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
	if err != nil {
		return err
	}
	x := q.index
	switch {
	case q.selection == "SPECIFIC_ATTRIBUTES" && q.projection == nil:
		return invalid(wrong + "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case q.selection != "" && q.selection != "SPECIFIC_ATTRIBUTES" && q.projection != nil:
		return invalid("Cannot specify the ProjectionExpression when choosing to get " + q.selection)
	case q.selection == "ALL_PROJECTED_ATTRIBUTES" && x.name == "":
		return invalid(wrong + "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	case q.selection == "ALL_ATTRIBUTES" && x.project != nil && !x.local:
		return invalid(wrong + "Select type ALL_ATTRIBUTES is not supported for global secondary index " + x.name + " because its projection type is not ALL")
	}
	if q.projection == nil || x.project == nil || x.local {
		return nil
	}
	for _, n := range q.projection.Tops() {
		if !x.projected[n] {
			return invalid(wrong + "Global secondary index " + x.name + " does not project " + quoted([]string{n}))
		}
	}
	return nil
}

func (q *reading) readStart(r *members.Reader) (value.Value, error) {
	if !r.Has("ExclusiveStartKey") {
		return value.Value{}, nil
	}
	start, err := expr.CheckItem(r.Value("ExclusiveStartKey"))
	if err != nil {
		return start, err
	}
	names := slices.Compact(slices.Sorted(slices.Values(slices.Concat(q.table.primary.names(), q.index.names()))))
	ok := start.Len() == len(names)
	for _, n := range names {
		t := q.index.types[n]
		if t == "" {
			t = q.table.primary.types[n]
		}
		ok = ok && expr.Type(start.Get(n)) == t
	}
	if !ok {
		return start, invalid("The provided starting key is invalid: The provided key element does not match the schema")
	}
	return start, nil
}

// checkFilter refuses a filter over the keys that a Query names.
func (q *reading) checkFilter(tests []expr.KeyTest) error {
	if q.filter == nil || tests == nil {
		return nil
	}
	for _, n := range q.filter.Tops() {
		if slices.Contains(q.index.names(), n) {
			return invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: " + n)
		}
	}
	return nil
}

// A page collects what a Query or Scan answers.
type page struct {
	reading
	items         []value.Value
	count, looked int
	size          int
	fetched       float64 // units for items that a local index had to fetch from the table
	last          value.Value
}

// take looks at one entry; false says that the page is full.
func (p *page) take(e entry) bool {
	p.looked++
	item := e.item
	if !p.index.local {
		item = p.index.shown(e.item)
	}
	p.size += e.size
	if p.fetches() {
		p.fetched += readUnits(e.record.size, p.consistent)
	}
	if p.filter == nil || p.filter.Holds(item) {
		p.count++
		if p.selection != "COUNT" {
			p.items = append(p.items, p.shown(item))
		}
	}
	if p.looked < p.limit && p.size <= maxPage {
		return true
	}
	p.last = p.table.keyOf(e.item, p.index)
	return false
}

// fetches tells whether the page needs attributes that its local index does not have.
func (p *page) fetches() bool {
	if !p.index.local || p.index.project == nil {
		return false
	}
	if p.projection == nil {
		return p.selection == "ALL_ATTRIBUTES"
	}
	for _, n := range p.projection.Tops() {
		if !p.index.projected[n] {
			return true
		}
	}
	return false
}

// shown is what the answer has of an item. A local index reaches the whole item if it is asked to.
func (p *page) shown(item value.Value) value.Value {
	switch {
	case p.projection != nil:
		return p.projection.Of(item)
	case p.index.local && p.selection != "ALL_ATTRIBUTES":
		return p.index.shown(item)
	}
	return item
}

func (p *page) answer() value.Value {
	var items value.Value
	if p.selection != "COUNT" {
		items = value.Array(p.items...)
	}
	used := usage{table: p.fetched}
	used.of(p.index, readUnits(p.size, p.consistent))
	return value.Object(value.M("Items", items), value.M("Count", value.Int(p.count)), value.M("ScannedCount", value.Int(p.looked)),
		value.M("LastEvaluatedKey", p.last), value.M("ConsumedCapacity", consumed(p.capacity, p.table, used, "")))
}

func (d *DB) query(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "FilterExpression", "KeyConditionExpression")
	if err != nil {
		return value.Value{}, err
	}
	if !r.Has("KeyConditionExpression") {
		return value.Value{}, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	tests, err := expr.ParseKeyCondition(r.String("KeyConditionExpression"), s)
	if err != nil {
		return value.Value{}, err
	}
	forward := !r.Has("ScanIndexForward") || r.Bool("ScanIndexForward")
	q, err := d.reading(r, s, tests)
	if err != nil {
		return value.Value{}, err
	}
	hash, in, err := q.index.span(tests)
	if err != nil {
		return value.Value{}, err
	}
	if q.start.Exists() && expr.Key(q.start.Get(q.index.hash)) != hash {
		return value.Value{}, invalid("The provided starting key is outside query boundaries based on provided conditions")
	}
	p := page{reading: q}
	q.table.rlock()
	defer q.table.mu.RUnlock()
	for e := range q.entries(hash, in, forward) {
		if !p.take(e) {
			break
		}
	}
	return p.answer(), nil
}

// entries are the entries of a partition within a span, after the starting key, in the order of the query. They are
// found without looking at those before.
func (q *reading) entries(hash string, in span, forward bool) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		part := q.index.parts[hash]
		if part == nil {
			return
		}
		place := func(entry) int { return 0 } // on which side of the starting key an entry is
		if q.start.Exists() {
			at := entry{sort: q.index.key(q.start).sort, record: &record{key: q.table.primary.key(q.start)}}
			place = func(e entry) int { return e.Compare(at) }
		}
		walk := part.entries.From(func(e entry) bool { return in.above(e.sort) && (!q.start.Exists() || place(e) > 0) })
		inside := in.below
		if !forward {
			walk = part.entries.DownFrom(func(e entry) bool { return in.below(e.sort) && (!q.start.Exists() || place(e) < 0) })
			inside = in.above
		}
		for e := range walk {
			if !inside(e.sort) || !yield(e) {
				return
			}
		}
	}
}

// A span is a range of sort keys: those that are above its lower and below its upper bound.
type span struct{ above, below func(string) bool }

func always(string) bool { return true }

// span finds the hash key's value and the span of sort keys that the tests of a key condition leave.
func (x *index) span(tests []expr.KeyTest) (hash string, in span, err error) {
	in = span{always, always}
	var onHash, onSort *expr.KeyTest
	for i := range tests {
		switch tests[i].Name {
		case x.hash:
			onHash = &tests[i]
		case x.sort:
			onSort = &tests[i]
		}
	}
	switch {
	case len(tests) > 2:
		return "", in, invalid("Conditions can be of length 1 or 2 only")
	case onHash == nil:
		return "", in, invalid("Query condition missed key schema element: " + x.hash)
	case onHash.Op != "=":
		return "", in, invalid("Query key condition not supported")
	case len(tests) == 2 && onSort == nil && x.sort == "":
		return "", in, invalid("Query key condition not supported")
	case len(tests) == 2 && onSort == nil:
		return "", in, invalid("Query condition missed key schema element: " + x.sort)
	}
	for _, t := range tests {
		for _, v := range t.Values {
			if expr.Type(v) != x.types[t.Name] {
				return "", in, invalid(wrong + "Condition parameter type does not match schema type")
			}
			if expr.Key(v) == "" {
				return "", in, invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
					longType(x.types[t.Name]) + " value. Key: " + t.Name)
			}
		}
	}
	hash = expr.Key(onHash.Values[0])
	if onSort != nil {
		in = spanOf(onSort)
	}
	return hash, in, nil
}

func spanOf(t *expr.KeyTest) span {
	a := expr.Key(t.Values[0])
	from := func(k string) bool { return k >= a }
	after := func(k string) bool { return k > a }
	to := func(k string) bool { return k <= a }
	before := func(k string) bool { return k < a }
	switch t.Op {
	case "<":
		return span{always, before}
	case "<=":
		return span{always, to}
	case ">":
		return span{after, always}
	case ">=":
		return span{from, always}
	case "BETWEEN":
		b := expr.Key(t.Values[1])
		return span{from, func(k string) bool { return k <= b }}
	case "begins_with":
		return span{from, func(k string) bool { return k < a || strings.HasPrefix(k, a) }}
	}
	return span{from, to}
}

func (d *DB) scan(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "FilterExpression", "ProjectionExpression")
	if err != nil {
		return value.Value{}, err
	}
	segments, segment := r.Int("TotalSegments", 1), r.Int("Segment", 0)
	switch {
	case r.Has("TotalSegments") != r.Has("Segment"):
		return value.Value{}, invalid("The TotalSegments and Segment parameters must both be present or both be absent")
	case segments < 1 || segments > 1000000:
		return value.Value{}, invalid("TotalSegments must be between 1 and 1000000")
	case segment < 0 || segment >= segments:
		return value.Value{}, invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments")
	}
	q, err := d.reading(r, s, nil)
	if err != nil {
		return value.Value{}, err
	}
	p := page{reading: q}
	q.table.rlock()
	defer q.table.mu.RUnlock()
	p.scan(segments, segment)
	return p.answer(), nil
}

// scan takes all entries after the starting key, of the partitions that belong to the segment.
func (p *page) scan(segments, which int) {
	begin := &partition{}
	var after *entry
	if p.start.Exists() {
		k := p.index.key(p.start)
		begin = &partition{hash: k.hash, number: number(k.hash)}
		after = &entry{sort: k.sort, record: &record{key: p.table.primary.key(p.start)}}
	}
	from := func(part *partition) bool { return segment(part.number, segments) >= which && part.Compare(begin) >= 0 }
	for part := range p.index.order.From(from) {
		if segment(part.number, segments) != which {
			return
		}
		resumed := after != nil && part.Compare(begin) == 0
		for e := range part.entries.From(func(e entry) bool { return !resumed || e.Compare(*after) > 0 }) {
			if !p.take(e) {
				return
			}
		}
	}
}
