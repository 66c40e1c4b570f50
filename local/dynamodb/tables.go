package dynamodb

import (
	"errors"
	"maps"
	"slices"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

func (d *DB) createTable(r *members.Reader) (value.Value, error) {
	t, err := d.define(r)
	if err != nil {
		return value.Value{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tables[t.name] != nil {
		return value.Value{}, wire.Errorf("ResourceInUseException", "Table already exists: %s", t.name)
	}
	d.tables[t.name] = t
	t.rlock()
	defer t.mu.RUnlock()
	return value.Object(value.M("TableDescription", t.describe("CREATING"))), nil
}

func (d *DB) describeTable(r *members.Reader) (value.Value, error) {
	name := r.String("TableName")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	t, err := d.named(name)
	if err != nil {
		return value.Value{}, err
	}
	t.rlock()
	defer t.mu.RUnlock()
	return value.Object(value.M("Table", t.describe("ACTIVE"))), nil
}

// named is found, with the message that the actions on tables have.
func (d *DB) named(name string) (*table, error) {
	t, err := d.found(name)
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Code == "ResourceNotFoundException" {
		return nil, wire.Errorf(e.Code, "Requested resource not found: Table: %s not found", name)
	}
	return t, err
}

func (d *DB) deleteTable(r *members.Reader) (value.Value, error) {
	name := r.String("TableName")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	t, err := d.named(name)
	if err != nil {
		return value.Value{}, err
	}
	t.lock()
	defer t.mu.Unlock()
	if t.protected {
		return value.Value{}, invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	d.drop(t)
	return value.Object(value.M("TableDescription", t.describe("DELETING"))), nil
}

// drop forgets a table; it is locked.
func (d *DB) drop(t *table) {
	t.closeStream()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tables[t.name] == t {
		delete(d.tables, t.name)
	}
}

const maxTables = 100

func (d *DB) listTables(r *members.Reader) (value.Value, error) {
	after, limit := r.String("ExclusiveStartTableName"), r.Int("Limit", maxTables)
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if err := checkLimit(limit, maxTables); err != nil {
		return value.Value{}, err
	}
	d.mu.RLock()
	names := slices.Sorted(maps.Keys(d.tables))
	d.mu.RUnlock()
	i, there := slices.BinarySearch(names, after)
	if there {
		i++
	}
	names = names[i:]
	var last value.Value
	if len(names) > limit {
		names = names[:limit]
		last = value.String(names[limit-1])
	}
	all := make([]value.Value, len(names))
	for i, n := range names {
		all[i] = value.String(n)
	}
	return value.Object(value.M("TableNames", value.Array(all...)), value.M("LastEvaluatedTableName", last)), nil
}
