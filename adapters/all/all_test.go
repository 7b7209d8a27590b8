package all_test

import (
	"reflect"
	"strings"
	"testing"

	"webcare/adapters"
	"webcare/adapters/all"
)

// What every kind owes to the config: a name, settings that are a pointer to a struct, and documented keys.
func TestKinds(t *testing.T) {
	names := map[string]bool{}
	for _, k := range all.Kinds() {
		if k.Name == "" || strings.Trim(k.Name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || names[k.Name] {
			t.Errorf("the name %q is empty, taken or not made of a-z and 0-9", k.Name)
		}
		names[k.Name] = true
		if k.Label == "" {
			t.Errorf("%s: the label that staff read is missing", k.Name)
		}
		if k.New == nil || k.Settings == nil {
			t.Errorf("%s: New or Settings is missing", k.Name)
			continue
		}
		set := k.Settings()
		if again := k.Settings(); set == again {
			t.Errorf("%s: two accounts share one settings struct", k.Name)
		}
		if typ := reflect.TypeOf(set); typ.Kind() != reflect.Pointer || typ.Elem().Kind() != reflect.Struct {
			t.Fatalf("%s: the settings are no pointer to a struct", k.Name)
		}
		for f := range reflect.TypeOf(set).Elem().Fields() {
			key, doc := f.Tag.Get("toml"), f.Tag.Get("doc")
			switch {
			case !f.IsExported() || key == "-":
			case key == "" || key == "name" || key == "adapter" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "":
				t.Errorf("%s.%s: the key %q is missing, taken or not made of a-z and _", k.Name, f.Name, key)
			case doc == "" || strings.Contains(doc, "\n"):
				t.Errorf("%s.%s: the doc must be one line", k.Name, f.Name)
			}
		}
		for _, p := range set.Problems() {
			if p.Key == "" || p.Text == "" {
				t.Errorf("%s: problem %+v", k.Name, p)
			}
		}
		if _, err := k.New("test", set, adapters.Env{}); len(set.Problems()) > 0 && err == nil {
			t.Errorf("%s: New takes settings that have problems", k.Name)
		}
	}
}
