package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webcare/adapters"
	"webcare/adapters/slack/sim"
	"webcare/bot/conversation"
)

// shelf is an inbox with ready answers.
type shelf struct {
	*box
	mu      sync.Mutex
	all     []adapters.ReadyAnswer
	kept    []string // what was asked for
	objects *adapters.Objections
	slow    time.Duration
}

var _ adapters.Shelf = (*shelf)(nil)

func (s *shelf) wait(ctx context.Context) error {
	s.mu.Lock()
	slow, objects := s.slow, s.objects
	s.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(slow):
	}
	if objects != nil {
		return objects
	}
	return nil
}

func (s *shelf) refuse(o *adapters.Objections) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects = o
}

func (s *shelf) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, fmt.Sprintf(format, args...))
}

// noted is what was asked for since the last time.
func (s *shelf) noted() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	said := strings.Join(s.kept, "\n")
	s.kept = nil
	return said
}

func (s *shelf) Admit(ctx context.Context, by string) error {
	if by == guest {
		return &adapters.Objections{All: []adapters.Objection{{Text: "Guests cannot."}}}
	}
	return s.wait(ctx)
}

func (s *shelf) ReadyAnswers(ctx context.Context, by string) ([]adapters.ReadyAnswer, error) {
	if by == guest {
		return nil, s.Admit(ctx, by)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all), nil
}

func (s *shelf) KeepReady(ctx context.Context, by string, r conversation.Ready, was *adapters.ReadyAnswer) error {
	if err := s.wait(ctx); err != nil {
		return err
	}
	seen := "new"
	if was != nil {
		seen = was.Word + "/" + was.Language + "/" + was.Version
	}
	s.note("keep %s by %s: %s %q %q %d", seen, by, r.Word, r.Language, r.Text.Plain, len(r.Text.Spans))
	return nil
}

func (s *shelf) DropReady(ctx context.Context, by string, was adapters.ReadyAnswer) error {
	s.note("drop %s/%s/%s by %s", was.Word, was.Language, was.Version, by)
	return s.wait(ctx)
}

// withShelf plays a test with the desk running on a shelf.
func withShelf(t *testing.T, all []adapters.ReadyAnswer, play func(*testing.T, *world, *shelf)) {
	t.Helper()
	inWorldWith(t, sim.Options{}, func(t *testing.T, w *world) {
		s := &shelf{box: w.box, all: all}
		w.in = s
		w.run()
		w.rest(0)
		play(t, w, s)
	})
}

// look is what a person sees of a view: its words, without its shape.
func look(v sim.View) string {
	var view struct {
		Title  struct{ Text string }
		Blocks []any
	}
	if json.Unmarshal(v.JSON, &view) != nil {
		return "no view"
	}
	out := []string{view.Title.Text}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			if text, is := v["text"].(string); is {
				out = append(out, strings.TrimSpace(text))
			}
			for _, key := range []string{"text", "label", "element", "elements", "initial_value", "initial_option"} {
				walk(v[key])
			}
			if value, is := v["initial_value"].(string); is {
				out = append(out, "["+value+"]")
			}
		}
	}
	walk(view.Blocks)
	return strings.TrimSpace(strings.Join(slices.DeleteFunc(out, func(s string) bool { return s == "" }), " | "))
}

func (w *world) modal(user string) string {
	v, open := w.sim.Modal(user)
	if !open {
		return ""
	}
	return look(v)
}

func (w *world) homeOf(user string) string {
	v, _ := w.sim.Home(user)
	return look(v)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	w.rest(0)
}

func two() []adapters.ReadyAnswer {
	return []adapters.ReadyAnswer{
		{Ready: conversation.Ready{Word: "hours", Text: conversation.Plainly("9 to 5")}, Version: "v1"},
		{Ready: conversation.Ready{Word: "hours", Language: "pl", Text: conversation.Plainly("<!channel> 9-17")}, Version: "v2"},
	}
}

