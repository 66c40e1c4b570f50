package jsonata

// inside are the members that a builtin, or a transform, has as the object that it is in the reference, where * and **
// find them: a mark, the function as JavaScript has it, which does not look at its arguments, and the signature.
func (x val) inside() []val {
	f := x.function()
	if f == nil || f.name == "" || x.isArgument() {
		return nil
	}
	all := []val{boolVal(true), uncheckedFunction(x)}
	if f.signature != nil {
		o := &object{}
		o.set("definition", textVal(f.signature.Text))
		o.set("validate", functionVal(&function{arity: 2, script: true, native: func(*call, []val) (val, *Error) { return val{}, nil }}))
		all = append(all, recordVal(o))
	}
	return all
}

// uncheckedFunction is a builtin without its signature.
func uncheckedFunction(fn val) val {
	n := max(1, fn.function().arity)
	holes := make([]int, n)
	for i := range holes {
		holes[i] = i
	}
	x := partially(fn, make([]val, n), holes)
	x.function().script = true
	return x
}
