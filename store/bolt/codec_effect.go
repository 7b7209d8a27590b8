package bolt

import (
	"fmt"

	"webcare/bot/conversation"
	"webcare/store"
)

type recOpenCard struct {
	Entry recEntry `json:"entry,omitzero"`
	Bare  bool     `json:"bare,omitempty"`
	Again bool     `json:"again,omitempty"`
}

type recShow struct {
	Entries []recEntry `json:"entries,omitempty"`
}

type recShowFiles struct {
	Files []recFile `json:"files,omitempty"`
}

type recTell struct {
	Notice  recNotice             `json:"notice,omitzero"`
	About   recPlace              `json:"about,omitzero"`
	Buttons []conversation.Action `json:"buttons,omitempty"`
	N       uint64                `json:"n,omitempty"`
}

type recWhisper struct {
	To      string                `json:"to,omitempty"`
	Notice  recNotice             `json:"notice,omitzero"`
	About   recPlace              `json:"about,omitzero"`
	Buttons []conversation.Action `json:"buttons,omitempty"`
}

type recAnnounce struct {
	Notice recNotice `json:"notice,omitzero"`
}

type recNudge struct {
	Step   int      `json:"step,omitempty"`
	To     []string `json:"to,omitempty"`
	Direct bool     `json:"direct,omitempty"`

	Since stamp                  `json:"since,omitzero"`
	Kind  conversation.NudgeKind `json:"kind,omitempty"`
	By    string                 `json:"by,omitempty"`
	With  []conversation.ID      `json:"with,omitempty"`

	Instead bool   `json:"instead,omitempty"`
	Claimer string `json:"claimer,omitempty"`
}

type recWaits struct {
	ID    conversation.ID        `json:"id"`
	Step  int                    `json:"step,omitempty"`
	Since stamp                  `json:"since,omitzero"`
	Kind  conversation.NudgeKind `json:"kind,omitempty"`

	Instead bool   `json:"instead,omitempty"`
	By      string `json:"by,omitempty"`
	Claimer string `json:"claimer,omitempty"`
}

func toWaits(w conversation.Waits) recWaits {
	return recWaits{w.ID, w.Step, stamp{w.Since}, w.Kind, w.Instead, w.By, w.Claimer}
}

func fromWaits(r recWaits) conversation.Waits {
	return conversation.Waits{ID: r.ID, Step: r.Step, Since: r.Since.Time, Kind: r.Kind, Instead: r.Instead, By: r.By, Claimer: r.Claimer}
}

type recNudgeOne struct {
	To string     `json:"to,omitempty"`
	Of []recWaits `json:"of,omitempty"`
}

type recNudgeAll struct {
	To   []string   `json:"to,omitempty"`
	Of   []recWaits `json:"of,omitempty"`
	More int        `json:"more,omitempty"`
}

type recNotify struct {
	To     string    `json:"to,omitempty"`
	Notice recNotice `json:"notice,omitzero"`
}

type recAuto struct {
	Kind conversation.AutoKind `json:"kind,omitempty"`
	Text string                `json:"text,omitempty"`
}

type recDigest struct {
	From    stamp `json:"from,omitzero"`
	At      stamp `json:"at,omitzero"`
	Closing bool  `json:"closing,omitempty"`
}

type recPicture struct {
	Of     recDigest `json:"of,omitzero"`
	Thread recPlace  `json:"thread,omitzero"`
}

func toDigest(d conversation.Digest) recDigest {
	return recDigest{stamp{d.From}, stamp{d.At}, d.Closing}
}

func fromDigest(r recDigest) conversation.Digest {
	return conversation.Digest{From: r.From.Time, At: r.At.Time, Closing: r.Closing}
}

type recSetMark struct {
	On  recPlace          `json:"on,omitzero"`
	Was conversation.Mark `json:"was,omitempty"`
	Now conversation.Mark `json:"now,omitempty"`
}

type recRemove struct {
	What recPlace          `json:"what,omitzero"`
	Also []recPlace        `json:"also,omitempty"`
	With []conversation.ID `json:"with,omitempty"`
}

type recSend struct {
	Answer recPlace  `json:"answer,omitzero"`
	Part   int       `json:"part,omitempty"`
	Text   recText   `json:"text,omitzero"`
	Files  []recFile `json:"files,omitempty"`
	By     recPerson `json:"by,omitzero"`
	To     string    `json:"to,omitempty"`
}

type recEdit struct {
	Answer recPlace  `json:"answer,omitzero"`
	Part   int       `json:"part,omitempty"`
	ID     string    `json:"id,omitempty"`
	Text   recText   `json:"text,omitzero"`
	Files  []recFile `json:"files,omitempty"`
	By     recPerson `json:"by,omitzero"`
	Last   bool      `json:"last,omitempty"`
	To     string    `json:"to,omitempty"`
}

