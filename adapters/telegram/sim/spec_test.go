package sim_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"webcare/adapters/telegram/sim"
)

// spec is the reference of the Bot API.
type spec struct {
	Methods map[string]struct {
		Returns []string `json:"returns"`
		Fields  []field  `json:"fields"`
	} `json:"methods"`
	Types map[string]struct {
		Fields   []field  `json:"fields"`
		Subtypes []string `json:"subtypes"`
	} `json:"types"`
}

type field struct {
	Name     string   `json:"name"`
	Types    []string `json:"types"`
	Required bool     `json:"required"`
}

func loadSpec(t *testing.T) spec {
	t.Helper()
	dir := os.Getenv("WEBCARE_REFERENCE_DATA")
	if dir == "" {
		t.Skip("WEBCARE_REFERENCE_DATA is not set: the simulator is not compared with the reference of the Bot API")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "telegram-bot-api.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s spec
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// wrong says what a value has that its type has not, or lacks what it must have; empty = it fits.
func (s spec) wrong(at, kind string, v any) string {
	if inner, ok := strings.CutPrefix(kind, "Array of "); ok {
		list, is := v.([]any)
		if !is {
			return at + " is no array"
		}
		for i, e := range list {
			if w := s.wrong(fmt.Sprintf("%s[%d]", at, i), inner, e); w != "" {
				return w
			}
		}
		return ""
	}
	switch kind {
	case "Integer", "Float":
		if _, is := v.(float64); !is {
			return fmt.Sprintf("%s is %T, want a number", at, v)
		}
		return ""
	case "String":
		if _, is := v.(string); !is {
			return fmt.Sprintf("%s is %T, want a string", at, v)
		}
		return ""
	case "Boolean", "True":
		if _, is := v.(bool); !is {
			return fmt.Sprintf("%s is %T, want true or false", at, v)
		}
		return ""
	}
	typ, ok := s.Types[kind]
	if !ok {
		return at + ": there is no type " + kind
	}
	if len(typ.Subtypes) > 0 {
		var all []string
		for _, sub := range typ.Subtypes {
			w := s.wrong(at, sub, v)
			if w == "" {
				return ""
			}
			all = append(all, w)
		}
		return strings.Join(all, "; ")
	}
	o, is := v.(map[string]any)
	if !is {
		return fmt.Sprintf("%s is %T, want a %s", at, v, kind)
	}
	return s.wrongObject(at, kind, typ.Fields, o)
}

func (s spec) wrongObject(at, kind string, fields []field, o map[string]any) string {
	for key, v := range o {
		i := slices.IndexFunc(fields, func(f field) bool { return f.Name == key })
		if i < 0 {
			return at + "." + key + ": a " + kind + " has no such field"
		}
		var all []string
		for _, typ := range fields[i].Types {
			w := s.wrong(at+"."+key, typ, v)
			if w == "" {
				all = nil
				break
			}
			all = append(all, w)
		}
		if len(all) > 0 {
			return strings.Join(all, "; ")
		}
	}
	for _, f := range fields {
		if _, has := o[f.Name]; f.Required && !has {
			return at + "." + f.Name + " is missing in a " + kind
		}
	}
	return ""
}

func TestEveryMethodIsInTheReference(t *testing.T) {
	s := loadSpec(t)
	for _, m := range sim.MethodNames() {
		if _, ok := s.Methods[m]; !ok {
			t.Errorf("the Bot API has no method %s", m)
		}
	}
}

func TestEveryObjectIsInTheReference(t *testing.T) {
	s := loadSpec(t)
	world := sim.New(sim.Options{ReadsGroups: true})
	b := newBot(t, world)
	check := func(method string, params map[string]any) answer {
		t.Helper()
		m := s.Methods[method]
		for key := range params {
			if !slices.ContainsFunc(m.Fields, func(f field) bool { return f.Name == key }) {
				t.Errorf("%s has no parameter %s", method, key)
			}
		}
		a := b.call(method, params)
		if !a.OK {
			t.Errorf("%s: %s", method, a.Text)
			return a
		}
		var v any
		if err := json.Unmarshal(a.Result, &v); err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, typ := range m.Returns {
			w := s.wrong(method, typ, v)
			if w == "" {
				return a
			}
			all = append(all, w)
		}
		t.Error(strings.Join(all, "; "))
		return a
	}
	everything := []string{
		"message", "edited_message", "channel_post", "business_connection", "business_message", "edited_business_message",
		"deleted_business_messages", "message_reaction", "my_chat_member",
	}
	check("getUpdates", map[string]any{"allowed_updates": everything})
	jan := world.NewUser(sim.User{FirstName: "Jan", LastName: "Example", Username: "jan_example", LanguageCode: "nl"})
	everythingHappens(world, jan)
	a := check("getUpdates", map[string]any{"offset": 1}) // another offset, or the guard against tight loops gives one update
	for _, kind := range everything {
		if !strings.Contains(string(a.Result), `"`+kind+`":`) {
			t.Errorf("no %s was made", kind)
		}
	}
	everythingIsCalled(check, jan)
}

// everythingHappens lets people do all they can do.
func everythingHappens(world *sim.Sim, jan *sim.Customer) {
	pic := []byte("\x89PNG\r\n\x1a\npicture")
	first := jan.Write("hello https://a.example @example_bot /help")
	jan.Write("a reply", sim.ReplyTo(first), sim.Quoting("hello"))
	jan.Write("bold", sim.With(sim.Entity{Type: "bold", Length: 4}, sim.Entity{Type: "text_link", Length: 2, URL: "https://a.example"}))
	jan.Write("forwarded", sim.ForwardedFrom("Somebody"))
	jan.SendPhoto(pic, "caption")
	jan.SendAlbum([][]byte{pic, pic}, "album")
	jan.SendDocument("a.pdf", pic, "")
	jan.SendVideo(pic, "")
	jan.SendVoice(pic)
	jan.SendVideoNote(pic)
	jan.SendAudio("a.mp3", pic, "")
	jan.SendAnimation(pic, "")
	jan.SendSticker("😀", pic)
	jan.SendLocation(1, 2, "", "")
	jan.SendLocation(1, 2, "Shop", "Street 1")
	jan.SendContact("Eva", "+31000")
	jan.SendPoll("a or b?", []string{"a", "b"})
	jan.Edit(first, "edited")
	jan.React(first, "👍")
	jan.React(first, "")
	jan.Block()
	jan.Unblock()
	g := world.NewGroup("Group", sim.GroupOptions{Basic: true, Admin: true})
	jan.Write("in a group", sim.In(g))
	jan.Write("anonymous", sim.In(g), sim.As(g))
	g.Upgrade(jan).Remove(jan)
	ch := world.NewChannel("News", "news_example")
	_, post := ch.Post("We are open")
	jan.Write("comment", sim.In(ch.Discussion), sim.Under(post))
	jan.Write("as a channel", sim.In(ch.Discussion), sim.As(ch))
	forum := world.NewGroup("Forum", sim.GroupOptions{Forum: true, Username: "forum_example"})
	jan.Write("in a topic", sim.In(forum), sim.InTopic(3))
	jan.Write("direct", sim.In(world.NewDirectMessages("News")))
	biz := world.Connect(world.NewCustomer("Boss"))
	id := jan.Write("to the shop", sim.Via(biz))
	jan.Edit(id, "to your shop", sim.Via(biz))
	biz.Write(jan, "from the shop")
	biz.Delete(jan, id)
}

// everythingIsCalled calls all methods but those of webhooks.
func everythingIsCalled(check func(string, map[string]any) answer, jan *sim.Customer) {
	chat := jan.ChatID()
	to := func(more ...any) map[string]any {
		m := map[string]any{"chat_id": chat}
		for i := 0; i < len(more); i += 2 {
			m[more[i].(string)] = more[i+1]
		}
		return m
	}
	id := func(a answer) int {
		var m struct {
			ID int `json:"message_id"`
		}
		_ = json.Unmarshal(a.Result, &m)
		return m.ID
	}
	check("getMe", nil)
	text := id(check("sendMessage", to("text", "<b>hi</b>", "parse_mode", "HTML", "reply_markup", map[string]any{"inline_keyboard": [][]map[string]string{{{"text": "a", "callback_data": "b"}}}})))
	check("sendMessage", to("text", "hi", "reply_parameters", map[string]any{"message_id": text}))
	for _, kind := range []string{"photo", "document", "video", "voice", "audio", "animation", "sticker"} {
		file := "FILE00000002"
		check("send"+strings.ToUpper(kind[:1])+kind[1:], to(kind, file))
	}
	check("sendVideoNote", to("video_note", "FILE00000002"))
	media := []map[string]any{{"type": "photo", "media": "FILE00000002", "caption": "c"}, {"type": "video", "media": "FILE00000002"}}
	check("sendMediaGroup", to("media", media))
	check("sendLocation", to("latitude", 1.5, "longitude", 2))
	check("sendContact", to("phone_number", "+31000", "first_name", "Eva"))
	check("sendChatAction", to("action", "typing"))
	check("editMessageText", to("message_id", text, "text", "changed"))
	check("editMessageReplyMarkup", to("message_id", text))
	photo := id(check("sendPhoto", to("photo", "FILE00000002", "caption", "c")))
	check("editMessageCaption", to("message_id", photo, "caption", "changed"))
	check("setMessageReaction", to("message_id", text, "reaction", []map[string]string{{"type": "emoji", "emoji": "👍"}}))
	check("deleteMessage", to("message_id", text))
	check("deleteMessages", to("message_ids", []int{photo}))
	check("getFile", map[string]any{"file_id": "FILE00000002"})
	check("getChat", to())
	check("getChatMember", to("user_id", chat))
	check("getBusinessConnection", map[string]any{"business_connection_id": "BC000001"})
	biz := id(check("sendMessage", to("text", "x", "business_connection_id", "BC000001")))
	check("readBusinessMessage", to("message_id", biz, "business_connection_id", "BC000001"))
	check("deleteBusinessMessages", map[string]any{"business_connection_id": "BC000001", "message_ids": []int{biz}})
	check("setMyCommands", map[string]any{"commands": []map[string]string{{"command": "help", "description": "help"}}})
	check("getMyCommands", nil)
	check("deleteMyCommands", nil)
	check("answerCallbackQuery", map[string]any{"callback_query_id": "1"})
	check("getWebhookInfo", nil)
}
