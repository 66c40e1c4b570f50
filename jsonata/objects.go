package jsonata

var objects = []builtin{
	{"keys", "<x-:a<s>>", 1, keys},
	{"lookup", "<x-s:x>", 2, lookupIn},
	{"spread", "<x-:a<o>>", 1, spread},
	{"merge", "<a<o>:o>", 1, merge},
	{"each", "<o-f:a>", 2, each},
	{"sift", "<o-f?:o>", 2, sift},
	{"clone", "<(oa)-:o>", 1, clone},
}

func keys(c *call, args []val) (val, *Error) {
	x := args[0]
	out := c.ev.sequence()
	seen := c.ev.objects.one()
	if err := c.ev.keysOf(x, seen); err != nil {
		return val{}, err
	}
	names := recordVal(seen).numbered()
	if names == nil {
		names = seen.names
	}
	for _, name := range names {
		if err := c.ev.push(out, textVal(name)); err != nil {
			return val{}, err
		}
	}
	return listVal(out), nil
}

func (ev *evaluation) keysOf(x val, seen *object) *Error {
	if err := ev.enter(); err != nil {
		return err
	}
	defer ev.leave()
	if err := ev.step(1 + x.len()); err != nil {
		return err
	}
	switch x.kind {
	case list:
		for i := range x.len() {
			if err := ev.keysOf(x.at(i), seen); err != nil {
				return err
			}
		}
	case record:
		x.members(func(name string, _ val) bool {
			seen.set(name, val{})
			return true
		})
	default:
	}
	return nil
}

func lookupIn(c *call, args []val) (val, *Error) {
	if args[1].kind != text {
		return val{}, nil
	}
	return c.ev.lookup(args[0], args[1].str())
}

func spread(c *call, args []val) (val, *Error) { return c.ev.spread(args[0]) }

func (ev *evaluation) spread(x val) (val, *Error) {
	switch x.kind {
	case list:
		if err := ev.enter(); err != nil {
			return val{}, err
		}
		defer ev.leave()
		out := &array{sequence: true} // until something is added to it
		if err := ev.step(x.len()); err != nil {
			return val{}, err
		}
		for i := range x.len() {
			v, err := ev.spread(x.at(i))
			if err == nil && v.exists() {
				out.sequence = false
				err = ev.add(out, v)
			}
			if err != nil {
				return val{}, err
			}
		}
		return listVal(out), nil
	case record:
		out := ev.sequence()
		var failed *Error
		x.members(func(name string, v val) bool {
			o := ev.objects.one()
			o.set(name, v)
			failed = ev.push(out, recordVal(o))
			return failed == nil
		})
		return listVal(out), failed
	default:
		return x, nil
	}
}

func merge(c *call, args []val) (val, *Error) {
	x := args[0]
	if !x.exists() {
		return val{}, nil
	}
	out := c.ev.objects.one()
	n := 0
	for i := range x.len() {
		n += x.at(i).len()
	}
	out.names, out.vals = c.ev.names.some(n)[:0], c.ev.vals.some(n)[:0]
	out.plain = true
	for i := range x.len() {
		item := x.at(i)
		if err := c.ev.step(1 + item.len()); err != nil {
			return val{}, err
		}
		if err := c.ev.charge(2 * valBytes * item.len()); err != nil {
			return val{}, err
		}
		out.take(item)
	}
	return recordVal(out), nil
}

// take sets all the members of a record.
func (o *object) take(x val) {
	plain := o.plain
	switch from := x.object(); {
	case x.numbered() != nil:
		plain = false
		x.members(func(name string, v val) bool {
			o.set(name, v)
			return true
		})
	case from != nil:
		plain = plain && from.plain
		for i, name := range from.names {
			o.set(name, from.vals[i])
		}
	case x.kind == record: // what came in has no surrogates
		all := x.json.Values()
		for i, name := range x.json.Names() {
			plain = plain && (name == "" || name[0] < '0' || name[0] > '9')
			o.set(name, of(all[i]))
		}
	}
	o.plain = plain
}

func each(c *call, args []val) (val, *Error) {
	out := c.ev.sequence()
	var failed *Error
	args[0].members(func(name string, v val) bool {
		var res val
		if res, failed = c.apply(args[1], v, textVal(name), args[0]); failed == nil && res.exists() {
			failed = c.ev.push(out, res)
		}
		return failed == nil
	})
	return listVal(out), failed
}

func sift(c *call, args []val) (val, *Error) {
	out := c.ev.objects.one()
	var failed *Error
	args[0].members(func(name string, v val) bool {
		var res val
		if res, failed = c.apply(args[1], v, textVal(name), args[0]); failed != nil {
			return false
		}
		var yes bool
		if yes, failed = c.ev.truth(res); yes {
			out.set(name, v)
		}
		return failed == nil
	})
	if failed != nil || len(out.names) == 0 {
		return val{}, failed
	}
	return recordVal(out), nil
}

func clone(c *call, args []val) (val, *Error) { return c.ev.copyOf(args[0]) }
