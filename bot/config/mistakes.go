package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong in the file. Text is a sentence without any value of the file in it.
type Mistake struct {
	// Line counts from 1; 0 = it has no line, something is missing.
	Line int
	// Key is the dotted key or the table it is about ("account.token"); may be empty.
	Key  string
	Text string
}

// String is the mistake as a person reads it.
func (m Mistake) String() string {
	var b strings.Builder
	if m.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", m.Line)
	}
	if m.Key != "" {
		b.WriteString(m.Key + ": ")
	}
	b.WriteString(m.Text)
	return b.String()
}

// Mistakes is the error of a file that cannot be used: all that is wrong with it, in order of lines.
type Mistakes struct {
	Name string // of the file
	List []Mistake
}

// Error lists the mistakes, one a line, the first 50 of them.
func (m *Mistakes) Error() string {
	var b strings.Builder
	if n := len(m.List); n == 1 {
		fmt.Fprintf(&b, "1 mistake in %s:", m.Name)
	} else {
		fmt.Fprintf(&b, "%d mistakes in %s:", n, m.Name)
	}
	for i, one := range m.List {
		if i == 50 {
			fmt.Fprintf(&b, "\n  and %d more", len(m.List)-i)
			break
		}
		b.WriteString("\n  " + one.String())
	}
	return b.String()
}

func (m *Mistakes) add(line int, key, text string) {
	m.List = append(m.List, Mistake{line, key, text})
}

// err is nil where there is no mistake.
func (m *Mistakes) err() error {
	if len(m.List) == 0 {
		return nil
	}
	slices.SortStableFunc(m.List, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return m
}
