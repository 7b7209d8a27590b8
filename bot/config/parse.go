package config

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"webcare/adapters"
)

// Parse reads the text of a config; name is what errors call it. Slack and errors are as for Load.
func Parse(name string, text []byte, slack adapters.Settings, kinds []adapters.Kind) (*Config, error) {
	found := &Mistakes{Name: name}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	root := read(text, found)
	c := defaults(slack)
	parts := sections(c)
	for _, s := range parts {
		t := section(root, s.name, found)
		fill(t, s.name, s.settings, found, s.subtables...)
		ask(t, s.name, s.settings, found)
	}
	readSteps(c, root, found)
	readAccounts(c, root, kinds, found)
	unknownTables(root, parts, found)
	if len(found.List) == 0 {
		lastWord(text, found)
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	c.Warnings = warnings(c)
	return c, nil
}

// part is one [table] of the file.
type part struct {
	name      string
	doc       string
	settings  adapters.Settings
	subtables []string
}

// sections lists the tables in the order of the example.
func sections(c *Config) []part {
	return []part{
		{"slack", "Slack, where staff work. `webcare manifest` prints the app to install.", c.Slack, nil},
		{"store", "The memory.", &c.Store, nil},
		{"http", "What webcare serves.", &c.HTTP, nil},
		{"answer", "Answers to customers.", &c.Answer, nil},
		{"hours", "When staff are there: only then does the time count that customers wait.", &c.Hours, nil},
		{"nudge", "Who is reminded of customers that wait.", &c.Nudge, []string{"step"}},
	}
}

// section finds the table, an empty one where there is none.
func section(root *table, name string, found *Mistakes) *table {
	v := root.keys[name]
	switch {
	case v == nil || v.kind == unstable.Invalid:
		return newTable(0)
	case v.kind == unstable.Table:
		return v.tab
	case v.kind == unstable.ArrayTable:
		found.add(v.line, name, "there is only one of it: write ["+name+"]")
		return v.tabs[0]
	}
	found.add(v.line, name, "this is a table: write ["+name+"] on a line of its own and its keys below")
	return newTable(0)
}

// unknownTables tells about what stands outside of the known tables.
func unknownTables(root *table, parts []part, found *Mistakes) {
	known := []string{"account"}
	for _, p := range parts {
		known = append(known, p.name)
	}
	for _, key := range root.order {
		v := root.keys[key]
		if slices.Contains(known, key) || v.kind == unstable.Invalid {
			continue
		}
		home := slices.IndexFunc(parts, func(p part) bool { return slices.Contains(keyNames(keysOf(p.settings)), key) })
		if v.tab == nil && home >= 0 {
			found.add(v.line, show(key), "it belongs below ["+parts[home].name+"]")
			continue
		}
		if v.tab == nil && slices.Contains(keyNames(keysOf(&Manner{})), key) {
			found.add(v.line, show(key), "it belongs below an [[account]]")
			continue
		}
		found.add(v.line, show(key), unknownKey(key, known))
	}
}

// lastWord asks the library's own decoder, which knows every rule about defining things twice.
func lastWord(text []byte, found *Mistakes) {
	var whole map[string]any
	err := toml.Unmarshal(text, &whole)
	if err == nil {
		return
	}
	line := 0
	if de, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ = de.Position()
	}
	found.add(line, "", plainSyntax(strings.TrimPrefix(err.Error(), "toml: ")))
}