func TestSaveAsReadyAnswer(t *testing.T) {
	withShelf(t, two(), func(t *testing.T, w *world, s *shelf) {
		ts := w.say(w.card(), "Dag *Jan*, vraag <@U0BEN> op https://example.com & x")
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		want := "New ready answer | Word | Language | Any language | Text | Dag | Jan | , vraag a colleague op | https://example.com | & x"
		if got := w.modal(anna); got != want {
			t.Errorf("the form is\n%s\nand should be\n%s", got, want)
		}
		if w.sim.Unanswered() != 0 {
			t.Error("the shortcut was not acknowledged")
		}
		if err := w.sim.SubmitForm(anna, nil); err == nil {
			t.Error("sent without a word")
		}
		w.must(w.sim.SubmitForm(anna, map[string]string{"word": "!Dag", "language": "nl"}))
		if got, want := s.noted(), `keep new by U0ANNA: !Dag "nl" "Dag Jan, vraag a colleague op https://example.com & x" 2`; got != want {
			t.Errorf("kept\n%s\nwant\n%s", got, want)
		}
		if got := w.modal(anna); got != "" {
			t.Errorf("still open: %s", got)
		}
		if got := w.homeOf(anna); !strings.Contains(got, "!hours · Any language | 9 to 5") || !strings.Contains(got, "!hours · pl | <!channel> 9-17") {
			t.Errorf("the list is %s", got)
		}
		if w.sim.Unanswered() != 0 {
			t.Error("the form was not acknowledged")
		}
	})
}

// What is wrong stands beside its field, and the form stays open.
func TestReadyFormObjects(t *testing.T) {
	withShelf(t, nil, func(t *testing.T, w *world, s *shelf) {
		ts := w.say(w.card(), "Dag")
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		for _, c := range []struct {
			objects []adapters.Objection
			want    map[string]string
		}{
			{[]adapters.Objection{{Field: adapters.ReadyWord, Text: "Bad."}, {Field: adapters.ReadyText, Text: "Long."}}, map[string]string{"word": "Bad.", "text": "Long."}},
			{[]adapters.Objection{{Field: adapters.ReadyAll, Text: "No."}}, map[string]string{"word": "No."}},
			{[]adapters.Objection{{Field: adapters.ReadyLanguage, Text: "Odd."}, {Field: adapters.ReadyWord, Text: "Bad."}, {Field: adapters.ReadyAll, Text: "No."}}, map[string]string{"language": "Odd.", "word": "Bad. No."}},
		} {
			s.refuse(&adapters.Objections{All: c.objects})
			w.must(w.sim.SubmitForm(anna, map[string]string{"word": "dag"}))
			if v, open := w.sim.Modal(anna); !open || fmt.Sprint(v.Errors) != fmt.Sprint(c.want) {
				t.Errorf("open %v, with %v, want %v", open, v.Errors, c.want)
			}
		}
		s.refuse(nil)
		w.must(w.sim.SubmitForm(anna, map[string]string{"word": "dag", "text": "_Hoi_"}))
		if got := s.noted(); got != `keep new by U0ANNA: dag "" "Hoi" 1` || w.modal(anna) != "" {
			t.Errorf("kept %s, open %s", got, w.modal(anna))
		}
	})
}

// A form is acknowledged only when it is stored, and what waits for that keeps nothing else waiting.
func TestReadyFormWaitsForTheDisk(t *testing.T) {
	withShelf(t, nil, func(t *testing.T, w *world, s *shelf) {
		at := w.card()
		ts := w.say(at, "Dag")
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		s.slow = time.Second
		w.must(w.sim.SubmitForm(anna, map[string]string{"word": "dag"}))
		w.rest(900 * time.Millisecond)
		w.say(at, "Meanwhile")
		w.rest(50 * time.Millisecond)
		if said := w.box.said(); len(said) != 2 || s.noted() != "" || w.modal(anna) == "" {
			t.Errorf("heard %q, open %q", said, w.modal(anna))
		}
		w.rest(time.Second)
		if s.noted() == "" || w.modal(anna) != "" {
			t.Errorf("open %q", w.modal(anna))
		}
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		s.slow = time.Minute
		w.must(w.sim.SubmitForm(anna, map[string]string{"word": "dag"}))
		w.rest(2 * time.Minute)
		if v, open := w.sim.Modal(anna); !open || v.Errors["word"] == "" || s.noted() != "" {
			t.Errorf("open %v, errors %v: what took too long is said to be stored", open, v.Errors)
		}
	})
}

