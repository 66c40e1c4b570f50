package policy

import "strings"

// A Part is a piece of a resource template: plain text, or a reference.
type Part struct {
	Text string // plain text; empty for a reference
	Name string // what is referred to: a name of the document, Self, or AWS::Region
	Attr string // Arn or Name; empty for the text the document gets, and for AWS::…
}

// Parts splits a resource template at its references. Text that only looks like one, as
// an unclosed "${", stays text.
func Parts(template string) []Part {
	var parts []Part
	for template != "" {
		before, rest, found := strings.Cut(template, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed || name == "" {
			return append(parts, Part{Text: template})
		}
		if before != "" {
			parts = append(parts, Part{Text: before})
		}
		p := Part{Name: name}
		if !strings.HasPrefix(name, "AWS::") {
			p.Name, p.Attr, _ = strings.Cut(name, ".")
		}
		parts = append(parts, p)
		template = after
	}
	return parts
}

// pseudo replaces the table's placeholders by CloudFormation's.
var pseudo = strings.NewReplacer("${Partition}", "${AWS::Partition}", "${Region}", "${AWS::Region}", "${Account}", "${AWS::AccountId}")
