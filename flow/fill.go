package flow

import (
	"fmt"
	"reflect"

	"github.com/stepwright/stepwright/diag"
)

// A Setting is a place and the value it gets; see Set.
type Setting struct{ dst, src any }

// Set gives dst the value of src. Both have the same type, which the compiler checks. It is used in Fill, where dst
// is a field of a literal, and in Assign, where dst is a variable made by Var or a field of one.
func Set[T any](dst, src *T) Setting { return Setting{dst, src} }

type settingKey struct {
	start uintptr
	typ   reflect.Type
}

type setting struct {
	settingKey
	node *node
	used bool
	late bool // a constant came after it
	pos  position
	keep any
	was  reflect.Value // what was there when it was filled
}

// Fill completes a literal: what the settings say are references, all else is constant. It returns v, so that it
// fits into a call:
//
//	in := &Resize{Mode: "preview"}
//	flow.Task(f, "Make preview", Thumbnail, flow.Fill(f, in, flow.Set(&in.Job, job)))
//
// The document has the JSON that encoding/json would write for v, with references in place. Fields of v can be
// referred to afterwards.
func Fill[T any](f *Flow, v *T, settings ...Setting) *T {
	m := f.m
	if v == nil {
		m.report(diagnosis{code: "nil-argument", message: fmt.Sprintf("Fill completes a nil *%s", reflect.TypeFor[T]()), hint: "give it a literal: flow.Fill(f, &Question{}, …)"})
		return new(T)
	}
	if m.written[settingKey{reflect.ValueOf(v).Pointer(), reflect.TypeFor[T]()}] != nil {
		m.report(diagnosis{code: "fill-late", message: fmt.Sprintf("this %s is in the document already, as it was", reflect.TypeFor[T]()), hint: "fill it before it is used"})
	}
	for _, x := range settings {
		f.set(x)
	}
	return v
}

func (f *Flow) set(x Setting) {
	m := f.m
	p := reflect.ValueOf(x.dst)
	if reflect.ValueOf(x.src).IsNil() {
		m.report(diagnosis{code: "nil-argument", message: fmt.Sprintf("Set gives a nil %T", x.src), hint: "point to what it is set to; what is left out stays as the literal has it"})
		return
	}
	if p.IsNil() {
		m.report(diagnosis{code: "fill-target", message: fmt.Sprintf("Set fills a nil *%s", p.Type().Elem()), hint: "point to a field of the literal; a member that is a pointer takes the value in the literal itself: &T{Note: value}"})
		return
	}
	if m.allocAt(p.Pointer()) != nil {
		m.report(diagnosis{code: "fill-target", message: "Set in Fill needs a field of the literal", hint: "variables are set with flow.Assign; other values of the workflow never change"})
		return
	}
	k := settingKey{p.Pointer(), p.Type().Elem()}
	if k.typ.Size() == 0 {
		return
	}
	if m.settings[k] != nil {
		m.report(diagnosis{code: "fill-twice", message: fmt.Sprintf("this %s is filled twice", k.typ), hint: "use two literals, or one Set"})
	}
	s := &setting{settingKey: k, node: f.node(x.src), keep: x.dst, pos: here()}
	m.guard.spoil(s, p.Elem(), len(m.filled))
	s.was = reflect.New(k.typ).Elem()
	s.was.Set(p.Elem())
	m.settings[k], m.filled = s, append(m.filled, k.start)
}

// setting is what fills the place v, if something does.
func (m *machine) setting(v reflect.Value) *setting {
	s := m.settings[settingKey{v.Addr().Pointer(), v.Type()}]
	if s == nil {
		return nil
	}
	if !s.late && v.Comparable() && !v.Equal(s.was) {
		s.late = true
		m.report(diagnosis{pos: &s.pos, code: "fill-overwritten", message: fmt.Sprintf("this %s was given a constant after Set had filled it", s.typ), hint: "what Set gives stays: give the constant before, or leave one of them out"})
	}
	s.used = true
	return s
}

// unused reports settings that filled nothing of what was written.
func (m *machine) unused() {
	for _, s := range m.settings {
		if !s.used {
			m.report(diagnosis{severity: diag.Warning, code: "fill-unused", pos: &s.pos, message: fmt.Sprintf("what Set gives to a %s appears nowhere", s.typ), hint: "point to a field of the literal itself, not of a copy, and use the literal"})
		}
	}
}
