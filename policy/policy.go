// Package policy says what a workflow's role must be allowed to do.
//
// [Derive] reads a document and lists the IAM statements its tasks need, taken from the
// table of package integration. What the document does not tell, because an argument is
// only known when the workflow runs, becomes a [Need], which the stack answers with a
// [Grant]; nothing is ever widened to "*" silently.
//
// The package also has a small IAM evaluator, [Evaluate], with which tests ask what a
// policy allows.
package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/integration"
)

// A Statement allows Actions on Resources. Resources are templates:
//
//	${Photos.Arn}            the ARN of what is bound to ${Photos} in the document
//	${Child.Name}            its name
//	${Stage}                 the text that ${Stage} is replaced by in the document
//	${@.Arn}, ${@.Name}      the machine itself
//	${AWS::Partition}, …     CloudFormation's pseudo parameters
//
// and "*", for actions that know no resource.
type Statement struct {
	Actions   []string
	Resources []string
	Condition []integration.Condition
}

// Self is the name that stands for the machine itself in templates.
const Self = "@"

// A Need is something a state does of which the document does not tell the resource. It
// must be answered by a [Grant].
type Need struct {
	State   string
	Path    diag.Pointer
	Source  string   // where the state was written, if known
	Call    string   // "s3:headObject"
	Actions []string // what the role must be allowed to do, sorted
	Why     string   // why the resource is unknown: one clause
}

// Diagnostic tells the need to the person who writes the stack.
func (n Need) Diagnostic() diag.Diagnostic {
	return diag.Diagnostic{
		Code: "needs-grant", State: n.State, Path: n.Path, Source: n.Source,
		Message: fmt.Sprintf("%s needs %s, but %s", n.Call, strings.Join(n.Actions, ", "), n.Why),
		Hint:    "grant it where the workflow is made, in Grants of cdk.WorkflowProps",
	}
}

// A Grant answers needs: it allows Actions, which may have wildcards, on Resources, which
// are templates as in [Statement].
type Grant struct {
	Actions   []string
	Resources []string
}

// covers reports whether the grant allows action on something.
func (g Grant) covers(action string) bool {
	return slices.ContainsFunc(g.Actions, func(a string) bool { return glob(strings.ToLower(a), strings.ToLower(action)) })
}

// A Policy is what the role of a machine needs.
type Policy struct {
	// Statements are what its tasks need, merged and sorted; the grants are among them.
	Statements []Statement

	// Self are the statements that name the machine itself. They belong into a second
	// policy, since the machine cannot be made after a policy that names it.
	Self []Statement

	// Needs are what no grant answers.
	Needs []Need

	// Problems are resources of tasks that cannot be understood at all.
	Problems diag.List
}

// Options say what Derive cannot read in the document.
type Options struct {
	// Name is the machine's own placeholder: a task that starts ${Name} starts the machine
	// itself. Empty if something else is bound to it.
	Name string

	// Activities are the placeholders that are activities where they stand as a task's
	// Resource. Others are taken for functions.
	Activities []string

	Grants []Grant
}

// Derive lists what the execution role of m needs, the grants included. Log delivery and
// tracing are not: see [LogDelivery] and [Tracing].
func Derive(m *asl.Machine, o Options) *Policy {
	requirements, problems := requirements(m, o.Activities)
	p := &Policy{Problems: problems}
	var statements []Statement
	for _, r := range requirements {
		if r.Unknown == "" {
			statements = append(statements, r.Statement)
		} else if need, open := r.need(o.Grants); open {
			p.Needs = append(p.Needs, need)
		}
	}
	for _, g := range o.Grants {
		statements = append(statements, Statement{Actions: g.Actions, Resources: g.Resources})
	}
	var tasks, self []Statement
	for _, s := range statements {
		if s.aboutSelf(o.Name) {
			self = append(self, s)
		} else {
			tasks = append(tasks, s)
		}
	}
	p.Statements, p.Self = Merge(tasks), Merge(self)
	return p
}

// need is what of the requirement no grant covers.
func (r *Requirement) need(grants []Grant) (Need, bool) {
	var missing []string
	for _, a := range r.Actions {
		if !slices.ContainsFunc(grants, func(g Grant) bool { return g.covers(a) }) {
			missing = append(missing, a)
		}
	}
	slices.Sort(missing)
	return Need{State: r.State, Path: r.Path, Source: r.Source, Call: r.Call, Actions: missing, Why: r.Unknown}, len(missing) > 0
}

// aboutSelf reports whether the statement names the machine it is for.
func (s Statement) aboutSelf(name string) bool {
	return slices.ContainsFunc(s.Resources, func(r string) bool {
		return slices.ContainsFunc(Parts(r), func(p Part) bool {
			return p.Name == Self || name != "" && p.Name == name && p.Attr != ""
		})
	})
}

// Merge brings statements into their canonical form: actions on one resource are
// gathered, then resources with the same actions; everything is sorted and nothing is
// said twice.
func Merge(statements []Statement) []Statement {
	type key struct{ condition, resource string }
	actions := map[key][]string{}
	conditions := map[string][]integration.Condition{}
	for _, s := range statements {
		c := fmt.Sprintf("%q", s.Condition)
		conditions[c] = s.Condition
		for _, r := range s.Resources {
			k := key{c, r}
			actions[k] = append(actions[k], s.Actions...)
		}
	}
	type group struct{ condition, actions string }
	resources := map[group][]string{}
	for k, a := range actions {
		slices.Sort(a)
		g := group{k.condition, strings.Join(slices.Compact(a), "\n")}
		resources[g] = append(resources[g], k.resource)
	}
	merged := make([]Statement, 0, len(resources))
	for g, r := range resources {
		slices.Sort(r)
		merged = append(merged, Statement{Actions: strings.Split(g.actions, "\n"), Resources: r, Condition: conditions[g.condition]})
	}
	slices.SortFunc(merged, compare)
	return merged
}

func compare(a, b Statement) int {
	return cmp.Or(
		slices.Compare(a.Actions, b.Actions),
		slices.Compare(a.Resources, b.Resources),
		cmp.Compare(fmt.Sprintf("%q", a.Condition), fmt.Sprintf("%q", b.Condition)),
	)
}
