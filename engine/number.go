package engine

import (
	"math"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// A number is a number field of a Map: fixed, an expression, or a path; the zero value is an absent field.
type number struct {
	fixed *float64
	tpl   *jsonata.Template
	path  *jsonpath.Path
	field string
	// whole says that the field takes whole numbers only; least and most are its bounds.
	whole       bool
	least, most float64
	outside     string // the service's sentence for a number out of bounds
}

// The number fields of a Map and how the service refuses what is not in their bounds.
var (
	maxConcurrency    = number{field: "MaxConcurrency", whole: true, most: math.MaxInt32, outside: "MaxConcurrency cannot be negative."}
	toleratedCount    = number{field: "ToleratedFailureCount", whole: true, most: math.MaxInt64, outside: "ToleratedFailureCount cannot be negative."}
	toleratedPercent  = number{field: "ToleratedFailurePercentage", most: 100, outside: "ToleratedFailurePercentage must be between 0 and 100."}
	itemsPerBatch     = number{field: "MaxItemsPerBatch", whole: true, least: 1, most: math.MaxInt32, outside: "MaxItemsPerBatch must be positive."}
	inputBytesOfBatch = number{
		field: "MaxInputBytesPerBatch", whole: true, least: 1, most: maxPayload,
		outside: "MaxInputBytesPerBatch must be between 1 and 262144.",
	}
)

// number plans a number field in one of its forms; in is the fields around it, such as "ItemBatcher/".
func (p *planner) number(n number, in string, v value.Value, path *string) number {
	n.field = in + n.field
	var at diag.Pointer
	for part := range strings.SplitSeq(n.field, "/") {
		at = at.Child(part)
	}
	n.path = p.optionalPath(at+"Path", path)
	switch {
	case !v.Exists():
	case v.IsString():
		n.tpl = p.template(at, n.field, v)
		if n.tpl != nil && n.tpl.Constant() {
			p.fail(at, CodeBadField, n.name()+" is "+v.String()+"; expected "+n.kind()+" or an expression for one", "")
		}
	default:
		if !n.fits(v) {
			p.fail(at, CodeBadField, n.name()+" is "+v.String()+"; expected "+n.kind(), "")
			return n
		}
		n.fixed = new(v.Float())
	}
	return n
}

// name is the field without the field around it.
func (n *number) name() string {
	return n.field[strings.LastIndexByte(n.field, '/')+1:]
}

// kind says what the field takes, for people.
func (n *number) kind() string {
	switch {
	case n.field == toleratedPercent.field:
		return "a number from 0 to 100"
	case n.least > 0:
		return "a positive whole number"
	}
	return "a whole number from 0"
}

// given tells whether the field is there.
func (n *number) given() bool { return n.fixed != nil || n.tpl != nil || n.path != nil }

// fits tells whether v is a number that the field takes.
func (n *number) fits(v value.Value) bool {
	return n.typed(v) && v.Float() >= n.least && v.Float() <= n.most
}

// typed tells whether v is a number of the field's type.
func (n *number) typed(v value.Value) bool {
	if _, ok := v.Int(); n.whole {
		return ok
	}
	return v.IsNumber()
}

// eval gives the number; zero when the field is absent.
func (n *number) eval(x *step, t *thread, fl flow) (float64, *fault) {
	switch {
	case n.fixed != nil:
		return *n.fixed, nil
	case n.tpl != nil:
		v, f := x.query(t, n.tpl, states{})
		if f != nil {
			return 0, f
		}
		if !n.typed(v) {
			return 0, queryFault(t, n.tpl.Unexpected(n.jsonType(), v))
		}
		return n.bounded(t, v)
	case n.path != nil:
		return n.at(x, t, fl)
	}
	return 0, nil
}

// optional is eval for a field whose absence means something.
func (n *number) optional(x *step, t *thread, fl flow) (*float64, *fault) {
	if !n.given() {
		return nil, nil
	}
	v, f := n.eval(x, t, fl)
	return &v, f
}

func (n *number) jsonType() string {
	if n.whole {
		return "integer"
	}
	return "number"
}

func (n *number) bounded(t *thread, v value.Value) (float64, *fault) {
	if !n.fits(v) {
		return 0, t.runtime("%s", n.outside)
	}
	return v.Float(), nil
}

// at reads the number where a path leads.
func (n *number) at(x *step, t *thread, fl flow) (float64, *fault) {
	in, f := fl.(*pathFlow).filtered(x, t)
	if f != nil {
		return 0, f
	}
	v, err := n.path.Eval(x.paths(t, in))
	if err != nil {
		return 0, t.pathFault(err)
	}
	if number, err := value.ParseString(v.Str()); err == nil && number.IsNumber() {
		v = number // recorded: assign-variables/…-reference-in-max-concurrency-path
	}
	if !n.typed(v) {
		kind := "float"
		if n.whole {
			kind = "integer"
		}
		return 0, t.runtime("The %sPath field refers to value \"%s\" which is not a valid %s: %s", n.name(), plain(v), kind, n.path)
	}
	return n.bounded(t, v)
}
