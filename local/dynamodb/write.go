package dynamodb

import (
	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A deed is what a write does with its item.
type deed int

const (
	puts deed = iota
	updates
	deletes
	checks // a condition that a transaction checks, and nothing else
)

// A write is what a request does to one item.
type write struct {
	table     *table
	deed      deed
	item      value.Value // what is put; for all others the key
	update    *expr.Update
	condition *expr.Condition // nil for none
	onFailure string          // ReturnValuesOnConditionCheckFailure
}

// conditions reads the members that all writes with conditions share.
func (w *write) conditions(r *members.Reader, s *expr.Scope) (err error) {
	if r.Has("ConditionExpression") {
		if w.condition, err = expr.ParseCondition("ConditionExpression", r.String("ConditionExpression"), s); err != nil {
			return err
		}
	}
	w.onFailure, err = oneOf(r, "ReturnValuesOnConditionCheckFailure", "NONE", "ALL_OLD", "NONE")
	return err
}

// check is what can be checked before the table is locked.
func (w *write) check() error {
	if w.deed == puts {
		return w.table.checkItem(w.item)
	}
	if err := w.table.checkKey(w.item); err != nil || w.deed != updates {
		return err
	}
	return w.table.keepsKey(w.update)
}

// key is the key of the item.
func (w *write) key() key { return w.table.primary.key(w.item) }

// prepare gives what is there and what will be; either may be nil. The table is locked; nothing is changed.
func (w *write) prepare() (old, now *record, err error) {
	old = w.table.primary.find(w.key())
	if err := w.holds(old); err != nil {
		return old, nil, err
	}
	switch w.deed {
	case puts:
		return old, w.table.record(w.item), nil
	case updates:
		now, err = w.updated(old)
		return old, now, err
	case checks:
		return old, old, nil
	case deletes:
	}
	return old, nil, nil
}

// holds checks the condition for the item that is there.
func (w *write) holds(old *record) error {
	if w.condition == nil || w.condition.Holds(old.value()) {
		return nil
	}
	failed := wire.Errorf("ConditionalCheckFailedException", "The conditional request failed")
	if w.onFailure == "ALL_OLD" && old != nil {
		failed.Fields = value.Object(value.M("Item", old.item))
	}
	return failed
}

// updated is the item as the update leaves it; nil if it leaves none.
func (w *write) updated(old *record) (*record, error) {
	item := w.item
	if old != nil {
		item = old.item
	}
	now, err := w.update.Apply(item)
	if err != nil {
		return nil, err
	}
	if old == nil && w.update.OnlyRemoves() {
		return nil, nil
	}
	r := w.table.record(now)
	return r, w.table.checkUpdated(r)
}

// store makes true what prepare gave.
func (w *write) store(old, now *record) {
	if w.deed != checks {
		w.table.change(old, now, user)
	}
}

// checkUpdated is checkItem for the outcome of an update.
func (t *table) checkUpdated(r *record) error {
	if err := t.checkIndexKeys(r.item); err != nil {
		return err
	}
	if r.size > maxItem {
		return invalid("Item size to update has exceeded the maximum allowed size")
	}
	_, err := expr.CheckItem(r.item) // updates may nest too deeply
	return err
}

// keepsKey refuses an update of the primary key.
func (t *table) keepsKey(u *expr.Update) error {
	for _, p := range u.Paths() {
		for _, n := range t.primary.names() {
			if p.Top() == n {
				return invalid("One or more parameter values were invalid: Cannot update attribute " + n + ". This attribute is part of the key")
			}
		}
	}
	return nil
}