func TestReadyHome(t *testing.T) {
	withShelf(t, two(), func(t *testing.T, w *world, s *shelf) {
		w.must(w.sim.OpenHome(anna))
		if got := w.homeOf(anna); !strings.HasPrefix(got, "Ready answers | In a customer's thread") || !strings.HasSuffix(got, "!hours · pl | <!channel> 9-17 | Change | Remove") {
			t.Errorf("the list is %s", got)
		}
		if v, _ := w.sim.Home(anna); strings.Contains(string(v.JSON), "broadcast") || strings.Contains(string(v.JSON), "mrkdwn") {
			t.Errorf("what is written there is read as Slack's own: %s", v.JSON)
		}
		w.must(w.sim.PressHome(anna, "", "ready_new"))
		if got := w.modal(anna); got != "New ready answer | Word | Language | Any language | Text" {
			t.Errorf("the form is %s", got)
		}
		w.must(w.sim.CloseModal(anna))
		w.must(w.sim.PressHome(anna, "ready/hours/pl", "ready_change"))
		if got := w.modal(anna); got != "Change ready answer | Word | [hours] | Language | pl | Text | <!channel> 9-17" {
			t.Errorf("the form is %s", got)
		}
		w.must(w.sim.SubmitForm(anna, map[string]string{"text": "Van *9* tot 17"}))
		w.must(w.sim.PressHome(anna, "ready/hours/", "ready_remove"))
		if got, want := s.noted(), "keep hours/pl/v2 by U0ANNA: hours \"pl\" \"Van 9 tot 17\" 1\ndrop hours//v1 by U0ANNA"; got != want {
			t.Errorf("asked for\n%s\nwant\n%s", got, want)
		}
		s.refuse(&adapters.Objections{All: []adapters.Objection{{Text: "Still there."}}})
		w.must(w.sim.PressHome(anna, "ready/hours/", "ready_remove"))
		if got := w.homeOf(anna); !strings.Contains(got, "⚠️ Still there.") {
			t.Errorf("the list is %s", got)
		}
		s.all = s.all[:1]
		w.must(w.sim.PressHome(anna, "ready/hours/pl", "ready_change"))
		if got := w.homeOf(anna); !strings.Contains(got, "not there any more") || w.modal(anna) != "" {
			t.Errorf("the list is %s, open %s", got, w.modal(anna))
		}
		if w.sim.Unanswered() != 0 || w.sim.Pending() != 0 {
			t.Errorf("unanswered %d, pending %d", w.sim.Unanswered(), w.sim.Pending())
		}
	})
}

func TestReadyHomeTurnsPages(t *testing.T) {
	var all []adapters.ReadyAnswer
	for i := range 2*readyPage + 1 {
		r := conversation.Ready{Word: fmt.Sprintf("w%02d", i), Text: conversation.Plainly(strings.Repeat("é", conversation.MaxReadyText))}
		all = append(all, adapters.ReadyAnswer{Ready: r, Version: "v"})
	}
	withShelf(t, all, func(t *testing.T, w *world, _ *shelf) {
		w.must(w.sim.OpenHome(anna))
		shows := func(first, last string, earlier, later bool) {
			t.Helper()
			got := w.homeOf(anna)
			words := strings.Count(got, "!w")
			if !strings.Contains(got, first+" ·") || !strings.Contains(got, last+" ·") || words > readyPage ||
				strings.Contains(got, "Earlier") != earlier || strings.Contains(got, "Later") != later {
				t.Errorf("%d words: %s", words, got)
			}
		}
		shows("!w00", "!w19", false, true)
		w.must(w.sim.PressHome(anna, "", "ready_page"))
		shows("!w20", "!w39", true, true)
	})
}

// Who may not answer customers reads why, wherever they try.
func TestReadyIsNotForGuests(t *testing.T) {
	withShelf(t, two(), func(t *testing.T, w *world, s *shelf) {
		ts := w.say(w.card(), "Dag")
		w.must(w.sim.OpenHome(guest))
		if got := w.homeOf(guest); got != "Ready answers | Guests cannot." {
			t.Errorf("the list is %s", got)
		}
		w.must(w.sim.Shortcut(guest, "save_ready", channel, ts))
		if got := w.modal(guest); got != "Ready answers | Guests cannot." {
			t.Errorf("the form is %s", got)
		}
		if err := w.sim.SubmitForm(guest, nil); err == nil {
			t.Error("a guest can send it")
		}
	})
}

