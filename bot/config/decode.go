package config

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"webcare/adapters"
)

// keysOf lists the toml keys of a settings struct (or a pointer to one) in order.
func keysOf(settings any) []reflect.StructField {
	t := reflect.TypeOf(settings)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var fields []reflect.StructField
	for f := range t.Fields() {
		if key := f.Tag.Get("toml"); f.IsExported() && key != "" && key != "-" {
			fields = append(fields, f)
		}
	}
	return fields
}

func keyNames(fields []reflect.StructField) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Tag.Get("toml"))
	}
	return all
}

// fill sets the fields of the struct that into points to from the table. Keys in other are somebody else's.
func fill(t *table, where string, into any, found *Mistakes, other ...string) {
	fields := keysOf(into)
	known := append(slices.Clone(other), keyNames(fields)...)
	target := reflect.ValueOf(into).Elem()
	for _, key := range t.order {
		if slices.Contains(other, key) {
			continue
		}
		v := t.keys[key]
		if v.kind == unstable.Invalid {
			continue
		}
		i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return f.Tag.Get("toml") == key })
		if i < 0 {
			found.add(v.line, join(where, show(key)), unknownKey(key, known))
			continue
		}
		if text := assign(target.FieldByIndex(fields[i].Index), v); text != "" {
			found.add(v.line, join(where, key), text)
		}
	}
}

// assign puts the value into the field, or says what is wrong with it.
func assign(field reflect.Value, v *value) string {
	if u, ok := field.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if v.kind != unstable.String {
			return "this must be a text in quotes, not " + kindName(v)
		}
		if err := u.UnmarshalText([]byte(v.text)); err != nil {
			return err.Error()
		}
		return ""
	}
	if field.Type() == reflect.TypeFor[time.Duration]() {
		return assignDuration(field, v)
	}
	switch field.Kind() {
	case reflect.String:
		if v.kind != unstable.String {
			return "this must be a text in quotes, not " + kindName(v)
		}
		field.SetString(v.text)
	case reflect.Bool:
		if v.kind != unstable.Bool {
			return "this must be true or false, without quotes, not " + kindName(v)
		}
		field.SetBool(v.text == "true")
	case reflect.Int, reflect.Int64:
		return assignInt(field, v)
	case reflect.Float64:
		return assignFloat(field, v)
	case reflect.Slice:
		return assignList(field, v)
	default:
		return fmt.Sprintf("settings of type %s are not supported: this is a fault of webcare", field.Type())
	}
	return ""
}

func assignDuration(field reflect.Value, v *value) string {
	const help = `write a number and a unit in quotes, such as "10s", "15m" or "2h"`
	if v.kind != unstable.String {
		return "this must be a time: " + help
	}
	d, err := time.ParseDuration(v.text)
	if err != nil {
		return "this is no length of time: " + help
	}
	if d < 0 {
		return "a length of time cannot be negative"
	}
	field.SetInt(int64(d))
	return ""
}

func assignInt(field reflect.Value, v *value) string {
	if v.kind != unstable.Integer {
		return "this must be a whole number without quotes, not " + kindName(v)
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(v.text, "_", ""), 0, field.Type().Bits())
	if err != nil {
		return "this number is too big"
	}
	field.SetInt(n)
	return ""
}

func assignFloat(field reflect.Value, v *value) string {
	if v.kind != unstable.Integer && v.kind != unstable.Float {
		return "this must be a number without quotes, not " + kindName(v)
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(v.text, "_", ""), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return "this must be a number such as 1.5"
	}
	field.SetFloat(n)
	return ""
}

func assignList(field reflect.Value, v *value) string {
	if v.kind != unstable.Array {
		return "this must be a list in square brackets, not " + kindName(v)
	}
	list := reflect.MakeSlice(field.Type(), len(v.list), len(v.list))
	for i, one := range v.list {
		if text := assign(list.Index(i), one); text != "" {
			return fmt.Sprintf("entry %d of the list: %s", i+1, text)
		}
	}
	field.Set(list)
	return ""
}

// kindName says what somebody wrote, without the value.
func kindName(v *value) string {
	switch v.kind {
	case unstable.String:
		return "a text in quotes"
	case unstable.Bool:
		return "true or false"
	case unstable.Integer, unstable.Float:
		return "a number"
	case unstable.Array:
		return "a list"
	case unstable.Table:
		return "a table of keys"
	case unstable.ArrayTable:
		return "a list of tables"
	}
	return "a date or time"
}

// ask adds the problems that the settings themselves see. What was set but could not be read was told already.
func ask(t *table, where string, s adapters.Settings, found *Mistakes) {
	before := &Mistakes{List: found.List} // there can be several about one key
	for _, p := range s.Problems() {
		line := t.lineOf(p.Key)
		if told(before, line, join(where, p.Key)) {
			continue
		}
		if v := t.keys[p.Key]; v != nil && !known(v) {
			continue
		}
		found.add(line, join(where, p.Key), p.Text)
	}
}

// known says that the line of a value could be read.
func known(v *value) bool { return v.kind != unstable.Invalid }

// told says whether a mistake about the key in that line is known.
func told(found *Mistakes, line int, key string) bool {
	return slices.ContainsFunc(found.List, func(m Mistake) bool { return m.Line == line && m.Key == key })
}
