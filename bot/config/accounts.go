package config

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"webcare/adapters"
)

// tables reads [[name]].
func tables(in *table, where, name string, found *Mistakes) []*table {
	v := in.keys[name]
	switch {
	case v == nil || v.kind == unstable.Invalid:
		return nil
	case v.kind == unstable.ArrayTable:
		return v.tabs
	case v.kind == unstable.Array && !slices.ContainsFunc(v.list, func(v *value) bool { return v.tab == nil }):
		var all []*table
		for _, one := range v.list {
			all = append(all, one.tab)
		}
		return all
	}
	found.add(v.line, join(where, name), "there can be several: write [["+join(where, name)+"]], in double brackets")
	if v.kind == unstable.Table {
		return []*table{v.tab}
	}
	return nil
}

func readAccounts(c *Config, root *table, kinds []adapters.Kind, found *Mistakes) {
	all := tables(root, "", "account", found)
	if len(all) == 0 && root.keys["account"] == nil {
		found.add(0, "account", "there is none, so no customer could be heard: add [[account]] with a name and an adapter")
	}
	first := map[string]int{}
	for _, t := range all {
		a := Account{Name: text(t, "name", found), Kind: kind(t, kinds, found), Manner: manner(), line: t.line}
		switch line := t.lineOf("name"); {
		case a.Name == "" || told(found, line, "account.name"):
		case !isName(a.Name):
			found.add(line, "account.name", "use a to z, 0 to 9 and -, at most 40: it is part of /hook/<name>")
		case first[a.Name] > 0:
			found.add(line, "account.name", "the account at line "+itoa(first[a.Name])+" has the same name: names must differ")
		default:
			first[a.Name] = line
		}
		if a.Kind.Settings != nil {
			a.Settings = a.Kind.Settings()
			own := keyNames(keysOf(&a.Manner))
			fill(t, "account", a.Settings, found, append(own, "name", "adapter")...)
			fill(t, "account", &a.Manner, found, without(t.order, own)...)
			ask(t, "account", a.Settings, found)
			ask(t, "account", &a.Manner, found)
			if c.HTTP.Listen == "" && hearsByHTTP(a) {
				found.add(t.line, "account", "it hears by POST /hook/<name>, so set listen under [http]")
			}
		}
		c.Accounts = append(c.Accounts, a)
	}
}

// without is all but some.
func without(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(key string) bool { return slices.Contains(some, key) })
}

// hearsByHTTP says whether the network must reach us. Settings with mistakes make no adapter; they are told anyway.
func hearsByHTTP(a Account) bool {
	if a.Kind.New == nil || len(a.Settings.Problems()) > 0 {
		return false
	}
	made, err := a.Kind.New(a.Name, a.Settings, adapters.Env{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return false
	}
	_, is := made.(adapters.HTTPHandler)
	return is
}

// text reads a required text; "" where it was missing or wrong, which has been told.
func text(t *table, key string, found *Mistakes) string {
	v := t.keys[key]
	switch {
	case v == nil:
		found.add(t.line, "account."+key, "it is missing: add "+key+` = "…"`)
	case v.kind == unstable.Invalid:
	case v.kind != unstable.String:
		found.add(v.line, "account."+key, "this must be a text in quotes, not "+kindName(v))
	case v.text == "":
		found.add(v.line, "account."+key, "it is empty")
	default:
		return v.text
	}
	return ""
}

// kind finds the adapter of an account; the zero Kind where there is none, which has been told.
func kind(t *table, kinds []adapters.Kind, found *Mistakes) adapters.Kind {
	name := text(t, "adapter", found)
	if name == "" {
		return adapters.Kind{}
	}
	var known []string
	for _, k := range kinds {
		if k.Name == name {
			return k
		}
		known = append(known, k.Name)
	}
	message := "there is no such adapter; there are: " + strings.Join(known, ", ")
	if near := nearest(name, known); near != "" {
		message = "there is no such adapter; did you mean " + near + "?"
	}
	found.add(t.lineOf("adapter"), "account.adapter", message)
	return adapters.Kind{}
}

func isName(s string) bool {
	return len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-' && s[len(s)-1] != '-'
}
