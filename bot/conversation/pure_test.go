package conversation_test

import (
	"go/ast"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	. "webcare/bot/conversation"
)

// The ground floor stands on nothing, and knows no clock.
func TestPurity(t *testing.T) {
	for _, f := range source(t) {
		for _, i := range f.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			if !slices.Contains([]string{"fmt", "slices", "sort", "strings", "time", "unicode", "unicode/utf8"}, path) {
				t.Errorf("%s imports %s", f.Name.Name, path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			s, is := n.(*ast.SelectorExpr)
			if !is {
				return true
			}
			if x, is := s.X.(*ast.Ident); is && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep", "NewTimer", "Local"}, s.Sel.Name) {
				t.Errorf("time.%s is used", s.Sel.Name)
			}
			if x, is := s.X.(*ast.Ident); is && x.Name == "fmt" && s.Sel.Name != "Sprintf" {
				t.Errorf("fmt.%s is used", s.Sel.Name)
			}
			return true
		})
	}
}

// What Apply returns shares nothing that a later Apply on the same argument would write to.
func TestResultsStandApart(t *testing.T) {
	base := opened(t, Ask).c
	base.Old = append(make([]Place, 0, 9), staff("p0"))
	base.Greeted = append(make([]string, 0, 9), "U7")
	base.Open = make([]Answer, 0, 9)
	other := base
	other.Thread = staff("p9")
	rules := Rules{OnUnsure: Ask, Clock: ladder{time.Minute}}
	play := func(c Conversation, by Person) Conversation {
		c, _ = Apply(c, wrote("a"+by.ID, three, by, tiny, start), rules, start)
		c, _ = Apply(c, CardGone{}, rules, start)
		return c
	}
	first := play(base, jan)
	kept := deepCopy(first)
	play(other, eva)
	if !reflect.DeepEqual(first, kept) {
		t.Errorf("%+v\nbecame\n%+v", kept, first)
	}
}
