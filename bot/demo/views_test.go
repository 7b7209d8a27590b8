package demo

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// call asks the simulated Slack as the bot does.
func (w *world) call(method string, args url.Values) {
	w.t.Helper()
	args.Set("token", w.secrets.slackBot)
	rec := w.ask(http.MethodPost, "/slack/api/"+method+"?"+args.Encode(), nil)
	if !strings.Contains(rec.Body.String(), `"ok":true`) {
		w.t.Fatalf("%s: %s", method, rec.Body)
	}
}

func TestViewsAreShown(t *testing.T) {
	w := newWorld(t)
	const home = `{"type":"home","blocks":[
		{"type":"header","block_id":"h","text":{"type":"plain_text","text":"Ready answers"}},
		{"type":"rich_text","block_id":"r","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"<b>!hours</b>","style":{"bold":true}}]}]},
		{"type":"actions","block_id":"a","elements":[{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Change"}}]}]}`
	w.call("views.publish", url.Values{"user_id": {"U0SANNE"}, "view": {home}})
	sanne, bram := w.snapshot().Desk.Staff[0], w.snapshot().Desk.Staff[1]
	if bram.Home != nil || bram.Form != nil || sanne.Form != nil || sanne.Home == nil || len(sanne.Home.Parts) != 3 {
		t.Fatalf("Sanne sees %+v, Bram %+v", sanne, bram)
	}
	parts := sanne.Home.Parts
	if parts[0].Body[0].Kind != "header" || parts[1].Body[0].Spans[0] != (span{Text: "<b>!hours</b>", Style: "b"}) ||
		parts[2].Block != "a" || parts[2].Body[0].Buttons[0].Label != "Change" {
		t.Errorf("Sanne sees %+v", parts)
	}
	v := &viewer{d: w.demo, names: map[string]string{}}
	for given, want := range map[string]input{
		`{"type":"plain_text_input","action_id":"v","initial_value":"hours"}`:                               {Kind: "line", Value: "hours"},
		`{"type":"plain_text_input","action_id":"v","placeholder":{"type":"plain_text","text":"tomorrow"}}`: {Kind: "line", Prompt: "tomorrow"},
		`{"type":"users_select","action_id":"v","placeholder":{"type":"plain_text","text":"Who?"},"initial_user":"U0BRAM"}`: {
			Kind: "choice", Prompt: "Who?", Value: "U0BRAM",
			Options: []choice{{"U0SANNE", "Sanne"}, {"U0BRAM", "Bram"}, {"U0FATIMA", "Fatima"}, {"U0GAST", "Gast"}},
		},
		`{"type":"static_select","action_id":"v","options":[{"value":"nl","text":{"type":"plain_text","text":"Dutch"}}],"initial_option":{"value":"nl","text":{"type":"plain_text","text":"Dutch"}}}`: {
			Kind: "choice", Value: "nl", Options: []choice{{"nl", "Dutch"}},
		},
		`{"type":"rich_text_input","action_id":"v","initial_value":{"type":"rich_text","elements":[
			{"type":"rich_text_section","elements":[{"type":"text","text":"from "},{"type":"text","text":"9","style":{"bold":true,"italic":true}}]},
			{"type":"rich_text_quote","elements":[{"type":"text","text":"said"}]}]}}`: {Kind: "text", Value: "from *_9_*\n> said"},
	} {
		var e viewElement
		if err := json.Unmarshal([]byte(`{"type":"input","block_id":"i","label":{"type":"plain_text","text":"L"},"element":`+given+`}`), &e); err != nil {
			t.Fatal(err)
		}
		want.Label = "L"
		got, _ := json.Marshal(v.input(e))
		if wanted, _ := json.Marshal(want); string(got) != string(wanted) {
			t.Errorf("%s\n is %s\nwant %s", given, got, wanted)
		}
	}
}

func TestViewActsRefuse(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		act    string
		fields []string
		want   string
	}{
		{"tap", []string{"by", "U0SANNE", "block", "a", "action", "go"}, "nobody hears"},
		{"fill", []string{"by", "U0SANNE", "in.word", "x"}, "nobody hears"},
		{"home", []string{"by", "U0NOBODY"}, "no user"},
		{"close", []string{"by", "U0SANNE"}, "no modal open"},
	} {
		if said := w.act(c.act, c.fields...); !strings.Contains(said, c.want) {
			t.Errorf("%s: %q, want %q", c.act, said, c.want)
		}
	}
}
