package bot_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	slacksim "webcare/adapters/slack/sim"
	telegramsim "webcare/adapters/telegram/sim"
)

// goes remembers the addresses to which the bot opened connections, or wanted to.
type goes struct {
	mu  sync.Mutex
	all map[string]bool
}

func (g *goes) note(addr string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all == nil {
		g.all = map[string]bool{}
	}
	g.all[addr] = true
}

// noStranger holds at the end of every test of a world that the bot went to its own networks alone: Slack, Telegram and
// the address in the config where answers go.
func (w *world) noStranger() {
	w.goes.mu.Lock()
	defer w.goes.mu.Unlock()
	for _, addr := range slices.Sorted(maps.Keys(w.goes.all)) {
		switch addr {
		case "slack.test:80", "telegram.test:80", "localhost:80":
		default:
			w.t.Errorf("the bot went to %s", addr)
		}
	}
}

// inside are addresses that a machine in a company may reach and nobody outside should, in the ways in which they can be
// written; and one that anybody can have.
func inside() []string {
	hosts := []string{
		"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]",
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "192.0.0.192", "198.18.0.1", "240.0.0.1", "255.255.255.255",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "metadata.google.internal", "instance-data", "host.docker.internal", "slack.test.evil.test", "evil.test", "127.0.0.1.nip.io", "evil。test", "ⓔvil.test",
		"slack.test@evil.test", "evil.test#@slack.test", `evil.test\@slack.test`, "user:secret@10.0.0.1",
	}
	var all []string
	for _, h := range hosts {
		all = append(all, "http://"+h+"/latest/meta-data/")
	}
	return append(all, "file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "unix:///run/docker.sock", "//10.0.0.1/x", `\\10.0.0.1\share`, "ldap://127.0.0.1/a", "data:text/html,x", "dict://127.0.0.1:11211/stat")
}

// TestAttackFetches: whatever addresses customers write, are called, link to and say their files lie at, the bot opens
// none of them.
func TestAttackFetches(t *testing.T) {
	t.Parallel()
	if n := len(inside()); n < 40 {
		t.Fatalf("only %d addresses", n)
	}
	synctest.Test(t, func(t *testing.T) {
		s := newSiege(t)
		for n, address := range []string{"http://127.0.0.1:9/x", "https://evil.test/a.png", "http://[::1]:80/", "file:///etc/passwd"} {
			s.v = slacksim.Vector{Name: fmt.Sprint("address ", n), Text: address}
			s.private()
			s.places()
			s.elsewhere()
		}
		c := s.telegram.NewUser(telegramsim.User{FirstName: "Eva"})
		c.Start()
		for n, address := range inside() {
			c.Write("Kijk " + address)
			id := fmt.Sprint("fetch-", n)
			r, err := s.crm.Request(t.Context(), "http://webcare.test/hook/crm", id, map[string]any{
				"conversation": id, "id": id, "name": address, "text": address, "link": address, "files": []map[string]string{{"name": "foto.png", "url": address}},
			})
			if err != nil {
				t.Fatal(err)
			}
			if code, text := s.knock(r.Method, r.URL.Path, r.Header, bodyOf(t, r)); code != 200 {
				t.Errorf("%s: %d %s", address, code, text)
			}
			// A file of a stranger's is one that Telegram says lies there.
			s.telegram.InjectRaw(fmt.Sprintf(`{"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%[3]d,"first_name":"Eva"},"document":{"file_id":%q,"file_unique_id":"u","file_name":%[4]q,"file_path":%[4]q,"thumbnail":{"file_id":%[4]q}}}}`,
				800000+n, time.Now().Unix(), c.ChatID(), address))
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		var shown strings.Builder
		for _, m := range s.slack.Messages(deskChannel) {
			for _, x := range s.slack.Thread(deskChannel, m.TS) {
				shown.WriteString(slacksim.Show(x).Plain)
			}
		}
		if n := strings.Count(shown.String(), "foto.png"); n < len(inside()) {
			t.Errorf("%d of %d files are named at the desk", n, len(inside()))
		}
		if _, there := s.goes.all["slack.test:80"]; !there || len(s.goes.all) > 3 {
			t.Errorf("the bot went to %q", slices.Sorted(maps.Keys(s.goes.all)))
		}
	})
}

// bodyOf reads the body of a request that is not sent.
func bodyOf(t *testing.T, r *http.Request) []byte {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
