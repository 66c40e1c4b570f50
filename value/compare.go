package value

import (
	"cmp"
	"strings"
)

// Equal tells whether a and b are the same JSON value: numbers by amount, however they are spelled, objects
// regardless of order. Two absent values are equal.
func Equal(a, b Value) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case NumberKind:
		return a.text == b.text || sameNumber(a.text, b.text)
	case ArrayKind:
		if a.node == b.node {
			return true
		}
		all, others := a.node.all(), b.node.all()
		if len(all) != len(others) {
			return false
		}
		for i := range all {
			if !Equal(all[i], others[i]) {
				return false
			}
		}
		return true
	case ObjectKind:
		return equalObjects(a.node, b.node)
	case Absent, NullKind, BoolKind, StringKind:
		return a.text == b.text
	}
	return a.text == b.text
}

func equalObjects(a, b *node) bool {
	if a == b {
		return true
	}
	if len(a.items) != len(b.items) {
		return false
	}
	for i, name := range a.names {
		j := b.find(name)
		if j < 0 || !Equal(a.items[i], b.items[j]) {
			return false
		}
	}
	return true
}

func sameNumber(a, b string) bool {
	an, ad, ae := decimal(a)
	bn, bd, be := decimal(b)
	return an == bn && ad == bd && ae == be
}

// CompareNumbers orders two numbers by amount, exactly: -1, 0 or 1. It is 0 when one of them is no number.
func CompareNumbers(a, b Value) int {
	if a.node != aNumber || b.node != aNumber {
		return 0
	}
	if c := cmp.Compare(a.Float(), b.Float()); c != 0 {
		return c
	}
	an, ad, ae := decimal(a.text)
	bn, bd, be := decimal(b.text)
	switch {
	case an != bn && an, ad == "" && bd != "" && !bn, bd == "" && ad != "" && an:
		return -1
	case an != bn, ad == "" && bd != "", bd == "" && ad != "":
		return 1
	}
	c := cmp.Compare(len(ad)+ae, len(bd)+be)
	if c == 0 {
		c = strings.Compare(ad, bd)
	}
	if an {
		return -c
	}
	return c
}
