package dynamodb

import (
	"fmt"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// legacy are the parameters that expressions have replaced.
var legacy = []string{
	"Expected", "AttributeUpdates", "AttributesToGet", "ConditionalOperator", "KeyConditions", "QueryFilter", "ScanFilter",
}

// refuseLegacy is the error for a request that uses one of the legacy parameters.
func refuseLegacy(r *members.Reader) error {
	for _, name := range legacy {
		if r.Has(name) {
			return invalid("the legacy parameter " + name + " is not supported by the local machine; use the expression that replaces it")
		}
	}
	return nil
}

// scope reads the placeholders of a request; expressions are the members that may use them.
func scope(r *members.Reader, expressions ...string) (*expr.Scope, error) {
	names, values := r.Value("ExpressionAttributeNames"), r.Value("ExpressionAttributeValues")
	some := false
	list := ""
	for i, e := range expressions {
		some = some || r.Has(e)
		if i > 0 {
			list += " and "
		}
		list += e
	}
	if !some && names.Exists() {
		return nil, invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	if !some && values.Exists() {
		verb := " is null"
		if len(expressions) > 1 {
			verb = " are null"
		}
		return nil, invalid("ExpressionAttributeValues can only be specified when using expressions: " + list + verb)
	}
	return expr.NewScope(names, values)
}

// A change is one PutItem, UpdateItem or DeleteItem.
type change struct {
	table     *table
	condition *expr.Condition // nil for none
	returns   string          // ReturnValues
	onFailure string          // ReturnValuesOnConditionCheckFailure
	capacity  string
}

// change reads what the three actions share. The update expression, if there is one, is read by the caller between.
func (d *DB) change(r *members.Reader, s *expr.Scope, returns ...string) (c change, err error) {
	if c.table, err = d.found(r.String("TableName")); err != nil {
		return c, err
	}
	if r.Has("ConditionExpression") {
		if c.condition, err = expr.ParseCondition("ConditionExpression", r.String("ConditionExpression"), s); err != nil {
			return c, err
		}
	}
	if c.returns, err = oneOf(r, "ReturnValues", "NONE", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"); err != nil {
		return c, err
	}
	if len(returns) > 0 && c.returns != "NONE" && c.returns != returns[0] {
		return c, invalid("Return values set to invalid value")
	}
	if c.onFailure, err = oneOf(r, "ReturnValuesOnConditionCheckFailure", "NONE", "ALL_OLD", "NONE"); err != nil {
		return c, err
	}
	if c.capacity, err = capacityMode(r); err != nil {
		return c, err
	}
	r.Ignore("ReturnItemCollectionMetrics")
	if err := r.Err(); err != nil {
		return c, err
	}
	return c, s.Unused()
}

// check tells whether the condition holds for the item that is there.
func (c change) check(old *record) error {
	if c.condition == nil {
		return nil
	}
	item := value.Value{}
	if old != nil {
		item = old.item
	}
	if c.condition.Holds(item) {
		return nil
	}
	failed := wire.Errorf("ConditionalCheckFailedException", "The conditional request failed")
	if c.onFailure == "ALL_OLD" && old != nil {
		failed.Fields = value.Object(value.M("Item", old.item))
	}
	return failed
}

// answer gives what all three actions answer.
func (c change) answer(attributes value.Value, size int) value.Value {
	if attributes.Len() == 0 {
		attributes = value.Value{}
	}
	return value.Object(value.M("Attributes", attributes),
		value.M("ConsumedCapacity", consumed(c.capacity, c.table, nil, writeUnits(size))))
}

func (r *record) value() value.Value {
	if r == nil {
		return value.Value{}
	}
	return r.item
}

func (r *record) bytes() int {
	if r == nil {
		return 0
	}
	return r.size
}

func (d *DB) putItem(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	item, err := expr.CheckItem(r.Value("Item"))
	if err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "ConditionExpression")
	if err != nil {
		return value.Value{}, err
	}
	c, err := d.change(r, s, "ALL_OLD")
	if err != nil {
		return value.Value{}, err
	}
	if err := c.table.checkItem(item); err != nil {
		return value.Value{}, err
	}
	c.table.mu.Lock()
	defer c.table.mu.Unlock()
	old := c.table.primary.find(c.table.primary.key(item))
	if err := c.check(old); err != nil {
		return value.Value{}, err
	}
	c.table.put(item, old)
	var attributes value.Value
	if c.returns == "ALL_OLD" {
		attributes = old.value()
	}
	return c.answer(attributes, max(expr.Size(item), old.bytes())), nil
}

// keyOf reads the Key of a request.
func keyOf(r *members.Reader) (value.Value, error) { return expr.CheckItem(r.Value("Key")) }

func (d *DB) deleteItem(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	k, err := keyOf(r)
	if err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "ConditionExpression")
	if err != nil {
		return value.Value{}, err
	}
	c, err := d.change(r, s, "ALL_OLD")
	if err != nil {
		return value.Value{}, err
	}
	if err := c.table.checkKey(k); err != nil {
		return value.Value{}, err
	}
	c.table.mu.Lock()
	defer c.table.mu.Unlock()
	old := c.table.primary.find(c.table.primary.key(k))
	if err := c.check(old); err != nil {
		return value.Value{}, err
	}
	c.table.drop(old)
	var attributes value.Value
	if c.returns == "ALL_OLD" {
		attributes = old.value()
	}
	return c.answer(attributes, old.bytes()), nil
}

