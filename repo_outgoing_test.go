//go:build !race

package main_test

import (
	"go/ast"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// outgoing says which files open connections to the outside, and to where. The demo, the benchmark and the sims speak to
// this machine alone.
func outgoing() map[string]string {
	return map[string]string{
		"adapters/slack/client.go":      "Slack's Web API and its files",
		"adapters/slack/socket.go":      "Slack's Web API, to be told where the socket is",
		"adapters/slack/run.go":         "Slack's socket",
		"adapters/telegram/telegram.go": "the Bot API and its files",
		"adapters/webhook/config.go":    "the address in the config to which answers go",
		"control.go":                    "the webcare that runs, by a socket on this disk",
	}
}

// dials are the names by which a connection may be opened, or a program started that could.
func dials() map[string][]string {
	return map[string][]string{
		"net/http":                     {"Client", "Transport", "DefaultClient", "DefaultTransport", "Get", "Head", "Post", "PostForm", "ReadResponse"},
		"net":                          {"Dial", "DialTimeout", "DialIP", "DialTCP", "DialUDP", "DialUnix", "Dialer"},
		"crypto/tls":                   {"Dial", "DialWithDialer", "Dialer", "Client"},
		"github.com/gorilla/websocket": {"Dialer", "DefaultDialer", "NewClient"},
		"os/exec":                      {"Command", "CommandContext", "Cmd"},
		"os":                           {"StartProcess"},
	}
}

// TestOutgoing: no file opens connections but those that are known to, so that nothing a customer controls can be fetched;
// and each checks whom it talks to.
func TestOutgoing(t *testing.T) {
	known, used := outgoing(), map[string]bool{}
	for _, s := range sources(t) {
		if s.test || isSim(s.dir) || under(s.dir, "bot/demo") || s.dir == "bot/bench" || s.dir == "adapters/adaptertest" {
			continue
		}
		names := map[string][]string{} // what a file calls a package: its forbidden names
		for _, i := range s.file.Imports {
			p := strings.Trim(i.Path.Value, `"`)
			name := p[strings.LastIndex(p, "/")+1:]
			if i.Name != nil {
				name = i.Name.Name
			}
			if p == "net/rpc" || p == "net/smtp" || p == "plugin" || p == "log/syslog" {
				t.Errorf("%s imports %s, which opens connections or runs programs by itself", s.path, p)
			}
			names[name] = dials()[p]
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if star, is := n.(*ast.StarExpr); is {
				_, is = star.X.(*ast.SelectorExpr)
				return !is // the type of what another file made
			}
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			on, ok := sel.X.(*ast.Ident)
			switch {
			case !ok || !slices.Contains(names[on.Name], sel.Sel.Name):
			case known[s.path] == "":
				t.Errorf("%s: %s.%s: this file opens no connections: see outgoing in repo_outgoing_test.go", s.at(sel.Pos()), on.Name, sel.Sel.Name)
			default:
				used[s.path] = true
			}
			return true
		})
		if strings.Contains(s.text, "InsecureSkipVerify") {
			t.Errorf("%s: whom it talks to is not checked", s.path)
		}
	}
	for file := range known {
		if !used[file] {
			t.Errorf("%s opens no connections any more: take it out of outgoing in repo_outgoing_test.go", file)
		}
	}
}

// modulesBuilt are all modules that go into the program or its tests. A new one is looked at before it comes in.
func modulesBuilt() []string {
	return []string{
		"github.com/beorn7/perks",
		"github.com/cespare/xxhash/v2",
		"github.com/chromedp/cdproto",
		"github.com/chromedp/chromedp",
		"github.com/dustin/go-humanize",
		"github.com/go-analyze/bulk",
		"github.com/go-analyze/charts",
		"github.com/go-json-experiment/json",
		"github.com/go-telegram/bot",
		"github.com/golang/freetype",
		"github.com/gorilla/websocket",
		"github.com/munnerz/goautoneg",
		"github.com/pelletier/go-toml/v2",
		"github.com/prometheus/client_golang",
		"github.com/prometheus/client_model",
		"github.com/prometheus/common",
		"github.com/prometheus/procfs",
		"github.com/santhosh-tekuri/jsonschema/v6",
		"github.com/slack-go/slack",
		"github.com/standard-webhooks/standard-webhooks/libraries",
		"go.etcd.io/bbolt",
		"golang.org/x/image",
		"golang.org/x/sys",
		"golang.org/x/text",
		"golang.org/x/tools",
		"google.golang.org/protobuf",
		"pgregory.net/rapid",
	}
}

// TestBuildList: what goes into the program is what is known, in the versions that go.sum names, from where it is known to
// come.
func TestBuildList(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	built := map[string]bool{}
	for _, m := range modulesBuilt() {
		built[m] = true
	}
	for line := range strings.Lines(string(text)) {
		if regexp.MustCompile(`^\s*(replace|exclude|tool|toolchain|ignore)\b`).MatchString(line) {
			t.Errorf("go.mod has %q", strings.TrimSpace(line))
		}
		m := regexp.MustCompile(`^(?:require )?\s*([a-z0-9.-]+\.[a-z]+\S*) (v\S+)`).FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if !built[m[1]] {
			t.Errorf("the module %s is new: look at it, then add it to modulesBuilt in repo_outgoing_test.go", m[1])
		}
		if !strings.Contains(string(sums), m[1]+" "+m[2]+" h1:") {
			t.Errorf("go.sum has no sum of %s %s", m[1], m[2])
		}
		delete(built, m[1])
	}
	for _, m := range slices.Sorted(maps.Keys(built)) {
		t.Errorf("the module %s is not used any more: take it out of modulesBuilt in repo_outgoing_test.go", m)
	}
}