type recStand struct {
	Written stamp      `json:"written,omitzero"`
	By      recPerson  `json:"by,omitzero"`
	Message recMessage `json:"m,omitzero"`
	Called  recCalled  `json:"called,omitzero"`
}

type recLook struct {
	Answer recPlace `json:"answer,omitzero"`
}

type recTakeBack struct {
	Answer recPlace `json:"answer,omitzero"`
	Part   int      `json:"part,omitempty"`
	IDs    []string `json:"ids,omitempty"`
	Rest   bool     `json:"rest,omitempty"`
	To     string   `json:"to,omitempty"`
	Named  string   `json:"named,omitempty"`
}

type recShowAnswer struct {
	Answer recPlace `json:"answer,omitzero"`
	N      uint64   `json:"n,omitempty"`
	Text   recText  `json:"text,omitzero"`
}

func toEffect(e conversation.Effect) (tagged, error) {
	switch e := e.(type) {
	case nil: // in Ended and Delayed only; a job without an effect is refused before
		return tagged{}, nil
	case conversation.OpenCard:
		return tagged{"opencard", recOpenCard{toEntry(e.Entry), e.Bare, e.Again}}, nil
	case conversation.Show:
		return tagged{"show", recShow{each(e.Entries, toEntry)}}, nil
	case conversation.ShowFiles:
		return tagged{"showfiles", recShowFiles{each(e.Files, toFile)}}, nil
	case conversation.Tell:
		return tagged{"tell", recTell{toNotice(e.Notice), recPlace(e.About), e.Buttons, e.N}}, nil
	case conversation.Whisper:
		return tagged{"whisper", recWhisper{e.To, toNotice(e.Notice), recPlace(e.About), e.Buttons}}, nil
	case conversation.Announce:
		return tagged{"announce", recAnnounce{toNotice(e.Notice)}}, nil
	case conversation.Nudge:
		return tagged{"nudge", recNudge{e.Step, e.To, e.Direct, stamp{e.Since}, e.Kind, e.By, e.With, e.Instead, e.Claimer}}, nil
	case conversation.NudgeOne:
		return tagged{"nudge_one", recNudgeOne{e.To, each(e.Of, toWaits)}}, nil
	case conversation.NudgeAll:
		return tagged{"nudge_all", recNudgeAll{e.To, each(e.Of, toWaits), e.More}}, nil
	case conversation.Notify:
		return tagged{"notify", recNotify{e.To, toNotice(e.Notice)}}, nil
	case conversation.Auto:
		return tagged{"auto", recAuto(e)}, nil
	case conversation.Digest:
		return tagged{"digest", toDigest(e)}, nil
	case conversation.Picture:
		return tagged{"picture", recPicture{toDigest(e.Of), recPlace(e.Thread)}}, nil
	case conversation.Render:
		return tagged{Kind: "render"}, nil
	case conversation.SetMark:
		return tagged{"setmark", recSetMark{recPlace(e.On), e.Was, e.Now}}, nil
	case conversation.Remove:
		return tagged{"remove", recRemove{recPlace(e.What), each(e.Also, toPlace), e.With}}, nil
	case conversation.Edit:
		return tagged{"edit", recEdit{recPlace(e.Answer), e.Part, e.ID, toText(e.Text), each(e.Files, toFile), recPerson(e.By), e.Last, e.To}}, nil
	case conversation.TakeBack:
		return tagged{"takeback", recTakeBack{recPlace(e.Answer), e.Part, e.IDs, e.Rest, e.To, e.Named}}, nil
	case conversation.Stand:
		return tagged{"stand", recStand{stamp{e.Written}, recPerson(e.By), toMessage(e.Message), toCalled(e.Called)}}, nil
	case conversation.Look:
		return tagged{"look", recLook{recPlace(e.Answer)}}, nil
	case conversation.ShowAnswer:
		return tagged{"showanswer", recShowAnswer{recPlace(e.Answer), e.N, toText(e.Text)}}, nil
	case conversation.Send:
		return tagged{"send", recSend{recPlace(e.Answer), e.Part, toText(e.Text), each(e.Files, toFile), recPerson(e.By), e.To}}, nil
	}
	return tagged{}, fmt.Errorf("no record for the effect %T", e)
}