func (d *DB) updateItem(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	k, err := keyOf(r)
	if err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "UpdateExpression", "ConditionExpression")
	if err != nil {
		return value.Value{}, err
	}
	u := &expr.Update{}
	if r.Has("UpdateExpression") {
		if u, err = expr.ParseUpdate(r.String("UpdateExpression"), s); err != nil {
			return value.Value{}, err
		}
	}
	c, err := d.change(r, s)
	if err != nil {
		return value.Value{}, err
	}
	if err := c.table.checkKey(k); err != nil {
		return value.Value{}, err
	}
	if err := c.table.keepsKey(u); err != nil {
		return value.Value{}, err
	}
	return c.update(k, u)
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

func (c change) update(k value.Value, u *expr.Update) (value.Value, error) {
	t := c.table
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.primary.find(t.primary.key(k))
	if err := c.check(old); err != nil {
		return value.Value{}, err
	}
	item := k
	if old != nil {
		item = old.item
	}
	now, err := u.Apply(item)
	if err != nil {
		return value.Value{}, err
	}
	if old == nil && u.OnlyRemoves() {
		return c.answer(value.Value{}, 0), nil
	}
	if err := t.checkUpdated(now); err != nil {
		return value.Value{}, err
	}
	t.put(now, old)
	return c.answer(c.returned(u, old.value(), now), max(expr.Size(now), old.bytes())), nil
}

// checkUpdated is checkItem for the outcome of an update.
func (t *table) checkUpdated(item value.Value) error {
	if err := t.checkIndexKeys(item); err != nil {
		return err
	}
	if expr.Size(item) > maxItem {
		return invalid("Item size to update has exceeded the maximum allowed size")
	}
	_, err := expr.CheckItem(item) // updates may nest too deeply
	return err
}

// returned is what ReturnValues asks for.
func (c change) returned(u *expr.Update, old, now value.Value) value.Value {
	switch c.returns {
	case "ALL_OLD":
		return old
	case "ALL_NEW":
		return now
	case "UPDATED_OLD":
		return expr.Project(u.Paths()...).Of(old)
	case "UPDATED_NEW":
		return expr.Project(u.Paths()...).Of(now)
	}
	return value.Value{}
}

func (d *DB) getItem(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	k, err := keyOf(r)
	if err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "ProjectionExpression")
	if err != nil {
		return value.Value{}, err
	}
	projection, err := projection(r, s)
	if err != nil {
		return value.Value{}, err
	}
	t, err := d.found(r.String("TableName"))
	if err != nil {
		return value.Value{}, err
	}
	consistent := r.Bool("ConsistentRead")
	mode, err := capacityMode(r)
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := s.Unused(); err != nil {
		return value.Value{}, err
	}
	if err := t.checkKey(k); err != nil {
		return value.Value{}, err
	}
	found := t.get(k)
	item := found.value()
	if found != nil && projection != nil {
		item = projection.Of(item)
	}
	return value.Object(value.M("Item", item),
		value.M("ConsumedCapacity", consumed(mode, t, nil, readUnits(found.bytes(), consistent)))), nil
}

func (t *table) get(k value.Value) *record {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.primary.find(t.primary.key(k))
}

// projection reads the ProjectionExpression; nil when there is none.
func projection(r *members.Reader, s *expr.Scope) (*expr.Projection, error) {
	if !r.Has("ProjectionExpression") {
		return nil, nil
	}
	return expr.ParseProjection(r.String("ProjectionExpression"), s)
}

func capacityMode(r *members.Reader) (string, error) {
	return oneOf(r, "ReturnConsumedCapacity", "NONE", "INDEXES", "TOTAL", "NONE")
}

// consumed is the ConsumedCapacity of an answer; absent if nobody asked for it. x is the index that was read, or nil.
func consumed(mode string, t *table, x *index, units float64) value.Value {
	if mode == "NONE" {
		return value.Value{}
	}
	all := value.Object(value.M("TableName", value.String(t.name)), value.M("CapacityUnits", value.Float(units)))
	if mode != "INDEXES" {
		return all
	}
	of := func(u float64) value.Value { return value.Object(value.M("CapacityUnits", value.Float(u))) }
	if x == nil || x.name == "" {
		return all.With("Table", of(units))
	}
	member := "GlobalSecondaryIndexes"
	if x.local {
		member = "LocalSecondaryIndexes"
	}
	return all.With("Table", of(0)).With(member, value.Object(value.M(x.name, of(units))))
}

func readUnits(size int, consistent bool) float64 {
	units := float64(max(1, (size+4095)/4096))
	if !consistent {
		units /= 2
	}
	return units
}

func writeUnits(size int) float64 { return float64(max(1, (size+1023)/1024)) }

func checkLimit(limit, most int) error {
	if limit < 1 {
		return invalid(fmt.Sprintf("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", limit))
	}
	if limit > most {
		return invalid(fmt.Sprintf("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value less than or equal to %d", limit, most))
	}
	return nil
}
