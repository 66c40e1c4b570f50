package dynamodb

import (
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
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
	var takeValues []string
	for _, e := range expressions {
		some = some || r.Has(e)
		if e != "ProjectionExpression" {
			takeValues = append(takeValues, e)
		}
	}
	if !some && names.Exists() {
		return nil, invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	if !some && values.Exists() {
		verb := " is null"
		if len(takeValues) > 1 {
			verb = " are null"
		}
		return nil, invalid("ExpressionAttributeValues can only be specified when using expressions: " + strings.Join(takeValues, " and ") + verb)
	}
	return expr.NewScope(names, values)
}

// A change is one PutItem, UpdateItem or DeleteItem.
type change struct {
	write
	returns    string // ReturnValues
	capacity   string
	collection string
}

// read reads what the three actions share. The item or key and the update expression are read before.
func (c *change) read(d *DB, r *members.Reader, s *expr.Scope, returns ...string) (err error) {
	if c.table, err = d.found(r.String("TableName")); err != nil {
		return err
	}
	if err := c.conditions(r, s); err != nil {
		return err
	}
	if c.returns, err = oneOf(r, "ReturnValues", "NONE", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"); err != nil {
		return err
	}
	if len(returns) > 0 && c.returns != "NONE" && c.returns != returns[0] {
		return invalid("Return values set to invalid value")
	}
	if c.capacity, err = capacityMode(r); err != nil {
		return err
	}
	if c.collection, err = collectionMode(r); err != nil {
		return err
	}
	if err := r.Err(); err != nil {
		return err
	}
	if err := s.Unused(); err != nil {
		return err
	}
	return c.check()
}

// do makes the change and gives what all three actions answer.
func (c *change) do() (value.Value, error) {
	c.table.lock()
	defer c.table.mu.Unlock()
	old, now, err := c.prepare()
	if err != nil {
		return value.Value{}, err
	}
	var used usage
	if c.capacity != "NONE" {
		used = c.table.written(old, now)
	}
	c.store(old, now)
	attributes := c.returned(old.value(), now.value())
	if attributes.Len() == 0 {
		attributes = value.Value{}
	}
	return value.Object(value.M("Attributes", attributes), value.M("ConsumedCapacity", consumed(c.capacity, c.table, used, "")),
		value.M("ItemCollectionMetrics", c.table.collection(c.collection, c.item))), nil
}

// returned is what ReturnValues asks for.
func (c *change) returned(old, now value.Value) value.Value {
	switch c.returns {
	case "ALL_OLD":
		return old
	case "ALL_NEW":
		return now
	case "UPDATED_OLD":
		return expr.Project(c.update.Paths()...).Of(old)
	case "UPDATED_NEW":
		return expr.Project(c.update.Paths()...).Of(now)
	}
	return value.Value{}
}

func (d *DB) putItem(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	c := change{write: write{deed: puts}}
	var err error
	if c.item, err = expr.CheckItem(r.Value("Item")); err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "ConditionExpression")
	if err != nil {
		return value.Value{}, err
	}
	if err := c.read(d, r, s, "ALL_OLD"); err != nil {
		return value.Value{}, err
	}
	return c.do()
}

// keyOf reads the Key of a request.
func keyOf(r *members.Reader) (value.Value, error) { return expr.CheckItem(r.Value("Key")) }

func (d *DB) deleteItem(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	c := change{write: write{deed: deletes}}
	var err error
	if c.item, err = keyOf(r); err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "ConditionExpression")
	if err != nil {
		return value.Value{}, err
	}
	if err := c.read(d, r, s, "ALL_OLD"); err != nil {
		return value.Value{}, err
	}
	return c.do()
}

func (d *DB) updateItem(r *members.Reader) (value.Value, error) {
	if err := refuseLegacy(r); err != nil {
		return value.Value{}, err
	}
	c := change{write: write{deed: updates, update: &expr.Update{}}}
	var err error
	if c.item, err = keyOf(r); err != nil {
		return value.Value{}, err
	}
	s, err := scope(r, "UpdateExpression", "ConditionExpression")
	if err != nil {
		return value.Value{}, err
	}
	if r.Has("UpdateExpression") {
		if c.update, err = expr.ParseUpdate(r.String("UpdateExpression"), s); err != nil {
			return value.Value{}, err
		}
	}
	if err := c.read(d, r, s); err != nil {
		return value.Value{}, err
	}
	return c.do()
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
	used := usage{table: readUnits(found.bytes(), consistent)}
	return value.Object(value.M("Item", item), value.M("ConsumedCapacity", consumed(mode, t, used, ""))), nil
}

func (t *table) get(k value.Value) *record {
	t.rlock()
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

func checkLimit(limit, most int) error {
	if limit < 1 {
		return invalid(fmt.Sprintf("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", limit))
	}
	if limit > most {
		return invalid(fmt.Sprintf("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value less than or equal to %d", limit, most))
	}
	return nil
}
