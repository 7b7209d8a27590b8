package config

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"

	"webcare/adapters"
)

const head = `# The config of webcare. Copy it to config.toml, fill it in, and run: chmod 600 config.toml
# A secret stands here literally, as "env:NAME" (an environment variable) or as "file:PATH" (the content of a file).
# A length of time is a number and a unit: "10s", "15m", "2h". A key with a default may be left out.
# This file is generated from the settings themselves: go test ./bot/config -run Example -update
`

// Example writes config.example.toml from the tags of the settings structs: doc is the comment, example the value;
// where there is no example the default is shown.
func Example(slack adapters.Settings, kinds []adapters.Kind) []byte {
	var b bytes.Buffer
	b.WriteString(head)
	for _, p := range sections(defaults(slack)) {
		fmt.Fprintf(&b, "\n# %s\n[%s]\n", p.doc, p.name)
		writeKeys(&b, p.settings)
		if p.name == "nudge" {
			writeLadder(&b)
		}
	}
	b.WriteString("\n# Our accounts on the networks where customers are: one [[account]] each, as many as you like. The name is yours to\n" +
		"# choose (a-z, 0-9 and -); keep it, because the memory knows the account by it.\n")
	for _, k := range kinds {
		fmt.Fprintf(&b, "\n[[account]]\nname = \"my-%s\"\nadapter = %q\n", k.Name, k.Name)
		writeKeys(&b, k.Settings())
		m := manner()
		writeKeys(&b, &m)
	}
	return b.Bytes()
}

// writeLadder writes the usual ladder as a remark, so that a copy of the example keeps the usual one.
func writeLadder(b *bytes.Buffer) {
	b.WriteString("\n# The reminders: these, as far as duty and lead are set, where the file has none. To have others, take away the # and\n" +
		"# change them: at most " + itoa(mostSteps) + ", in the order of after. To have none, write step = [] below [nudge].\n")
	for _, f := range keysOf(&Step{}) {
		fmt.Fprintf(b, "# - %s: %s\n", f.Tag.Get("toml"), f.Tag.Get("doc"))
	}
	for _, s := range usual() {
		b.WriteString("#\n# [[nudge.step]]\n")
		for _, f := range keysOf(&s) {
			fmt.Fprintf(b, "# %s = %s\n", f.Tag.Get("toml"), literal(reflect.ValueOf(&s).Elem().FieldByIndex(f.Index)))
		}
	}
}

func writeKeys(b *bytes.Buffer, settings any) {
	v := reflect.ValueOf(settings).Elem()
	for _, f := range keysOf(settings) {
		field := v.FieldByIndex(f.Index)
		if doc := f.Tag.Get("doc"); doc != "" {
			fmt.Fprintf(b, "# %s\n", doc)
		}
		value := literal(field)
		if example, ok := f.Tag.Lookup("example"); ok {
			value = example
			if isText(field) {
				value = quote(example)
			}
		}
		fmt.Fprintf(b, "%s = %s\n", f.Tag.Get("toml"), value)
	}
}

func isText(field reflect.Value) bool {
	_, text := field.Addr().Interface().(encoding.TextUnmarshaler)
	return text || field.Kind() == reflect.String || field.Type() == reflect.TypeFor[time.Duration]()
}

// literal is the value as TOML.
func literal(field reflect.Value) string {
	switch x := field.Interface().(type) {
	case adapters.Secret:
		return quote("") // never a value
	case time.Duration:
		return quote(short(x))
	case encoding.TextMarshaler:
		text, err := x.MarshalText()
		if err != nil {
			return quote("")
		}
		return quote(string(text))
	}
	switch field.Kind() {
	case reflect.String:
		return quote(field.String())
	case reflect.Float64:
		text := fmt.Sprint(field.Float())
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	case reflect.Slice:
		var all []string
		for i := range field.Len() {
			all = append(all, literal(field.Index(i)))
		}
		return "[" + strings.Join(all, ", ") + "]"
	}
	return fmt.Sprint(field.Interface())
}

// short is "15m" where package time says "15m0s".
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}
