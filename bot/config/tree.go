package config

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// table is a TOML table that remembers its lines.
type table struct {
	line int
	keys map[string]*value
	// order has the keys as they stand in the file.
	order []string
	// header: [name] was seen for it, so that a second one is a mistake.
	header bool
}

// value is what stands behind a key.
type value struct {
	line int
	kind unstable.Kind // unstable.Invalid: the line is broken, which has been said
	text string        // of a scalar, strings without their quotes
	list []*value      // of an array
	tab  *table        // of a table
	tabs []*table      // of [[name]]
}

func newTable(line int) *table { return &table{line: line, keys: map[string]*value{}} }

func (t *table) set(key string, v *value) {
	if _, have := t.keys[key]; !have {
		t.order = append(t.order, key)
	}
	t.keys[key] = v
}

// lineOf is the line of the key, or of the table where it does not say the key.
func (t *table) lineOf(key string) int {
	if v := t.keys[key]; v != nil {
		return v.line
	}
	return t.line
}

// reader builds the tree and goes on after a broken line, so that the mistakes behind it are found as well.
type reader struct {
	text  []byte
	base  int // offset in text at which the parser began
	p     unstable.Parser
	root  *table
	at    *table // the table that keys go to
	where string // its name
	found *Mistakes
}

// read turns text into a tree; what is wrong with it is added to found.
func read(text []byte, found *Mistakes) *table {
	text = slices.Clip(text) // the parser finds positions by capacities
	r := &reader{text: text, root: newTable(0), found: found}
	r.at = r.root
	r.p.Reset(text)
	for {
		for r.p.NextExpression() {
			r.expression(r.p.Expression())
		}
		err := r.p.Error()
		if err == nil {
			break
		}
		if !r.recover(err) {
			break
		}
	}
	return r.root
}

func (r *reader) line(n *unstable.Node) int {
	return 1 + bytes.Count(r.text[:r.base+int(n.Raw.Offset)], []byte("\n"))
}

func (r *reader) expression(n *unstable.Node) {
	switch n.Kind {
	case unstable.KeyValue:
		r.assign(r.at, r.where, n)
	case unstable.Table, unstable.ArrayTable:
		r.header(n)
	}
}

// header enters [a.b] or [[a.b]].
func (r *reader) header(n *unstable.Node) {
	var names []string
	line := 0
	for it := n.Key(); it.Next(); {
		names = append(names, string(it.Node().Data))
		line = r.line(it.Node())
	}
	r.enter(names, n.Kind == unstable.ArrayTable, line)
}

// enter makes the table of those names the one that keys go to.
func (r *reader) enter(names []string, array bool, line int) {
	r.where = show(strings.Join(names, "."))
	at := r.root
	for _, name := range names[:len(names)-1] {
		at = descend(at, name, line)
	}
	last := names[len(names)-1]
	old := at.keys[last]
	switch {
	case array:
		r.at = newTable(line)
		r.at.header = true
		switch {
		case old == nil:
			at.set(last, &value{line: line, kind: unstable.ArrayTable, tabs: []*table{r.at}})
		case old.kind == unstable.ArrayTable:
			old.tabs = append(old.tabs, r.at)
		default:
			r.found.add(line, r.where, "it was written as something else above: use [["+r.where+"]] each time")
		}
	case old != nil && old.kind == unstable.Table && !old.tab.header:
		r.at, old.tab.header = old.tab, true
		old.tab.line = line
	case old != nil:
		r.found.add(line, r.where, "this table was already there at line "+itoa(old.line)+": put the keys together")
		r.at = newTable(line)
	default:
		r.at = newTable(line)
		r.at.header = true
		at.set(last, &value{line: line, kind: unstable.Table, tab: r.at})
	}
}

// descend finds the table name in at: the last one of [[name]], a new one where there is none.
func descend(at *table, name string, line int) *table {
	v := at.keys[name]
	switch {
	case v != nil && v.kind == unstable.Table:
		return v.tab
	case v != nil && v.kind == unstable.ArrayTable:
		return v.tabs[len(v.tabs)-1]
	case v != nil:
		return newTable(line) // a scalar; the library's decoder tells
	}
	t := newTable(line)
	at.set(name, &value{line: line, kind: unstable.Table, tab: t})
	return t
}

// assign puts `key = value`, with a dotted key perhaps, into at.
func (r *reader) assign(at *table, where string, n *unstable.Node) {
	var names []string
	line := 0
	for it := n.Key(); it.Next(); {
		names = append(names, string(it.Node().Data))
		line = r.line(it.Node())
	}
	for _, name := range names[:len(names)-1] {
		at = descend(at, name, line)
		where = join(where, show(name))
	}
	last := names[len(names)-1]
	if old := at.keys[last]; old != nil {
		r.found.add(line, join(where, show(last)), "it was already set at line "+itoa(old.line)+": keep one of the two")
		return
	}
	at.set(last, r.value(n.Value(), line, join(where, show(last))))
}

