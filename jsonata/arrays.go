package jsonata

var arrays = []builtin{
	{"append", "<xx:a>", 2, appendTo},
	{"zip", "<a+>", 0, zip},
	{"reverse", "<a:a>", 1, reverse},
	{"sort", "<af?:a>", 2, sortBy},
	{"shuffle", "<a:a>", 1, shuffle},
	{"distinct", "<x:x>", 1, distinct},
}

func appendTo(c *call, args []val) (val, *Error) { return c.ev.append(args[0], args[1]) }

func zip(c *call, args []val) (val, *Error) {
	n := -1
	for _, x := range args {
		size := 0
		if x.kind == list {
			size = x.len()
		}
		if n < 0 || size < n {
			n = size
		}
	}
	n = max(n, 0)
	if err := c.ev.step(n * len(args)); err != nil {
		return val{}, err
	}
	if err := c.ev.charge(n * (len(args) + 1) * valBytes); err != nil {
		return val{}, err
	}
	out := c.ev.sized(n)
	for i := range n {
		row := c.ev.vals.some(len(args))
		for k, x := range args {
			row[k] = x.at(i)
		}
		out.items[i] = items(row...)
	}
	return listVal(out), nil
}

func reverse(c *call, args []val) (val, *Error) {
	x := args[0]
	n := x.len()
	if n <= 1 {
		return x, nil
	}
	if err := c.ev.step(n); err != nil {
		return val{}, err
	}
	if err := c.ev.charge(n * valBytes); err != nil {
		return val{}, err
	}
	out := c.ev.sized(n)
	for i := range n {
		out.items[n-1-i] = x.at(i)
	}
	return listVal(out), nil
}

func sortBy(c *call, args []val) (val, *Error) {
	x, by := args[0], args[1]
	n := x.len()
	if n <= 1 {
		return x, nil
	}
	if err := c.ev.charge(n * valBytes); err != nil {
		return val{}, err
	}
	after := func(i, j int) (bool, *Error) {
		res, err := c.applyAll(by, x.at(i), x.at(j))
		if err != nil {
			return false, err
		}
		return c.ev.truthy(res)
	}
	if !by.exists() {
		kinds, err := oneKind(x)
		if err != nil {
			return val{}, err
		}
		after = func(i, j int) (bool, *Error) {
			if kinds == text {
				return compareText(x.at(i).str(), x.at(j).str()) > 0, nil
			}
			return x.at(i).float() > x.at(j).float(), nil
		}
	}
	order, err := c.ev.order(n, after)
	if err != nil {
		return val{}, err
	}
	out := c.ev.sized(n)
	for i, k := range order {
		out.items[i] = x.at(k)
	}
	return listVal(out), nil
}

// oneKind is what all items of a list are: numbers or texts.
func oneKind(x val) (kind, *Error) {
	numbers, texts := true, true
	for i := range x.len() {
		item := x.at(i)
		_, ok, err := numeric(item)
		if err != nil {
			return undefined, err
		}
		numbers, texts = numbers && ok, texts && item.kind == text
	}
	switch {
	case numbers:
		return number, nil
	case texts:
		return text, nil
	}
	return undefined, failArgument("D3070", val{}, 1)
}

// truthy is a value as JavaScript's if takes it.
func (ev *evaluation) truthy(x val) (bool, *Error) {
	if x.kind == list || x.kind == record || x.kind == callable {
		return true, nil
	}
	if x.kind == number {
		f := x.float()
		return f != 0 && f == f, nil
	}
	return ev.truth(x)
}

func shuffle(c *call, args []val) (val, *Error) {
	x := args[0]
	n := x.len()
	if n <= 1 {
		return x, nil
	}
	if err := c.ev.step(n); err != nil {
		return val{}, err
	}
	if err := c.ev.charge(n * valBytes); err != nil {
		return val{}, err
	}
	out := c.ev.sized(n)
	for i := range n {
		part, err := c.ev.random("shuffle")
		if err != nil {
			return val{}, err
		}
		j := int(part * float64(i+1))
		out.items[i] = out.items[j]
		out.items[j] = x.at(i)
	}
	return listVal(out), nil
}

func distinct(c *call, args []val) (val, *Error) {
	x := args[0]
	if x.kind != list || x.len() <= 1 {
		return x, nil
	}
	out := &array{sequence: x.isSequence()}
	seenText, seenNumber := map[string]bool{}, map[float64]bool{}
	var others []val
	for i := range x.len() {
		item := x.at(i)
		if err := c.ev.step(1 + len(others)); err != nil {
			return val{}, err
		}
		switch item.kind {
		case text:
			if seenText[item.str()] {
				continue
			}
			seenText[item.str()] = true
		case number:
			f := item.float()
			if seenNumber[f] {
				continue
			}
			seenNumber[f] = true
		default:
			known := false
			for _, o := range others {
				var err *Error
				if known, err = c.ev.equal(item, o); err != nil {
					return val{}, err
				}
				if known {
					break
				}
			}
			if known {
				continue
			}
			others = append(others, item)
		}
		if err := c.ev.push(out, item); err != nil {
			return val{}, err
		}
	}
	return listVal(out), nil
}
