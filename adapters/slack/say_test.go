package slack

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"webcare/adapters"
)

// TestSentences: what staff read of the desk's troubles is there in every language, and nothing else is.
func TestSentences(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]int{} // format -> how many arguments
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			if f, is := call.Fun.(*ast.Ident); is && f.Name == "sayf" {
				lit, is := call.Args[0].(*ast.BasicLit)
				if !is {
					t.Errorf("%s: the format of sayf must stand there as it is", name)
					return true
				}
				format, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				said[format] = len(call.Args) - 1
			}
			return true
		})
	}
	if len(said) < 20 {
		t.Errorf("only %d sentences found: this test looks in the wrong place", len(said))
	}
	for tag, words := range sentences {
		for format, n := range said {
			args := make([]any, n)
			for i, verb := range regexp.MustCompile(`%[a-z]`).FindAllString(format, -1) {
				if args[i] = any(i); verb != "%d" {
					args[i] = fmt.Sprint("arg", i)
				}
			}
			other, there := words[format]
			if text := fmt.Sprintf(other, args...); !there || strings.Contains(text, "%!") || (other == format && strings.Contains(strings.Trim(format, "%sw: "), " ")) {
				t.Errorf("%s: no good words for %q: %q", tag, format, text)
			}
		}
		for format := range words {
			if _, there := said[format]; !there {
				t.Errorf("%s: nobody says %q", tag, format)
			}
		}
	}
}

func TestSaidIn(t *testing.T) {
	inner := sayf("the desk channel is archived; unarchive it, or choose another channel in the config")
	for _, c := range []struct {
		err    error
		en, nl string
	}{
		{sayf("apps.connections.open: %s: %w", "is_archived", inner), "apps.connections.open: is_archived: the desk channel is archived; unarchive it", "apps.connections.open: is_archived: het kanaal is gearchiveerd; haal"},
		{(&home{channelName: "webcare"}).overheard(), "the channel #webcare is shared with people outside the company", "het kanaal #webcare wordt gedeeld met mensen van buiten het bedrijf"},
		{refuse(method{name: "chat.postMessage"}, nil, answer{Error: "not_in_channel"}), "chat.postMessage: not_in_channel: the bot is not", "chat.postMessage: not_in_channel: de bot zit niet"},
		{refuse(method{name: "chat.postMessage"}, nil, answer{Error: "missing_scope", Needed: "chat:write"}), "lacks the scope chat:write; add", "mist de scope chat:write; voeg"},
		{errors.New("of somebody else"), "of somebody else", "of somebody else"},
	} {
		for tag, want := range map[string]string{"en": c.en, "nl": c.nl, "fr": c.en} {
			if got := adapters.InWords(c.err, tag); !strings.Contains(got, want) || strings.Contains(got, "%!") {
				t.Errorf("%s: got %q, want %q", tag, got, want)
			}
		}
		if !strings.Contains(c.err.Error(), c.en) {
			t.Errorf("the log says %q", c.err)
		}
	}
	if !errors.Is((&home{}).overheard(), adapters.ErrOverheard) {
		t.Error("the sentence hides its cause")
	}
}
