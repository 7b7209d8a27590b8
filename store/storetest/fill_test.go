package storetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"webcare/bot/conversation"
)

// The lists Events and Effects name every type of package conversation that has the method which seals the set.
func TestListsAreComplete(t *testing.T) {
	sealed := sealedTypes(t)
	for method, have := range map[string][]string{"event": names(Events()), "effect": names(Effects())} {
		if want := sealed[method]; !slices.Equal(have, want) {
			t.Errorf("the types with the method %s are\n%s\nand the list has\n%s", method, want, have)
		}
	}
}

func names[T any](values []T) []string {
	var out []string
	for _, v := range values {
		out = append(out, reflect.TypeOf(v).Name())
	}
	slices.Sort(out)
	return out
}

func sealedTypes(t *testing.T) map[string][]string {
	files, err := filepath.Glob(filepath.Join("..", "..", "bot", "conversation", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files of package conversation", err)
	}
	found := map[string][]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || (fn.Name.Name != "event" && fn.Name.Name != "effect") {
				continue
			}
			recv, ok := fn.Recv.List[0].Type.(*ast.Ident)
			if !ok {
				t.Fatalf("%s: the receiver of %s is no plain type", name, fn.Name.Name)
			}
			found[fn.Name.Name] = append(found[fn.Name.Name], recv.Name)
		}
	}
	for _, types := range found {
		slices.Sort(types)
	}
	return found
}

// Filled leaves no field at zero, so that a store which forgets one is found out.
func TestFilledLeavesNothingEmpty(t *testing.T) {
	for _, e := range Events() {
		checkFilled(t, reflect.ValueOf(Filled(7, e)), reflect.TypeOf(e).Name())
	}
	for _, e := range Effects() {
		checkFilled(t, reflect.ValueOf(Filled(7, e)), reflect.TypeOf(e).Name())
	}
	checkFilled(t, reflect.ValueOf(Filled(7, conversation.Conversation{})), "Conversation")
}

func checkFilled(t *testing.T, v reflect.Value, path string) {
	if v.Type() == reflect.TypeFor[conversation.Limits]() || v.Kind() == reflect.Struct && v.NumField() == 0 {
		return
	}
	if v.IsZero() {
		t.Errorf("%s is empty", path)
	}
	if v.Kind() != reflect.Struct || v.Type().PkgPath() == "time" {
		return
	}
	for i := range v.NumField() {
		checkFilled(t, v.Field(i), path+"."+v.Type().Field(i).Name)
	}
}