func (r *reader) value(n *unstable.Node, line int, where string) *value {
	v := &value{line: line, kind: n.Kind, text: string(n.Data)}
	switch n.Kind {
	case unstable.Array:
		for it := n.Children(); it.Next(); {
			v.list = append(v.list, r.value(it.Node(), line, where))
		}
	case unstable.InlineTable:
		v.kind, v.tab = unstable.Table, newTable(line)
		v.tab.header = true
		for it := n.Children(); it.Next(); {
			r.assign(v.tab, where, it.Node())
		}
	}
	return v
}

// begins says whether an expression, a remark or nothing begins on the line.
func begins(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '[' || line[0] == '#' || bareKey(line) != ""
}

// bareKey is the key that a line begins with, "" where it begins with something else.
func bareKey(line []byte) string {
	line = bytes.TrimSpace(line)
	n := bytes.IndexFunc(line, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.')
	})
	if n < 0 {
		n = len(line)
	}
	return string(line[:n])
}

// recover tells what is wrong with the line and goes on at the next one that looks sane; false at the end.
func (r *reader) recover(err error) bool {
	at, text := len(r.text), "this is not TOML"
	if pe, ok := errors.AsType[*unstable.ParserError](err); ok {
		at = r.base + int(r.p.Range(pe.Highlight).Offset)
		text = plainSyntax(pe.Message)
	}
	at = min(at, len(r.text))
	line := 1 + bytes.Count(r.text[:at], []byte("\n"))
	start := bytes.LastIndexByte(r.text[:at], '\n') + 1
	r.found.add(line, "", text)
	r.guess(start, line)
	for next := start; ; {
		end := bytes.IndexByte(r.text[next:], '\n')
		if end < 0 {
			return false
		}
		next += end + 1
		one, _, _ := bytes.Cut(r.text[next:], []byte("\n"))
		if begins(one) {
			r.base = next
			r.p.Reset(r.text[next:])
			return true
		}
	}
}

// guess makes the best of the broken line that begins at start, so that it does not cause mistakes elsewhere: what it
// names is not missing.
func (r *reader) guess(start, line int) {
	broken, _, _ := bytes.Cut(r.text[start:], []byte("\n"))
	broken = bytes.TrimSpace(broken)
	inside := bytes.TrimLeft(broken, "[")
	key := bareKey(inside)
	if brackets := len(broken) - len(inside); brackets > 0 && key != "" {
		r.enter(strings.Split(key, "."), brackets > 1, line)
		return
	}
	// A list or text may have begun some lines above.
	for above := r.text[:start]; ; line-- {
		if key != "" && r.at.keys[key] == nil {
			r.at.set(key, &value{line: line, kind: unstable.Invalid})
		}
		if len(above) == 0 {
			return
		}
		above = above[:len(above)-1]
		from := bytes.LastIndexByte(above, '\n') + 1
		one := bytes.TrimSpace(above[from:])
		key = bareKey(one)
		if len(one) > 0 && one[0] == '[' || key != "" && r.at.keys[key] != nil {
			return
		}
		above = above[:from]
	}
}

// plainSyntax puts the parser's words into plain ones, without the character it stumbled over.
func plainSyntax(message string) string {
	for _, one := range []struct{ has, plain string }{
		{"already", "a table or key is defined twice"},
		{"U+000A", "the value behind = is missing"},
		{"U+000D", "the value behind = is missing"},
		{"strings must be quoted", `a text needs quotes around it: key = "text"`},
		{"at start of value", `a text needs quotes around it: key = "text"`},
		{"expected keyword", `a text needs quotes around it: key = "text"`},
		{"expected newline", `there is something behind the end of the value: a text needs quotes around it, a remark begins with #`},
		{"cannot have new lines", "the closing quote is missing"},
		{"unterminated", "the closing quote is missing"},
		{"not terminated", "the closing quotes are missing"},
		{"expected '='", "this line should read: key = value"},
		{"start of key", "this line should read: key = value"},
		{"to close table name", "the closing ] is missing"},
		{"to close array table name", "the closing ]] is missing"},
		{"after array value", "a list needs commas between its entries and ] at its end"},
		{"array is incomplete", "the ] at the end of the list is missing"},
		{"expected value", "the value behind = is missing"},
		{"escape", `a backslash means something special in "…": write it twice, or use '…'`},
		{"UTF-8", "this line is not UTF-8 text"},
	} {
		if strings.Contains(message, one.has) {
			return one.plain
		}
	}
	message, _, _ = strings.Cut(message, ":")
	message, _, _ = strings.Cut(message, " U+")
	return "this is not TOML: " + message
}
