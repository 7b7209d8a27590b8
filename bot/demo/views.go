package demo

import (
	"encoding/json"
	"strings"

	slack "webcare/adapters/slack/sim"
)

// sight is a view that Slack shows to a person: the app's home, or a form that is open.
type sight struct {
	ID     string `json:"id"` // another one where it was replaced
	Title  string `json:"title,omitempty"`
	Submit string `json:"submit,omitempty"` // the label of the button; "" = there is nothing to send
	Parts  []part `json:"parts"`
}

// part is one block of a view.
type part struct {
	Block string  `json:"block"`
	Body  []block `json:"body,omitempty"`
	Input *input  `json:"input,omitempty"`
	// Error is what the app said is wrong with it.
	Error string `json:"error,omitempty"`
}

// input is something to fill in.
type input struct {
	// Kind is "line", "choice" or "text", which may hold Slack's marks.
	Kind    string   `json:"kind"`
	Label   string   `json:"label"`
	Hint    string   `json:"hint,omitempty"`
	Prompt  string   `json:"prompt,omitempty"` // stands there while it is empty
	Value   string   `json:"value"`
	Options []choice `json:"options,omitempty"`
}

type choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// viewElement is any object in a view, with the keys that the page draws.
type viewElement struct {
	element
	Block  string          `json:"block_id"`
	Label  json.RawMessage `json:"label"`
	Hint   json.RawMessage `json:"hint"`
	Input  *viewElement    `json:"element"`
	Value  json.RawMessage `json:"initial_value"` // a string or a rich_text block
	Chosen *option         `json:"initial_option"`
	Person string          `json:"initial_user"`
}

// home and form are what a person sees; nil where there is none.
func (v *viewer) home(user string) *sight {
	if s, ok := v.d.slack.Home(user); ok {
		return v.sight(s)
	}
	return nil
}

func (v *viewer) form(user string) *sight {
	if s, ok := v.d.slack.Modal(user); ok {
		return v.sight(s)
	}
	return nil
}

func (v *viewer) sight(s slack.View) *sight {
	var view struct {
		Title, Submit json.RawMessage
		Blocks        []json.RawMessage
	}
	out := &sight{ID: s.Hash, Parts: []part{}}
	if json.Unmarshal(s.JSON, &view) != nil {
		return out
	}
	out.Title, out.Submit = str(view.Title), str(view.Submit)
	for _, raw := range view.Blocks {
		var plain element
		var e viewElement
		if json.Unmarshal(raw, &plain) != nil || json.Unmarshal(raw, &e) != nil {
			continue
		}
		p := part{Block: e.Block, Error: s.Errors[e.Block]}
		if plain.Type == "input" {
			p.Input = v.input(e)
		} else {
			p.Body = v.block(plain)
		}
		out.Parts = append(out.Parts, p)
	}
	if wrong := s.Errors[""]; wrong != "" && len(out.Parts) > 0 {
		out.Parts[0].Error = wrong
	}
	return out
}

func (v *viewer) input(e viewElement) *input {
	in := &input{Kind: "line", Label: str(e.Label), Hint: str(e.Hint)}
	if e.Input == nil {
		return in
	}
	in.Prompt = str(e.Input.Prompt)
	switch e.Input.Type {
	case "static_select":
		in.Kind, in.Options = "choice", choices(e.Input.Options)
		if e.Input.Chosen != nil {
			in.Value = e.Input.Chosen.Value
		}
	case "users_select":
		in.Kind, in.Value = "choice", e.Input.Person
		for _, u := range staff() {
			in.Options = append(in.Options, choice{u.ID, u.RealName})
		}
	case "rich_text_input":
		in.Kind = "text"
		var block element
		if json.Unmarshal(e.Input.Value, &block) == nil {
			in.Value = v.marked(block)
		}
	default:
		in.Value = str(e.Input.Value)
	}
	return in
}

// marked is a rich_text block as it is typed, as far as styles go.
func (v *viewer) marked(e element) string {
	var out strings.Builder
	for _, b := range v.block(e) {
		if text := out.String(); text != "" && !strings.HasSuffix(text, "\n") {
			out.WriteByte('\n')
		}
		if b.Kind == "quote" {
			out.WriteString("> ")
		}
		for _, s := range b.Spans {
			marks := strings.NewReplacer("b", "*", "i", "_", "s", "~", "c", "`", "u", "").Replace(s.Style)
			out.WriteString(marks + s.Text + reverse(marks))
		}
	}
	return out.String()
}

// reverse turns a row of marks round.
func reverse(marks string) string {
	var out strings.Builder
	for i := len(marks) - 1; i >= 0; i-- {
		out.WriteByte(marks[i])
	}
	return out.String()
}

// openHome opens the app's home.
func (d *demo) openHome(f form) error { return d.slack.OpenHome(f.of("by")) }

// tap presses a button on the app's home.
func (d *demo) tap(f form) error {
	return d.heard(func() error { return d.slack.PressHome(f.of("by"), f.of("block"), f.of("action")) })
}

// fill sends the form that is open; the fields are called "in." and the block they stand in.
func (d *demo) fill(f form) error {
	filled := map[string]string{}
	for name := range f.r.MultipartForm.Value {
		if block, is := strings.CutPrefix(name, "in."); is {
			filled[block] = strings.ReplaceAll(strings.ToValidUTF8(f.of(name), ""), "\r\n", "\n")
		}
	}
	return d.heard(func() error { return d.slack.SubmitForm(f.of("by"), filled) })
}

// closeForm closes the form that is open.
func (d *demo) closeForm(f form) error { return d.slack.CloseModal(f.of("by")) }