// Other shortcuts, other forms and other homes are none of ours; a trigger that is too old opens nothing, and does no
// harm; neither does an inbox that keeps no ready answers.
func TestReadyLeavesOthersAlone(t *testing.T) {
	withShelf(t, two(), func(t *testing.T, w *world, s *shelf) {
		ts := w.say(w.card(), "Dag")
		w.must(w.sim.Shortcut(anna, "somebody_elses", channel, ts))
		w.sim.Slow(4 * time.Second)
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		w.rest(10 * time.Second)
		w.sim.Slow(0)
		if got := w.modal(anna); got != "" {
			t.Errorf("open: %s", got)
		}
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		if w.modal(anna) == "" || w.sim.Unanswered() != 0 {
			t.Errorf("open %q, unanswered %d", w.modal(anna), w.sim.Unanswered())
		}
	})
	inWorld(t, func(t *testing.T, w *world) {
		ts := w.say(w.card(), "Dag")
		w.must(w.sim.Shortcut(anna, "save_ready", channel, ts))
		w.must(w.sim.OpenHome(anna))
		if w.sim.Unanswered() != 0 || w.sim.Pending() != 0 || w.modal(anna) != "" {
			t.Errorf("unanswered %d, pending %d, open %q", w.sim.Unanswered(), w.sim.Pending(), w.modal(anna))
		}
	})
}

// What stands in the form is what was kept, as long as nobody changes it.
func TestReadyFormKeepsTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := conversation.Text{Plain: strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"Dag", " ", "\n", "{customer}", "é", "👍🏽", "<!here>", "*x*", "&amp;", "• a"}), 1, 8).Draw(t, "text"), "")}
		text = text.Trim()
		at := 0
		for _, style := range []conversation.Style{conversation.Bold, conversation.Link, conversation.Italic, conversation.Code} {
			from := rapid.IntRange(at, len(text.Plain)).Draw(t, "from")
			to := rapid.IntRange(from, len(text.Plain)).Draw(t, "to")
			from, to = boundary(text.Plain, from), boundary(text.Plain, to)
			if from < at || from >= to || strings.TrimSpace(text.Plain[from:to]) == "" {
				continue
			}
			span := conversation.Span{From: from, To: to, Style: style}
			if style == conversation.Link {
				span.Target = "https://example.com/x?y=1"
			}
			text.Spans, at = append(text.Spans, span), to
		}
		raw, err := json.Marshal([]any{map[string]any{"type": "rich_text", "elements": composed(text)}})
		if err != nil {
			t.Fatal(err)
		}
		got := readText(message{Blocks: raw}, "https://example.slack.com/", func(string) string { return someone })
		if !got.Equal(text) {
			t.Fatalf("%q %+v came back as %q %+v", text.Plain, text.Spans, got.Plain, got.Spans)
		}
	})
}

// Whatever Slack says of a form or a button, it is read or empty.
func FuzzForm(f *testing.F) {
	f.Add([]byte(`{"type":"view_submission","user":{"id":"U1"},"view":{"callback_id":"ready","private_metadata":"v/nl/hours","state":{"values":{
		"word":{"value":{"value":"hours"}},"language":{"value":{"selected_option":{"value":"any"}}},
		"text":{"value":{"rich_text_value":{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}}]}]}}}}}}}`))
	f.Add([]byte(`{"type":"block_actions","container":{"type":"view"},"actions":[{"action_id":"ready_remove","value":"v//a"}]}`))
	f.Add([]byte(`{"view":{"state":{"values":[]}},"actions":7}`))
	f.Add([]byte(`{"type":"block_actions","container":{"type":"message","channel_id":"C1","message_ts":"1.2"},"actions":[{"type":"static_select","action_id":"snooze@a/b/c","selected_option":{"value":"other"}}]}`))
	f.Add([]byte(`{"type":"message_action","callback_id":"hand_over","channel":{"id":"C1"},"message_ts":"1.2","message":{"ts":"1.2","thread_ts":"1.1"}}`))
	c := &counter{home: &home{team: "T1", channel: "C1"}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		i := lenient[interaction](raw)
		r := readForm(i.View.State.Values, "https://example.slack.com/", func(string) string { return someone })
		for _, s := range r.Text.Spans {
			if s.From < 0 || s.From >= s.To || s.To > len(r.Text.Plain) {
				t.Errorf("%q has the style %+v", r.Text.Plain, s)
			}
		}
		if at := c.thread(i); !at.IsZero() && (at.Team != "T1" || at.Channel != "C1") {
			t.Errorf("the thread is %+v", at)
		}
		if i.opensMoment() && i.opensAnswer() && len(i.Actions) == 1 {
			t.Error("it asks for two forms")
		}
		i.typed("moment")
		ref := readRef(string(i.View.Metadata))
		if again := readRef(writeRef(ref)); again.Version != ref.Version || again.Language != ref.Language || again.Word != ref.Word {
			t.Errorf("%+v came back as %+v", ref, again)
		}
	})
}
