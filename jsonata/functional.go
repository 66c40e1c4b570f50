package jsonata

var functional = []builtin{
	{"map", "<af>", 2, mapOver},
	{"filter", "<af>", 2, filterBy},
	{"single", "<af?>", 2, single},
	{"reduce", "<afj?:j>", 3, reduce},
}

func mapOver(c *call, args []val) (val, *Error) {
	x, fn := args[0], args[1]
	if !x.exists() {
		return val{}, nil
	}
	out := c.ev.sequence()
	for i := range x.len() {
		v, err := c.apply(fn, x.at(i), numberVal(float64(i)), x)
		if err == nil && v.exists() {
			err = c.ev.push(out, v)
		}
		if err != nil {
			return val{}, err
		}
	}
	return listVal(out), nil
}

func filterBy(c *call, args []val) (val, *Error) {
	x, fn := args[0], args[1]
	if !x.exists() {
		return val{}, nil
	}
	out := c.ev.sequence()
	for i := range x.len() {
		item := x.at(i)
		yes, err := c.holds(fn, item, i, x)
		if err == nil && yes {
			err = c.ev.push(out, item)
		}
		if err != nil {
			return val{}, err
		}
	}
	return listVal(out), nil
}

// holds tells what a function says of an item.
func (c *call) holds(fn, item val, i int, all val) (bool, *Error) {
	v, err := c.apply(fn, item, numberVal(float64(i)), all)
	if err != nil {
		return false, err
	}
	return c.ev.truth(v)
}

func single(c *call, args []val) (val, *Error) {
	x, fn := args[0], args[1]
	if !x.exists() {
		return val{}, nil
	}
	found, result := false, val{}
	for i := range x.len() {
		item, yes := x.at(i), true
		if fn.exists() {
			var err *Error
			if yes, err = c.holds(fn, item, i, x); err != nil {
				return val{}, err
			}
		}
		if !yes {
			continue
		}
		if found {
			return val{}, failArgument("D3138", val{}, i)
		}
		found, result = true, item
	}
	if !found {
		return val{}, fail("D3139")
	}
	return result, nil
}

func reduce(c *call, args []val) (val, *Error) {
	x, fn, result := args[0], args[1], args[2]
	if !x.exists() {
		return val{}, nil
	}
	target := fn.function()
	if target == nil || target.arity < 2 {
		return val{}, failArgument("D3050", val{}, 1)
	}
	i := 0
	if !result.exists() && x.len() > 0 {
		result, i = x.at(0), 1
	}
	for ; i < x.len(); i++ {
		var err *Error
		if result, err = c.apply(fn, result, x.at(i), numberVal(float64(i)), x); err != nil {
			return val{}, err
		}
	}
	return result, nil
}
