package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// TestEveryEffectIsCarried: an effect that nobody carries out would be a customer who never hears from us.
func TestEveryEffectIsCarried(t *testing.T) {
	fset := token.NewFileSet()
	effects, err := parser.ParseFile(fset, "conversation/effect.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	carry, err := parser.ParseFile(fset, "carry.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var carried []string
	for _, d := range carry.Decls {
		if f, is := d.(*ast.FuncDecl); is && f.Name.Name == "carry" {
			ast.Inspect(f, func(n ast.Node) bool {
				if c, is := n.(*ast.CaseClause); is {
					for _, e := range c.List {
						if s, is := e.(*ast.SelectorExpr); is {
							carried = append(carried, s.Sel.Name)
						}
					}
				}
				return true
			})
		}
	}
	found := 0
	for _, d := range effects.Decls {
		f, is := d.(*ast.FuncDecl)
		if !is || f.Name.Name != "effect" {
			continue
		}
		found++
		name := f.Recv.List[0].Type.(*ast.Ident).Name
		if !slices.Contains(carried, name) {
			t.Errorf("carry has no case for %s", name)
		}
	}
	if found < 5 {
		t.Errorf("only %d effects found: this test looks in the wrong place", found)
	}
}
