package dynamodb

import (
	"cmp"
	"slices"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// The limits of transactions.
const (
	maxTransaction      = 100
	maxTransactionBytes = 4 << 20
)

const sameItemTwice = "Transaction request cannot include multiple operations on one item"

// transactItems gives the parts of a transaction.
func transactItems(r *members.Reader) ([]value.Value, error) {
	list := r.Array("TransactItems")
	switch {
	case !r.Has("TransactItems"):
		return nil, nullAt("transactItems")
	case len(list) == 0:
		return nil, invalid("1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case len(list) > maxTransaction:
		return nil, invalid("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100")
	}
	return list, nil
}

func (d *DB) transactWriteItems(r *members.Reader) (value.Value, error) {
	mode, err := capacityMode(r)
	if err != nil {
		return value.Value{}, err
	}
	collection, err := collectionMode(r)
	if err != nil {
		return value.Value{}, err
	}
	token := r.String("ClientRequestToken")
	list, err := transactItems(r)
	if err := firstOf(r.Err(), err); err != nil {
		return value.Value{}, err
	}
	if r.Has("ClientRequestToken") && (token == "" || len(token) > 36) {
		return value.Value{}, invalid("1 validation error detected: Value '" + token +
			"' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and 36")
	}
	a := act{writes: make([]write, len(list)), failures: make([]error, len(list)), mode: mode, collection: collection}
	seen := batch{}
	for i, v := range list {
		if err := d.readPart(&a.writes[i], v); err != nil {
			return value.Value{}, err
		}
		if a.failures[i] = a.writes[i].check(); a.failures[i] == nil && !seen.first(a.writes[i].table, a.writes[i].key()) {
			return value.Value{}, invalid(sameItemTwice)
		}
	}
	again, done, err := d.tokens.begin(token, r.Value("TransactItems"), d.clock.Now())
	if err != nil {
		return value.Value{}, err
	}
	out, err := a.do(again)
	done(err == nil)
	return out, err
}

// kinds are the members of a part of TransactWriteItems.
var kinds = []struct {
	name, item string
	deed       deed
}{{"ConditionCheck", "Key", checks}, {"Put", "Item", puts}, {"Delete", "Key", deletes}, {"Update", "Key", updates}}

// readPart reads one part of a TransactWriteItems.
func (d *DB) readPart(w *write, v value.Value) error {
	r := members.Read("TransactItems of TransactWriteItems", v)
	found := 0
	var in *members.Reader
	var item string
	for _, k := range kinds {
		if r.Has(k.name) {
			found++
			in, item, w.deed = members.Read(k.name+" of TransactWriteItems", r.Object(k.name)), k.item, k.deed
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if found != 1 {
		return invalid("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	if err := w.readPart(in, item); err != nil {
		return firstOf(in.Wrong(), err)
	}
	var err error
	w.table, err = d.found(in.String("TableName"))
	return firstOf(in.Err(), err)
}

func (w *write) readPart(r *members.Reader, item string) (err error) {
	if w.item, err = expr.CheckItem(r.Value(item)); err != nil {
		return err
	}
	expressions := []string{"ConditionExpression"}
	if w.deed == updates {
		expressions = []string{"UpdateExpression", "ConditionExpression"}
	}
	s, err := scope(r, expressions...)
	if err != nil {
		return err
	}
	switch {
	case w.deed == checks && !r.Has("ConditionExpression"):
		return nullAt("transactItems.member.conditionCheck.conditionExpression")
	case w.deed == updates && !r.Has("UpdateExpression"):
		return nullAt("transactItems.member.update.updateExpression")
	case w.deed == updates:
		if w.update, err = expr.ParseUpdate(r.String("UpdateExpression"), s); err != nil {
			return err
		}
	}
	if err := w.conditions(r, s); err != nil {
		return err
	}
	r.Ignore("TableName")
	return firstOf(r.Err(), s.Unused())
}

// An act is a TransactWriteItems: all of its writes or none.
type act struct {
	writes           []write
	failures         []error // what is wrong with each write; nil for nothing
	mode, collection string
}

// A pair is what is there of an item and what will be.
type pair struct{ old, now *record }

// do does all writes, or gives the reasons why none was done. When the transaction was done before, under the same
// token, nothing is done again.
func (a *act) do(again bool) (value.Value, error) {
	defer lockAll(tablesOf(a.writes), (*table).lock, func(t *table) { t.mu.Unlock() })()
	pairs := make([]pair, len(a.writes))
	if again {
		for i, w := range a.writes {
			old := w.table.primary.find(w.key())
			pairs[i] = pair{old, old}
		}
		return a.answer(pairs, "ReadCapacityUnits"), nil
	}
	size := 0
	for i := range a.writes {
		w := &a.writes[i]
		if a.failures[i] != nil {
			continue
		}
		pairs[i].old, pairs[i].now, a.failures[i] = w.prepare()
		size += pairs[i].now.bytes()
	}
	if err := cancelled(a.failures); err != nil {
		return value.Value{}, err
	}
	if size > maxTransactionBytes {
		return value.Value{}, invalid("Transaction request size has exceeded the maximum allowed size of 4 MB")
	}
	for i := range a.writes {
		if w := &a.writes[i]; w.deed != checks {
			w.table.change(pairs[i].old, pairs[i].now, user)
		}
	}
	return a.answer(pairs, "WriteCapacityUnits"), nil
}

// answer tells the capacity: twice what the writes would use alone, and that of reading when nothing was done again.
func (a *act) answer(pairs []pair, kind string) value.Value {
	var out, metrics value.Builder
	var capacity []value.Value
	for _, t := range tablesOf(a.writes) {
		var used usage
		var collections []value.Value
		for i := range a.writes {
			w := &a.writes[i]
			if w.table != t {
				continue
			}
			if kind == "ReadCapacityUnits" {
				used.table += 2 * readUnits(pairs[i].old.bytes(), true)
			} else if a.mode != "NONE" {
				u := t.written(pairs[i].old, pairs[i].now)
				used.add(u)
				used.add(u)
			}
			if c := t.collection(a.collection, w.item); c.Exists() && w.deed != checks {
				collections = append(collections, c)
			}
		}
		if c := consumed(a.mode, t, used, kind); c.Exists() {
			capacity = append(capacity, c)
		}
		if collections != nil {
			metrics.Set(t.name, value.Array(collections...))
		}
	}
	out.Set("ConsumedCapacity", listed(capacity))
	if metrics.Len() > 0 {
		out.Set("ItemCollectionMetrics", metrics.Object())
	}
	return out.Object()
}

// cancelled is the error for a transaction of which some part failed; nil if none did.
func cancelled(failures []error) error {
	codes := make([]string, len(failures))
	reasons := make([]value.Value, len(failures))
	failed := false
	for i, err := range failures {
		codes[i] = "None"
		if err != nil {
			failed = true
			codes[i], reasons[i] = reason(err)
			continue
		}
		reasons[i] = value.Object(value.M("Code", value.String("None")))
	}
	if !failed {
		return nil
	}
	message := "Transaction cancelled, please refer cancellation reasons for specific reasons " + quoted(codes)
	e := wire.Errorf("TransactionCanceledException", "%s", message)
	e.Fields = value.Object(value.M("Message", value.String(message)), value.M("CancellationReasons", value.Array(reasons...)))
	return e
}

// reason gives the cancellation reason for an error.
func reason(err error) (code string, v value.Value) {
	e := wire.AsError(asWire(err), "InternalServerError")
	switch code = e.Code; code {
	case "ConditionalCheckFailedException":
		code = "ConditionalCheckFailed"
	case "ValidationException":
		code = "ValidationError"
	}
	return code, value.Object(value.M("Code", value.String(code)), value.M("Message", value.String(e.Message)), value.M("Item", e.Fields.Get("Item")))
}

// tablesOf are the tables of some writes, each once, in the order of their names.
func tablesOf(writes []write) []*table {
	all := make([]*table, len(writes))
	for i, w := range writes {
		all[i] = w.table
	}
	return distinct(all)
}

func distinct(all []*table) []*table {
	slices.SortFunc(all, func(a, b *table) int { return cmp.Compare(a.name, b.name) })
	return slices.Compact(all)
}

// lockAll locks tables, in the order of their names so that no two transactions wait for each other, and gives what
// unlocks them.
func lockAll(tables []*table, lock, unlock func(*table)) func() {
	for _, t := range tables {
		lock(t)
	}
	return func() {
		for _, t := range tables {
			unlock(t)
		}
	}
}

// A fetch is one part of a TransactGetItems.
type fetch struct {
	table      *table
	key        value.Value
	projection *expr.Projection
}

func (d *DB) transactGetItems(r *members.Reader) (value.Value, error) {
	mode, err := capacityMode(r)
	if err != nil {
		return value.Value{}, err
	}
	list, err := transactItems(r)
	if err := firstOf(r.Err(), err); err != nil {
		return value.Value{}, err
	}
	fetches, failures := make([]fetch, len(list)), make([]error, len(list))
	tables := make([]*table, len(list))
	seen := batch{}
	for i, v := range list {
		f := &fetches[i]
		if err := d.readFetch(f, v); err != nil {
			return value.Value{}, err
		}
		tables[i] = f.table
		if failures[i] = f.table.checkKey(f.key); failures[i] == nil && !seen.first(f.table, f.table.primary.key(f.key)) {
			return value.Value{}, invalid(sameItemTwice)
		}
	}
	if err := cancelled(failures); err != nil {
		return value.Value{}, err
	}
	return answerFetches(fetches, distinct(tables), mode)
}

func (d *DB) readFetch(f *fetch, v value.Value) error {
	outer := members.Read("TransactItems of TransactGetItems", v)
	if err := firstOf(outer.Wrong()); err != nil {
		return err
	}
	if !outer.Has("Get") {
		return firstOf(outer.Err(), nullAt("transactItems.member.get"))
	}
	r := members.Read("Get of TransactGetItems", outer.Object("Get"))
	var err error
	if f.key, err = keyOf(r); err != nil {
		return firstOf(outer.Err(), err)
	}
	s, err := scope(r, "ProjectionExpression")
	if err != nil {
		return err
	}
	if f.projection, err = projection(r, s); err != nil {
		return err
	}
	f.table, err = d.found(r.String("TableName"))
	return firstOf(outer.Err(), r.Err(), s.Unused(), err)
}

func answerFetches(fetches []fetch, tables []*table, mode string) (value.Value, error) {
	defer lockAll(tables, (*table).rlock, func(t *table) { t.mu.RUnlock() })()
	responses := make([]value.Value, len(fetches))
	used := make(map[*table]float64, len(tables))
	size := 0
	for i, f := range fetches {
		found := f.table.primary.find(f.table.primary.key(f.key))
		used[f.table] += 2 * readUnits(found.bytes(), true)
		size += found.bytes()
		item := found.value()
		if found != nil && f.projection != nil {
			item = f.projection.Of(item)
		}
		responses[i] = value.Object(value.M("Item", item))
	}
	if size > maxTransactionBytes {
		return value.Value{}, invalid("Transaction response size has exceeded the maximum allowed size of 4 MB")
	}
	var capacity []value.Value
	for _, t := range tables {
		if c := consumed(mode, t, usage{table: used[t]}, "ReadCapacityUnits"); c.Exists() {
			capacity = append(capacity, c)
		}
	}
	return value.Object(value.M("Responses", value.Array(responses...)), value.M("ConsumedCapacity", listed(capacity))), nil
}
