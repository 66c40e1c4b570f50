package dynamodb

import (
	"maps"
	"slices"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// An alteration is one UpdateTable: what it changes, read before anything is changed.
type alteration struct {
	def       *definition
	mode      string // BillingMode; empty for no change
	units     value.Value
	protect   *bool
	streaming bool // whether the stream is turned on or off
	view      string
	indexes   []*index // as they will be
	about     []value.Value
	making    *index // the one that is made; nil for none
}

func (d *DB) updateTable(r *members.Reader) (value.Value, error) {
	r.Ignore("SSESpecification", "TableClass", "WarmThroughput", "OnDemandThroughput")
	t, err := d.named(r.String("TableName"))
	if err != nil {
		return value.Value{}, err
	}
	t.lock()
	defer t.mu.Unlock()
	a, err := t.alteration(r)
	if err := firstOf(r.Err(), err); err != nil {
		return value.Value{}, err
	}
	d.alter(t, a)
	out := t.describe("ACTIVE").With("TableStatus", value.String("UPDATING"))
	if a.making != nil {
		all := slices.Clone(out.Get("GlobalSecondaryIndexes").Elements())
		all[len(all)-1] = all[len(all)-1].With("IndexStatus", value.String("CREATING")).With("Backfilling", value.Bool(false))
		out = out.With("GlobalSecondaryIndexes", value.Array(all...))
	}
	return value.Object(value.M("TableDescription", out)), nil
}

// alteration reads the members of UpdateTable.
func (t *table) alteration(r *members.Reader) (a *alteration, err error) {
	a = &alteration{indexes: slices.Clone(t.indexes()), about: slices.Clone(t.description.Get("GlobalSecondaryIndexes").Elements())}
	a.def = &definition{types: maps.Clone(t.types), used: map[string]bool{}, arn: t.arn}
	if a.mode, err = oneOf(r, "BillingMode", "", "PROVISIONED", "PAY_PER_REQUEST"); err != nil {
		return nil, err
	}
	if err := a.throughput(r, t); err != nil {
		return nil, err
	}
	if r.Has("DeletionProtectionEnabled") {
		a.protect = new(r.Bool("DeletionProtectionEnabled"))
	}
	if err := a.stream(r, t); err != nil {
		return nil, err
	}
	more := &definition{}
	if err := more.attributes(r.Array("AttributeDefinitions")); err != nil {
		return nil, err
	}
	maps.Copy(a.def.types, more.types)
	updates := r.Array("GlobalSecondaryIndexUpdates")
	if len(updates) == 0 && a.mode == "" && !a.units.Exists() && a.protect == nil && !a.streaming {
		return nil, invalid("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required")
	}
	onlines := 0
	for _, u := range updates {
		n, err := a.index(u, t)
		if err != nil {
			return nil, err
		}
		if onlines += n; onlines > 1 {
			return nil, wire.Errorf("LimitExceededException", "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
		}
	}
	return a, nil
}

func (a *alteration) throughput(r *members.Reader, t *table) error {
	now := t.description.Path("BillingModeSummary", "BillingMode").Str()
	if now == "" {
		now = "PROVISIONED"
	}
	after := a.mode
	if after == "" {
		after = now
	}
	a.units = r.Object("ProvisionedThroughput")
	switch {
	case a.units.Exists() && after == "PAY_PER_REQUEST":
		return invalid(wrong + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case !a.units.Exists() && after == "PROVISIONED" && now != after:
		return invalid(wrong + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	case a.units.Exists():
		if err := checkUnits("provisionedThroughput", a.units); err != nil {
			return err
		}
		if now == after && value.Equal(throughput(a.units), t.description.Get("ProvisionedThroughput")) && !r.Has("GlobalSecondaryIndexUpdates") {
			read, write := a.units.Get("ReadCapacityUnits").Literal(), a.units.Get("WriteCapacityUnits").Literal()
			return invalid("The provisioned throughput for the table will not change. The requested value equals the current value. " +
				"Current ReadCapacityUnits provisioned for the table: " + read + ". Requested ReadCapacityUnits: " + read + ". " +
				"Current WriteCapacityUnits provisioned for the table: " + write + ". Requested WriteCapacityUnits: " + write + ". " +
				"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.")
		}
	}
	return nil
}

// stream reads whether the stream is turned on or off.
func (a *alteration) stream(r *members.Reader, t *table) (err error) {
	if !r.Has("StreamSpecification") {
		return nil
	}
	a.streaming = true
	if a.view, err = readStream(r); err != nil {
		return err
	}
	switch {
	case a.view != "" && t.stream != nil:
		return invalid("Table already has an enabled stream: TableName: " + t.name)
	case a.view == "" && t.stream == nil:
		return invalid("Table has no enabled stream to disable: TableName: " + t.name)
	}
	return nil
}

// index reads one of GlobalSecondaryIndexUpdates; n is 1 when it makes or unmakes an index.
func (a *alteration) index(v value.Value, t *table) (n int, err error) {
	r := members.Read("GlobalSecondaryIndexUpdates", v)
	create, update, remove := r.Object("Create"), r.Object("Update"), r.Object("Delete")
	if err := r.Err(); err != nil {
		return 0, err
	}
	if v.Len() != 1 {
		return 0, invalid("One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
	}
	if create.Exists() {
		x, about, err := a.def.secondaryIndex("GlobalSecondaryIndexes", create, t)
		if err != nil {
			return 0, err
		}
		a.indexes, a.about, a.making = append(a.indexes, x), append(a.about, about), x
		if len(a.about) > maxGlobal {
			return 0, tooManyGlobal()
		}
		return 1, nil
	}
	in := members.Read("GlobalSecondaryIndexUpdates", value.Object())
	if update.Exists() {
		in = members.Read("Update of GlobalSecondaryIndexUpdates", update)
		in.Ignore("OnDemandThroughput", "WarmThroughput")
	} else {
		in = members.Read("Delete of GlobalSecondaryIndexUpdates", remove)
	}
	name, units := in.String("IndexName"), value.Value{}
	if update.Exists() {
		units = in.Object("ProvisionedThroughput")
	}
	if err := in.Err(); err != nil {
		return 0, err
	}
	i := slices.IndexFunc(a.about, func(v value.Value) bool { return v.Get("IndexName").Str() == name })
	switch {
	case i < 0:
		return 0, wire.Errorf("ResourceNotFoundException", "Requested resource not found")
	case remove.Exists():
		a.about = slices.Delete(a.about, i, i+1)
		a.indexes = slices.DeleteFunc(a.indexes, func(x *index) bool { return x.name == name })
		return 1, nil
	case units.Exists():
		a.about[i] = a.about[i].With("ProvisionedThroughput", throughput(units))
	}
	return 0, nil
}

// alter makes an alteration true; the table is locked.
func (d *DB) alter(t *table, a *alteration) {
	about := t.description
	switch {
	case a.mode == "PAY_PER_REQUEST":
		about = about.With("BillingModeSummary", onDemand(d.clock.Now())).With("ProvisionedThroughput", throughput(value.Value{}))
	case a.mode == "PROVISIONED" && about.Get("BillingModeSummary").Exists():
		about = about.With("BillingModeSummary", about.Get("BillingModeSummary").With("BillingMode", value.String(a.mode)))
	}
	if a.units.Exists() {
		about = about.With("ProvisionedThroughput", throughput(a.units))
	}
	if a.protect != nil {
		t.protected = *a.protect
		about = about.With("DeletionProtectionEnabled", value.Bool(t.protected))
	}
	about = about.Without("GlobalSecondaryIndexes")
	if len(a.about) > 0 {
		about = about.With("GlobalSecondaryIndexes", value.Array(a.about...))
	}
	t.description = about
	if a.making != nil {
		a.making.fill(t.primary)
	}
	t.setIndexes(a.indexes)
	t.keepTypes(a.def.types)
	if a.streaming && a.view != "" {
		d.openStream(t, a.view)
	} else if a.streaming {
		t.closeStream()
	}
}

// fill takes in all items of a table.
func (x *index) fill(primary *index) {
	for p := range primary.order.From(func(*partition) bool { return true }) {
		for e := range p.entries.From(func(entry) bool { return true }) {
			x.change(nil, e.record)
		}
	}
}

// keepTypes notes the attributes that some key has, and forgets all others.
func (t *table) keepTypes(types map[string]string) {
	t.types = map[string]string{}
	var all []value.Value
	for _, x := range append([]*index{t.primary}, t.indexes()...) {
		for _, n := range x.names() {
			if t.types[n] == "" {
				t.types[n] = types[n]
				all = append(all, value.Object(value.M("AttributeName", value.String(n)), value.M("AttributeType", value.String(types[n]))))
			}
		}
	}
	t.description = t.description.With("AttributeDefinitions", value.Array(all...))
}
