package shape

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/policy"
)

// Names is what a resource template may refer to.
type Names struct {
	Bindings  Bindings
	Partition string
	Region    string
	Account   string
	Self      Binding // the machine itself
}

// Resolve writes a resource template of package policy with the texts of this stack.
// Policy variables such as ${aws:username} stay.
func (n Names) Resolve(template string) (string, error) {
	var b strings.Builder
	for _, p := range policy.Parts(template) {
		if p.Name == "" {
			b.WriteString(p.Text)
			continue
		}
		s, err := n.part(p)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

func (n Names) part(p policy.Part) (string, error) {
	switch p.Name {
	case "AWS::Partition":
		return n.Partition, nil
	case "AWS::Region":
		return n.Region, nil
	case "AWS::AccountId":
		return n.Account, nil
	case policy.Self:
		return n.Self.attr(p)
	}
	if strings.HasPrefix(p.Name, "aws:") {
		return "${" + p.Name + "}", nil
	}
	found, ok := n.Bindings.Find(p.Name)
	if !ok {
		return "", fmt.Errorf("nothing is bound to ${%s}", p.Name)
	}
	return found.attr(p)
}

func (b Binding) attr(p policy.Part) (string, error) {
	s := b.Value
	switch p.Attr {
	case "Arn":
		s = b.ARN
	case "Name":
		s = b.Name
	}
	if s == "" {
		return "", fmt.Errorf("what is bound to ${%s} has no %s that permissions could be given on; bind a construct or an ARN", p.Name, p.Attr)
	}
	return s, nil
}

// PolicyDocument writes statements as CloudFormation takes them.
func (n Names) PolicyDocument(statements []policy.Statement) (map[string]any, error) {
	list := make([]any, 0, len(statements))
	for _, s := range statements {
		written, err := n.statement(s)
		if err != nil {
			return nil, err
		}
		list = append(list, written)
	}
	return map[string]any{"Version": "2012-10-17", "Statement": list}, nil
}

func (n Names) statement(s policy.Statement) (map[string]any, error) {
	resources := make([]string, 0, len(s.Resources))
	for _, r := range s.Resources {
		resolved, err := n.Resolve(r)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(resources, resolved) {
			resources = append(resources, resolved)
		}
	}
	out := map[string]any{"Effect": "Allow", "Action": oneOrMany(s.Actions), "Resource": oneOrMany(resources)}
	conditions := map[string]any{}
	for _, c := range s.Condition {
		keys, _ := conditions[c.Operator].(map[string]any)
		if keys == nil {
			keys = map[string]any{}
			conditions[c.Operator] = keys
		}
		values := make([]string, len(c.Values))
		for i, v := range c.Values {
			resolved, err := n.Resolve(v)
			if err != nil {
				return nil, err
			}
			values[i] = resolved
		}
		keys[c.Key] = oneOrMany(values)
	}
	if len(conditions) > 0 {
		out["Condition"] = conditions
	}
	return out, nil
}

// oneOrMany writes a list of one as its element, as the CDK does.
func oneOrMany(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}
