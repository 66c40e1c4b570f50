// Package flowvet finds mistakes in Go functions that write workflows with package flow: those that the Go compiler
// cannot see, and that the build sees only in part.
//
// A workflow's function runs once, while the workflow is being written. A pointer to a field of one of its values stands
// for what the field will hold when the workflow runs; nothing is there yet. So every use of a value's field that is not
// the operand of & is a mistake: reading and copying it, comparing it, ranging over it, setting it, calling a method that
// takes it by value, handing it to somebody who does. The build finds most of that by running the function again with
// other values, but not what makes no difference then: if meta.Format == "JPEG" takes the same way twice. The analyser
// finds all of it, and names the place.
//
// # How it works
//
// The analyser runs the function as the build does, with values that stand for all that they could be. A value is a set
// of things: a pointer into a value of the workflow; a pointer to memory of the author's own, which is told apart by the
// place in the source that makes it and has fields of its own; a function, with the variables that it has captured; a
// *flow.Flow, with the scope that it writes to. Statements are run in their order, with a state of memory that is copied
// where ways part and joined where they meet; loops are run until nothing new comes of them. Thus p is a value of the
// workflow where it was assigned one, and a literal of the author's where it was not, and &settings{Mode: "x"} may be
// read although it travels through the same helper as the workflow's input.
//
// A function that is handed to the builder is called on the spot, with values of the workflow for its pointers, as the
// builder does: arms of a Choice, branches, handlers of errors, functions of expressions. Fragments, that is functions of
// the package that use the builder, are run anew for each call with what they are given, and what they do wrong is
// reported in their own source. Every other function is run once, with parameters that stand for anything; its summary
// tells what it reads, sets, keeps and calls of what its parameters lead to, and what it gives. What such a function does
// wrong is reported where the workflow calls it. Summaries are also the facts by which the analyser knows functions of
// other packages. A function whose source is unknown is taken to read what it is handed as a pointer or as an any, unless
// its package only hands values on (slices, maps, …).
//
// What the builder's own functions do follows from the form that they all have, not from a list: see builder.go. A new
// construct or integration package needs no word here.
//
// # What it leaves out
//
// A function that nobody calls with a value of a workflow is not blamed for what it does with its parameters. The order
// of goroutines, and package variables that other packages set, are not followed. A function that needs more than a few
// million steps is analysed with less care at the end, so that the time is bounded.
//
// # Uses
//
// Analyzer is for drivers of golang.org/x/tools/go/analysis; cmd/flowvet is one, alone and under go vet -vettool. Run and
// Find analyse packages that are loaded already: stepwright check calls Find.
package flowvet
