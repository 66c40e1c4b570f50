package dynamodb

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const wrong = "One or more parameter values were invalid: "

// A definition is a table in the making.
type definition struct {
	name  string
	types map[string]string // of all attributes that are defined
	used  map[string]bool
	about value.Builder // the TableDescription
	arn   string
	mode  string // BillingMode; empty when it is not being set
}

// define reads the members of CreateTable.
func (d *DB) define(r *members.Reader) (*table, error) {
	r.Ignore("SSESpecification", "TableClass", "WarmThroughput", "OnDemandThroughput")
	name, err := tableName(r.String("TableName"))
	if err != nil {
		return nil, err
	}
	def := &definition{name: name, used: map[string]bool{}, arn: d.account.ARN("dynamodb", "table/"+name)}
	if err := def.attributes(r.Array("AttributeDefinitions")); err != nil {
		return nil, err
	}
	def.about.Set("TableName", value.String(name))
	def.about.Set("TableArn", value.String(def.arn))
	def.about.Set("TableId", value.String(wire.NewID()))
	def.about.Set("CreationDateTime", seconds(d.clock.Now()))
	def.about.Set("AttributeDefinitions", value.Array(r.Array("AttributeDefinitions")...))
	t := &table{name: name, arn: def.arn, clock: d.clock, types: def.types, protected: r.Bool("DeletionProtectionEnabled")}
	def.about.Set("DeletionProtectionEnabled", value.Bool(t.protected))
	if err := def.throughput(r, d.clock.Now()); err != nil {
		return nil, err
	}
	if t.primary, err = def.index("", r.Array("KeySchema")); err != nil {
		return nil, err
	}
	def.about.Set("KeySchema", value.Array(r.Array("KeySchema")...))
	if err := def.secondary(r, t); err != nil {
		return nil, err
	}
	if t.tags, err = readTags(r.Array("Tags")); err != nil {
		return nil, err
	}
	view, err := readStream(r)
	if err := firstOf(r.Err(), err, def.unused()); err != nil {
		return nil, err
	}
	t.description = def.about.Object()
	if view != "" {
		d.openStream(t, view)
	}
	return t, nil
}

// seconds is a time as the JSON protocol carries it: seconds since 1970 with a fraction.
func seconds(t time.Time) value.Value {
	return value.MustParse(strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64))
}

func (def *definition) attributes(list []value.Value) error {
	def.types = make(map[string]string, len(list))
	for _, a := range list {
		r := members.Read("AttributeDefinitions", a)
		name, t := r.String("AttributeName"), r.String("AttributeType")
		if err := r.Err(); err != nil {
			return err
		}
		if name == "" {
			return invalid(wrong + "AttributeName in AttributeDefinitions must not be empty")
		}
		if t != expr.S && t != expr.N && t != expr.B {
			return invalid("1 validation error detected: Value '" + t + "' at 'attributeDefinitions." + name +
				".attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]")
		}
		def.types[name] = t
	}
	return nil
}

