package expr

import (
	"slices"
	"strings"
)

// An action is one change of an update: SET path = x, REMOVE path, ADD path x or DELETE path x.
type action struct {
	section string
	path    Path
	x       operand // nil for REMOVE
}

// updateFunctions are the functions of updates, + and - among them, with their number of operands.
var updateFunctions = map[string]int{"if_not_exists": 2, "list_append": 2, "+": 2, "-": 2}

// An Update is a parsed UpdateExpression.
type Update struct{ actions []action }

// ParseUpdate reads an UpdateExpression.
func ParseUpdate(src string, s *Scope) (*Update, error) {
	p, err := newParser("UpdateExpression", src)
	if err != nil {
		return nil, err
	}
	actions, repeated, err := p.sections()
	if err != nil {
		return nil, err
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	if err := p.checkUpdate(actions, repeated, s); err != nil {
		return nil, err
	}
	return &Update{actions}, nil
}

// sections reads all sections; repeated names one that was written twice.
func (p *parser) sections() (actions []action, repeated string, err error) {
	var seen []string
	for p.peek().kind != end {
		section := strings.ToUpper(p.peek().text)
		if p.peek().kind != word || !isSection(section) {
			return nil, "", p.unexpected()
		}
		p.at++
		if slices.Contains(seen, section) && repeated == "" {
			repeated = section
		}
		seen = append(seen, section)
		for {
			a, err := p.action(section)
			if err != nil {
				return nil, "", err
			}
			actions = append(actions, a)
			if !p.accept(",") {
				break
			}
		}
	}
	return actions, repeated, nil
}

func isSection(s string) bool { return s == "SET" || s == "REMOVE" || s == "ADD" || s == "DELETE" }

func (p *parser) action(section string) (a action, err error) {
	a.section = section
	if isSection(strings.ToUpper(p.peek().text)) {
		return a, p.unexpected()
	}
	if a.path, err = p.path(); err != nil {
		return a, err
	}
	p.operators++
	switch section {
	case "REMOVE":
		return a, nil
	case "SET":
		if err := p.expect("="); err != nil {
			return a, err
		}
		a.x, err = p.setValue()
		return a, err
	}
	if p.peek().kind != holder {
		return a, p.unexpected()
	}
	a.x, err = p.operand()
	return a, err
}

// setValue reads what a SET assigns: an operand, a sum or a difference, in parentheses or not.
func (p *parser) setValue() (operand, error) {
	if start := p.at; p.accept("(") {
		x, err := p.sum()
		if err == nil {
			err = p.expect(")")
		}
		if t := p.peek(); err != nil || !t.is("+") && !t.is("-") {
			return x, err
		}
		p.at = start
	}
	return p.sum()
}

func (p *parser) sum() (operand, error) {
	x, err := p.wrappedOperand()
	if err != nil {
		return nil, err
	}
	t := p.peek()
	if !t.is("+") && !t.is("-") {
		return x, nil
	}
	p.at++
	p.operators++
	y, err := p.wrappedOperand()
	return &call{t.text, []operand{x, y}}, err
}

// checkUpdate finds what the grammar does not tell, in the order in which DynamoDB complains, and resolves the
// placeholders.
func (p *parser) checkUpdate(actions []action, repeated string, s *Scope) error {
	rules := []func(action) error{
		p.plainAction,
		func(a action) error {
			if a.x == nil {
				return nil
			}
			return p.unknownFunction(a.x, updateFunctions)
		},
		func(action) error {
			if repeated != "" {
				return p.errorf("The \"%s\" section can only be used once in an update expression;", repeated)
			}
			return nil
		},
		func(a action) error { return p.resolveAction(a, s) },
	}
	for _, rule := range rules {
		for _, a := range actions {
			if err := rule(a); err != nil {
				return err
			}
		}
	}
	if err := p.overlaps(paths(actions)); err != nil {
		return err
	}
	for _, a := range actions {
		if err := p.checkAction(a); err != nil {
			return err
		}
	}
	return nil
}

func paths(actions []action) []Path {
	all := make([]Path, len(actions))
	for i, a := range actions {
		all[i] = a.path
	}
	return all
}

func (p *parser) plainAction(a action) error {
	if err := p.reservedIn(a.path); err != nil || a.x == nil {
		return err
	}
	return p.reserved(a.x)
}

func (p *parser) resolveAction(a action, s *Scope) error {
	if err := s.resolvePath(p, a.path); err != nil || a.x == nil {
		return err
	}
	return s.resolve(p, a.x)
}

// overlaps finds two paths of which one leads through the other, or that want one place to be a map and a list.
func (p *parser) overlaps(all []Path) error {
	for i, b := range all {
		for _, a := range all[:i] {
			word := relation(a, b)
			if word != "" {
				return p.errorf("Two document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
					word, a, b)
			}
		}
	}
	return nil
}

func relation(a, b Path) string {
	for i := range min(len(a), len(b)) {
		switch {
		case a[i].list != b[i].list:
			return "conflict"
		case !a[i].same(b[i]):
			return ""
		}
	}
	return "overlap"
}

// longNames are the types as the messages about ADD and DELETE spell them.
var longNames = map[string]string{
	S: "STRING", N: "NUMBER", B: "BINARY", NULL: "NULL", BOOL: "BOOLEAN", L: "LIST", M: "MAP",
}

func (p *parser) checkAction(a action) (err error) {
	switch a.section {
	case "REMOVE":
		return nil
	case "ADD", "DELETE":
		t := staticType(a.x)
		if long, ok := longNames[t]; ok && (a.section != "ADD" || t != N) {
			return p.errorf("Incorrect operand type for operator or function; operator: %s, operand type: %s", a.section, long)
		}
		return nil
	}
	operands(a.x, func(o operand) bool {
		if c, ok := o.(*call); ok {
			err = p.checkUpdateCall(c)
		}
		return err == nil
	})
	return err
}

func (p *parser) checkUpdateCall(c *call) error {
	if len(c.args) != updateFunctions[c.name] {
		return p.wrongCount(c)
	}
	if c.name == "if_not_exists" {
		if _, ok := c.args[0].(*pathOperand); !ok {
			return p.errorf("Operator or function requires a document path; operator or function: %s", c.name)
		}
		return nil
	}
	wanted := N
	if c.name == "list_append" {
		wanted = L
	}
	for _, a := range c.args {
		if t := staticType(a); t != "" && t != wanted {
			return p.wrongType(c.name, t)
		}
	}
	return nil
}
