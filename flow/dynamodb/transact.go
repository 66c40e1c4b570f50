package dynamodb

import (
	"fmt"

	"github.com/stepwright/stepwright/flow"
)

// A Part is one part of a transaction: PutIn, PutNewIn, UpdateIn, DeleteIn or Check.
type Part interface {
	// part gives the part's kind and, when the request is written, its own request.
	part(f *flow.Flow) (kind string, write func(c *flow.Ctx) *request)
}

// An ItemPart is a part about one item, which a condition can be put on.
type ItemPart[Item any] struct {
	kind  string
	when  func(row *Item) Condition
	write func(c *flow.Ctx, row flow.RowShape[Item], when func(row *Item) Condition) *request
}

func (p ItemPart[Item]) part(f *flow.Flow) (string, func(c *flow.Ctx) *request) {
	row := flow.Row[Item](f)
	return p.kind, func(c *flow.Ctx) *request { return p.write(c, row, p.when) }
}

// If puts a condition on the part: when it does not hold, nothing of the transaction is made. The function gets the
// row's shape.
func (p ItemPart[Item]) If(when func(row *Item) Condition) ItemPart[Item] {
	p.when = when
	return p
}

// PutIn writes an item, whole, in place of one that is there already.
func PutIn[Item, Key any](t *Table[Item, Key], item *Item) ItemPart[Item] {
	return ItemPart[Item]{kind: "Put", write: func(c *flow.Ctx, row flow.RowShape[Item], when func(*Item) Condition) *request {
		return t.put(c, row, item, when)
	}}
}

// DeleteIn takes an item away.
func DeleteIn[Item, Key any](t *Table[Item, Key], key *Key) ItemPart[Item] {
	return ItemPart[Item]{kind: "Delete", write: func(c *flow.Ctx, row flow.RowShape[Item], when func(*Item) Condition) *request {
		return t.delete(c, row, key, when)
	}}
}

// A partFunc is a part that takes no further condition.
type partFunc func(f *flow.Flow) (string, func(c *flow.Ctx) *request)

func (p partFunc) part(f *flow.Flow) (string, func(c *flow.Ctx) *request) { return p(f) }

// PutNewIn writes an item unless there is one with its key already: then nothing of the transaction is made.
func PutNewIn[Item, Key any](t *Table[Item, Key], item *Item) Part {
	return partFunc(func(f *flow.Flow) (string, func(c *flow.Ctx) *request) {
		row := flow.Row[Item](f)
		return "Put", func(c *flow.Ctx) *request { return t.putNew(c, row, item) }
	})
}

// UpdateIn changes attributes of an item, as Update does. Conditions stand among the changes.
func UpdateIn[Item, Key any](t *Table[Item, Key], key *Key, changes func(row *Item) []Change) Part {
	return partFunc(func(f *flow.Flow) (string, func(c *flow.Ctx) *request) {
		row := flow.Row[Item](f)
		return "Update", func(c *flow.Ctx) *request { return t.update(c, row, key, changes) }
	})
}

// Check lets the transaction be made only if an item fulfils a condition; the item itself is left alone.
func Check[Item, Key any](t *Table[Item, Key], key *Key, when func(row *Item) Condition) Part {
	return partFunc(func(f *flow.Flow) (string, func(c *flow.Ctx) *request) {
		row := flow.Row[Item](f)
		return "ConditionCheck", func(c *flow.Ctx) *request { return t.delete(c, row, key, when) }
	})
}

// maxParts is how many parts a transaction may have.
const maxParts = 100

// Transact makes all its parts, 1 to 100 of them, or none. Each is about another item. When a condition does not hold,
// or another write is in the way, the step fails with Canceled.
//
//	dynamodb.Transact(f, "Move photo", []dynamodb.Part{
//		dynamodb.DeleteIn(Inbox, &photo.ID).If(func(p *Photo) dynamodb.Condition { return dynamodb.WhenExists(&p.ID) }),
//		dynamodb.PutNewIn(Library, photo),
//		dynamodb.UpdateIn(Albums, &photo.Album, func(a *Album) []dynamodb.Change {
//			return []dynamodb.Change{dynamodb.AddTo(&a.Photos, new(1))}
//		}),
//	})
func Transact(f *flow.Flow, name string, parts []Part, opts ...flow.TaskOption) {
	type written struct {
		kind  string
		write func(c *flow.Ctx) *request
	}
	var all []written
	for _, p := range parts {
		kind, write := p.part(f)
		all = append(all, written{kind, write})
	}
	flow.Do[map[string]any](f, name, flow.Call{Resource: sdk + "transactWriteItems", Args: flow.Lazy(func(c *flow.Ctx) any {
		if len(all) == 0 || len(all) > maxParts {
			c.Report("transaction-size", fmt.Sprintf("the transaction has %d parts", len(all)), fmt.Sprintf("DynamoDB takes 1 to %d", maxParts))
		}
		items := make([]flow.Expr, len(all))
		for i, p := range all {
			items[i] = wrap(p.kind, p.write(c).expr())
		}
		return wrap("TransactItems", flow.List(items...))
	})}, opts...)
}

// Idempotent makes a transaction that is sent again with the same text within ten minutes, by a Retry for example,
// happen once. The text has at most 36 characters.
func Idempotent(token *string) flow.TaskOption { return flow.Argument("ClientRequestToken", token) }