func (def *definition) throughput(r *members.Reader, now time.Time) error {
	mode, err := oneOf(r, "BillingMode", "PROVISIONED", "PROVISIONED", "PAY_PER_REQUEST")
	if err != nil {
		return err
	}
	provisioned := r.Object("ProvisionedThroughput")
	switch {
	case mode == "PROVISIONED" && !provisioned.Exists():
		return invalid(wrong + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	case mode != "PROVISIONED" && provisioned.Exists():
		return invalid(wrong + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case mode != "PROVISIONED":
		def.about.Set("BillingModeSummary", onDemand(now))
	}
	if err := checkUnits("provisionedThroughput", provisioned); err != nil {
		return err
	}
	def.mode = mode
	def.about.Set("ProvisionedThroughput", throughput(provisioned))
	return nil
}

// onDemand is the BillingModeSummary of a table that is paid per request.
func onDemand(since time.Time) value.Value {
	return value.Object(value.M("BillingMode", value.String("PAY_PER_REQUEST")), value.M("LastUpdateToPayPerRequestDateTime", seconds(since)))
}

// checkUnits checks a ProvisionedThroughput, which may be absent.
func checkUnits(path string, p value.Value) error {
	if !p.Exists() {
		return nil
	}
	r := members.Read("ProvisionedThroughput", p)
	for _, name := range []string{"ReadCapacityUnits", "WriteCapacityUnits"} {
		at := path + "." + strings.ToLower(name[:1]) + name[1:]
		n := r.Int(name, 1)
		switch {
		case r.Wrong() != nil:
		case !r.Has(name):
			return nullAt(at)
		case n < 1:
			return invalid("1 validation error detected: Value '" + strconv.Itoa(n) + "' at '" + at + "' failed to satisfy constraint: Member must have value greater than or equal to 1")
		}
	}
	return r.Err()
}

func throughput(p value.Value) value.Value {
	units := func(name string) value.Value {
		if v := p.Get(name); v.IsNumber() {
			return v
		}
		return value.Int(0)
	}
	return value.Object(value.M("NumberOfDecreasesToday", value.Int(0)),
		value.M("ReadCapacityUnits", units("ReadCapacityUnits")), value.M("WriteCapacityUnits", units("WriteCapacityUnits")))
}

// index reads a KeySchema.
func (def *definition) index(name string, list []value.Value) (*index, error) {
	x := &index{name: name, types: map[string]string{}, projection: "ALL", parts: map[string]*partition{}}
	if len(list) == 0 || len(list) > 2 {
		return nil, invalid("1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member must have length between 1 and 2, not " +
			strconv.Itoa(len(list)))
	}
	for i, e := range list {
		r := members.Read("KeySchema", e)
		attribute, kind := r.String("AttributeName"), r.String("KeyType")
		if err := r.Err(); err != nil {
			return nil, err
		}
		if i == 0 && kind != "HASH" {
			return nil, invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
		}
		if i == 1 && kind != "RANGE" {
			return nil, invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
		}
		t, ok := def.types[attribute]
		if !ok {
			return nil, invalid(wrong + "Some index key attributes are not defined in AttributeDefinitions. Keys: " + quoted([]string{attribute}) +
				", AttributeDefinitions: " + quoted(slices.Sorted(maps.Keys(def.types))))
		}
		if attribute == x.hash {
			return nil, invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
		}
		x.types[attribute], def.used[attribute] = t, true
		if i == 0 {
			x.hash = attribute
		} else {
			x.sort = attribute
		}
	}
	return x, nil
}

// The limits of secondary indexes.
const (
	maxGlobal = 20
	maxLocal  = 5
)

func tooManyGlobal() *wire.Error {
	return invalid(wrong + "GlobalSecondaryIndex count exceeds the per-table limit of 20")
}

// secondary reads both kinds of secondary indexes.
func (def *definition) secondary(r *members.Reader, t *table) error {
	for _, member := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
		list := r.Array(member)
		switch {
		case member[0] == 'G' && len(list) > maxGlobal:
			return tooManyGlobal()
		case member[0] == 'L' && len(list) > maxLocal:
			return invalid(wrong + "Number of LocalSecondaryIndexes exceeds per-table limit of 5")
		case member[0] == 'L' && len(list) > 0 && t.primary.sort == "":
			return invalid(wrong + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
		}
		var all []value.Value
		for _, v := range list {
			x, about, err := def.secondaryIndex(member, v, t)
			if err != nil {
				return err
			}
			t.setIndexes(append(t.indexes(), x))
			all = append(all, about)
		}
		if all != nil {
			def.about.Set(member, value.Array(all...))
		}
	}
	return nil
}

func (def *definition) secondaryIndex(member string, v value.Value, t *table) (*index, value.Value, error) {
	r := members.Read(member, v)
	name := r.String("IndexName")
	if err := checkName("IndexName", name); err != nil {
		return nil, v, err
	}
	if _, err := t.index(name); err == nil {
		return nil, v, invalid(wrong + "Duplicate index name: " + name)
	}
	x, err := def.index(name, r.Array("KeySchema"))
	if err != nil {
		return nil, v, err
	}
	x.local = strings.HasPrefix(member, "Local")
	if x.local && x.hash != t.primary.hash {
		return nil, v, invalid(wrong + "Index KeySchema does not have the same leading hash key as table KeySchema for index: " + name +
			". index hash key: " + x.hash + ", table hash key: " + t.primary.hash)
	}
	if x.local && x.sort == "" {
		return nil, v, invalid(wrong + "Index KeySchema does not have a range key for index: " + name)
	}
	projection := r.Object("Projection")
	if err := x.readProjection(projection, t); err != nil {
		return nil, v, err
	}
	about := value.Object(value.M("IndexName", value.String(name)), value.M("KeySchema", r.Value("KeySchema")),
		value.M("Projection", projection), value.M("IndexArn", value.String(def.arn+"/index/"+name)))
	if !x.local {
		r.Ignore("OnDemandThroughput", "WarmThroughput")
		units := r.Object("ProvisionedThroughput")
		if err := def.indexUnits(name, units); err != nil {
			return nil, v, err
		}
		about = about.With("ProvisionedThroughput", throughput(units))
	}
	return x, about, r.Err()
}

// indexUnits checks the throughput of a global index against the table's mode.
func (def *definition) indexUnits(name string, units value.Value) error {
	switch {
	case def.mode == "PROVISIONED" && !units.Exists():
		return invalid(wrong + "ProvisionedThroughput is not specified for index: " + name)
	case def.mode == "PAY_PER_REQUEST" && units.Exists():
		return invalid(wrong + "ProvisionedThroughput should not be specified for index: " + name + " when BillingMode is PAY_PER_REQUEST")
	}
	return checkUnits("globalSecondaryIndexes.member.provisionedThroughput", units)
}

func (x *index) readProjection(p value.Value, t *table) error {
	r := members.Read("Projection of index "+x.name, p)
	kind, extra := r.String("ProjectionType"), r.Strings("NonKeyAttributes")
	if err := r.Err(); err != nil {
		return err
	}
	switch kind {
	case "ALL", "KEYS_ONLY":
		if len(extra) > 0 {
			return invalid(wrong + "ProjectionType is " + kind + ", but NonKeyAttributes is specified")
		}
	case "INCLUDE":
		if len(extra) == 0 {
			return invalid(wrong + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
		}
	case "":
		return invalid(wrong + "Unknown ProjectionType: null")
	default:
		return invalid(wrong + "Unknown ProjectionType: " + kind)
	}
	x.projection = kind
	if kind == "ALL" {
		return nil
	}
	names := slices.Concat(t.primary.names(), x.names(), extra)
	x.project = expr.ProjectNames(names...)
	x.projected = map[string]bool{}
	for _, n := range names {
		x.projected[n] = true
	}
	return nil
}

func (def *definition) unused() error {
	if len(def.types) == len(def.used) {
		return nil
	}
	return invalid(wrong + "Some AttributeDefinitions are not used. AttributeDefinitions: " + quoted(slices.Sorted(maps.Keys(def.types))) +
		", keys used: " + quoted(slices.Sorted(maps.Keys(def.used))))
}
