package expr

import "github.com/stepwright/stepwright/value"

// A Projection is a parsed ProjectionExpression, or any other choice of places in an item.
type Projection struct{ root *branch }

// A branch is one place of a projection: whole, or with the places within it.
type branch struct {
	whole bool
	names map[string]*branch
	items map[int]*branch
}

// ParseProjection reads a ProjectionExpression.
func ParseProjection(src string, s *Scope) (*Projection, error) {
	p, err := newParser("ProjectionExpression", src)
	if err != nil {
		return nil, err
	}
	var all []Path
	for {
		path, err := p.path()
		if err != nil {
			return nil, err
		}
		all = append(all, path)
		if !p.accept(",") {
			break
		}
	}
	if err := p.finish(); err != nil {
		return nil, err
	}
	for _, path := range all {
		if err := p.reservedIn(path); err != nil {
			return nil, err
		}
	}
	for _, path := range all {
		if err := s.resolvePath(p, path); err != nil {
			return nil, err
		}
	}
	if err := p.overlaps(all); err != nil {
		return nil, err
	}
	return Project(all...), nil
}

// Project chooses the places that paths lead to.
func Project(paths ...Path) *Projection {
	root := &branch{}
	for _, p := range paths {
		b := root
		for _, s := range p {
			b = b.grow(s)
		}
		b.whole = true
	}
	return &Projection{root}
}

// ProjectNames chooses whole attributes.
func ProjectNames(names ...string) *Projection {
	paths := make([]Path, len(names))
	for i, n := range names {
		paths[i] = Path{{name: n}}
	}
	return Project(paths...)
}

// grow gives the branch behind s, a new one if there was none.
func (b *branch) grow(s step) *branch {
	if s.list {
		if b.items == nil {
			b.items = map[int]*branch{}
		}
		if b.items[s.index] == nil {
			b.items[s.index] = &branch{}
		}
		return b.items[s.index]
	}
	if b.names == nil {
		b.names = map[string]*branch{}
	}
	if b.names[s.name] == nil {
		b.names[s.name] = &branch{}
	}
	return b.names[s.name]
}

// Tops are the attributes of the item that the projection looks at.
func (p *Projection) Tops() []string {
	tops := make([]string, 0, len(p.root.names))
	for name := range p.root.names {
		tops = append(tops, name)
	}
	return tops
}

// Of gives the chosen places of an item: an object, empty when none exists. Items of a list move together.
func (p *Projection) Of(item value.Value) value.Value {
	return p.root.members(item)
}

func (b *branch) members(m value.Value) value.Value {
	var out value.Builder
	for name, v := range m.Members() {
		if inner := b.names[name]; inner != nil {
			out.Set(name, inner.of(v))
		}
	}
	return out.Object()
}

// of gives the chosen part of v; absent when it has none.
func (b *branch) of(v value.Value) value.Value {
	if b.whole {
		return v
	}
	switch t := Type(v); t {
	case M:
		if m := b.members(v.Get(M)); m.Len() > 0 {
			return value.Object(value.M(M, m))
		}
	case L:
		var items []value.Value
		for i, x := range v.Get(L).Elements() {
			if inner := b.items[i]; inner != nil {
				if y := inner.of(x); y.Exists() {
					items = append(items, y)
				}
			}
		}
		if items != nil {
			return value.Object(value.M(L, value.Array(items...)))
		}
	}
	return value.Value{}
}
