package conversation_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// source is the package's code without its tests.
func source(t *testing.T) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// functions calls do with every function and the name of the type it is a method of.
func functions(files []*ast.File, do func(receiver string, f *ast.FuncDecl)) {
	for _, file := range files {
		for _, d := range file.Decls {
			f, is := d.(*ast.FuncDecl)
			if !is {
				continue
			}
			receiver := ""
			if f.Recv != nil {
				at := f.Recv.List[0].Type
				if star, is := at.(*ast.StarExpr); is {
					at = star.X
				}
				if name, is := at.(*ast.Ident); is {
					receiver = name.Name
				}
			}
			do(receiver, f)
		}
	}
}

// withMethod lists the types that have a method.
func withMethod(files []*ast.File, method string) []string {
	found := map[string]bool{}
	functions(files, func(receiver string, f *ast.FuncDecl) {
		if receiver != "" && f.Name.Name == method {
			found[receiver] = true
		}
	})
	return slices.Sorted(maps.Keys(found))
}

// handled lists the types that stand alone in a case of a function's type switches.
func handled(files []*ast.File, name string) []string {
	found := map[string]bool{}
	functions(files, func(receiver string, f *ast.FuncDecl) {
		if receiver != "" || f.Name.Name != name {
			return
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			s, is := n.(*ast.TypeSwitchStmt)
			if !is {
				return true
			}
			for _, clause := range s.Body.List {
				for _, one := range clause.(*ast.CaseClause).List {
					if name, is := one.(*ast.Ident); is {
						found[name.Name] = true
					}
				}
			}
			return true
		})
	})
	return slices.Sorted(maps.Keys(found))
}

// The sets of events and effects are closed: whoever adds one must say what follows from it, or in which queue it waits.
func TestEveryEventIsHandled(t *testing.T) {
	files := source(t)
	events := withMethod(files, "event")
	if len(events) < 14 {
		t.Fatalf("only %d events found: %v", len(events), events)
	}
	if got := handled(files, "Apply"); !slices.Equal(got, events) {
		t.Errorf("Apply handles\n%v, and the events are\n%v", got, events)
	}
}

func TestEveryEffectHasAWay(t *testing.T) {
	files := source(t)
	effects := withMethod(files, "effect")
	if len(effects) < 11 {
		t.Fatalf("only %d effects found: %v", len(effects), effects)
	}
	if got := withMethod(files, "Way"); !slices.Equal(got, effects) {
		t.Errorf("these have a Way\n%v, and the effects are\n%v", got, effects)
	}
	functions(files, func(receiver string, f *ast.FuncDecl) {
		if f.Name.Name != "Way" {
			return
		}
		for _, s := range f.Body.List {
			back, is := s.(*ast.ReturnStmt)
			if !is {
				continue
			}
			if way, is := back.Results[0].(*ast.Ident); !is || !slices.Contains([]string{"Inward", "Outward", "Touch"}, way.Name) {
				t.Errorf("%s waits in no known queue", receiver)
			}
		}
	})
}