func effectReader(kind string) reader[conversation.Effect] {
	switch kind {
	case "opencard":
		return as(func(r recOpenCard) conversation.Effect {
			return conversation.OpenCard{Entry: fromEntry(r.Entry), Bare: r.Bare, Again: r.Again}
		})
	case "show":
		return as(func(r recShow) conversation.Effect { return conversation.Show{Entries: each(r.Entries, fromEntry)} })
	case "showfiles":
		return as(func(r recShowFiles) conversation.Effect {
			return conversation.ShowFiles{Files: each(r.Files, fromFile)}
		})
	case "tell":
		return as(func(r recTell) conversation.Effect {
			return conversation.Tell{Notice: fromNotice(r.Notice), About: conversation.Place(r.About), Buttons: r.Buttons, N: r.N}
		})
	case "whisper":
		return as(func(r recWhisper) conversation.Effect {
			return conversation.Whisper{To: r.To, Notice: fromNotice(r.Notice), About: conversation.Place(r.About), Buttons: r.Buttons}
		})
	case "announce":
		return as(func(r recAnnounce) conversation.Effect { return conversation.Announce{Notice: fromNotice(r.Notice)} })
	case "nudge":
		return as(func(r recNudge) conversation.Effect {
			return conversation.Nudge{Step: r.Step, Since: r.Since.Time, To: r.To, Direct: r.Direct, Kind: r.Kind, By: r.By, With: r.With, Instead: r.Instead, Claimer: r.Claimer}
		})
	case "nudge_one":
		return as(func(r recNudgeOne) conversation.Effect {
			return conversation.NudgeOne{To: r.To, Of: each(r.Of, fromWaits)}
		})
	case "nudge_all":
		return as(func(r recNudgeAll) conversation.Effect {
			return conversation.NudgeAll{To: r.To, Of: each(r.Of, fromWaits), More: r.More}
		})
	case "notify":
		return as(func(r recNotify) conversation.Effect {
			return conversation.Notify{To: r.To, Notice: fromNotice(r.Notice)}
		})
	case "auto":
		return as(func(r recAuto) conversation.Effect { return conversation.Auto(r) })
	case "digest":
		return as(func(r recDigest) conversation.Effect { return fromDigest(r) })
	case "picture":
		return as(func(r recPicture) conversation.Effect {
			return conversation.Picture{Of: fromDigest(r.Of), Thread: conversation.Place(r.Thread)}
		})
	case "render":
		return as(func(struct{}) conversation.Effect { return conversation.Render{} })
	case "setmark":
		return as(func(r recSetMark) conversation.Effect {
			return conversation.SetMark{On: conversation.Place(r.On), Was: r.Was, Now: r.Now}
		})
	case "remove":
		return as(func(r recRemove) conversation.Effect {
			return conversation.Remove{What: conversation.Place(r.What), Also: each(r.Also, fromPlace), With: r.With}
		})
	case "send":
		return as(fromSend)
	case "edit":
		return as(fromEdit)
	case "stand":
		return as(func(r recStand) conversation.Effect {
			return conversation.Stand{Written: r.Written.Time, By: conversation.Person(r.By), Message: fromMessage(r.Message), Called: fromCalled(r.Called)}
		})
	case "look":
		return as(func(r recLook) conversation.Effect { return conversation.Look{Answer: conversation.Place(r.Answer)} })
	case "takeback":
		return as(func(r recTakeBack) conversation.Effect {
			return conversation.TakeBack{Answer: conversation.Place(r.Answer), Part: r.Part, IDs: r.IDs, Rest: r.Rest, To: r.To, Named: r.Named}
		})
	case "showanswer":
		return as(func(r recShowAnswer) conversation.Effect {
			return conversation.ShowAnswer{Answer: conversation.Place(r.Answer), N: r.N, Text: fromText(r.Text)}
		})
	}
	return nil
}

func fromSend(r recSend) conversation.Effect {
	return conversation.Send{
		Answer: conversation.Place(r.Answer), Part: r.Part, Text: fromText(r.Text), Files: each(r.Files, fromFile),
		By: conversation.Person(r.By), To: r.To,
	}
}

func fromEdit(r recEdit) conversation.Effect {
	return conversation.Edit{
		Answer: conversation.Place(r.Answer), Part: r.Part, ID: r.ID, Text: fromText(r.Text), Files: each(r.Files, fromFile),
		By: conversation.Person(r.By), Last: r.Last, To: r.To,
	}
}

func fromEffect(f form, u untagged) (conversation.Effect, error) {
	if u.Kind == "" {
		return nil, nil
	}
	read := effectReader(u.Kind)
	if read == nil {
		return nil, fmt.Errorf("%w: it has an effect of the kind %q", store.ErrNewer, u.Kind)
	}
	return read(f, u)
}
