package jsonata

import "math"

var aggregates = []builtin{
	{"sum", "<a<n>:n>", 1, sum},
	{"count", "<a:n>", 1, count},
	{"max", "<a<n>:n>", 1, maximum},
	{"min", "<a<n>:n>", 1, minimum},
	{"average", "<a<n>:n>", 1, average},
}

// total adds the numbers of a list up.
func total(c *call, x val) (float64, *Error) {
	n := x.len()
	sum := 0.0
	if err := c.ev.step(n); err != nil {
		return 0, err
	}
	if a := x.array(); a != nil && len(a.items) == n {
		for i := range a.items {
			sum += a.items[i].float()
		}
		return sum, nil
	}
	for i := range n {
		sum += x.at(i).float()
	}
	return sum, nil
}

func sum(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	t, err := total(c, args[0])
	return numberVal(t), err
}

func count(_ *call, args []val) (val, *Error) {
	return numberVal(float64(args[0].len())), nil
}

func average(c *call, args []val) (val, *Error) {
	n := args[0].len()
	if n == 0 {
		return val{}, nil
	}
	t, err := total(c, args[0])
	return numberVal(t / float64(n)), err
}

func maximum(c *call, args []val) (val, *Error) { return extreme(c, args[0], math.Max) }
func minimum(c *call, args []val) (val, *Error) { return extreme(c, args[0], math.Min) }

func extreme(c *call, x val, better func(a, b float64) float64) (val, *Error) {
	n := x.len()
	if n == 0 {
		return val{}, nil
	}
	if err := c.ev.step(n); err != nil {
		return val{}, err
	}
	best := x.at(0).float()
	for i := 1; i < n; i++ {
		best = better(best, x.at(i).float())
	}
	return numberVal(best), nil
}
