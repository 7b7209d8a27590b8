package conversation_test

import (
	"fmt"
	"slices"
	"strings"

	. "webcare/bot/conversation"
)

// say puts effects into words, one a line.
func say(effects []Effect) string {
	var lines []string
	for _, e := range effects {
		lines = append(lines, sayOne(e))
	}
	return strings.Join(lines, "\n")
}

func sayOne(e Effect) string {
	switch e := e.(type) {
	case OpenCard:
		return "card " + shown(e.Entry) + flag(e.Again, " again")
	case Show:
		var all []string
		for _, entry := range e.Entries {
			all = append(all, shown(entry))
		}
		return "show " + strings.Join(all, " and ")
	case ShowFiles:
		return "files " + words(Text{}, e.Files)
	case Tell:
		return "tell " + notice(e.Notice) + buttons(e.About, e.Buttons)
	case Whisper:
		return "whisper " + e.To + " " + notice(e.Notice) + buttons(e.About, e.Buttons)
	case Announce:
		return "announce " + notice(e.Notice)
	case Nudge:
		return fmt.Sprintf("nudge %d %v", e.Step, e.To) + flag(e.Direct, " direct") + flag(e.Instead, " instead") + flag(e.Kind == StillWaits && e.By != "", " returned by "+e.By)
	case Auto:
		return fmt.Sprintf("auto %q", e.Text)
	case Render:
		return "render"
	case ShowAnswer:
		return fmt.Sprintf("show answer %s: %q", e.Answer.TS, e.Text.Plain)
	case SetMark:
		return fmt.Sprintf("mark %s %s > %s", e.On.TS, mark(e.Was), mark(e.Now))
	case Remove:
		return "remove " + e.What.TS
	case Edit:
		return fmt.Sprintf("edit %s/%d %s: %s", e.Answer.TS, e.Part, e.ID, words(e.Text, e.Files)) + to(e.To)
	case Stand:
		return "stand " + e.By.ID + " " + words(e.Message.Text, e.Message.Files)
	case Look:
		return "look " + e.Answer.TS
	case TakeBack:
		return fmt.Sprintf("take back %s %v", e.Answer.TS, e.IDs) + flag(e.Rest, " (the rest)") + to(e.To)
	case Send:
		return fmt.Sprintf("send %s/%d %s", e.Answer.TS, e.Part, words(e.Text, e.Files)) + to(e.To)
	}
	return fmt.Sprintf("%T", e)
}

func flag(is bool, word string) string {
	if is {
		return word
	}
	return ""
}

func shown(e Entry) string {
	return flag(e.Edited, "edited ") + words(e.Message.Text, e.Message.Files) + flag(e.Message.Unknown != "", " unknown "+e.Message.Unknown)
}

func words(t Text, files []File) string {
	all := []string{fmt.Sprintf("%q", t.Plain)}
	for _, f := range files {
		all = append(all, f.Name)
	}
	return strings.Join(all, " +")
}

func notice(n Notice) string {
	all := []string{string(n.Kind), string(n.Reason), n.Name, n.Detail, n.Link, n.Quote.Plain}
	for _, d := range n.Doubts {
		all = append(all, strings.TrimSpace(string(d.Doubt)+" "+d.Name+d.Detail))
	}
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}

func buttons(about Place, all []Action) string {
	if len(all) == 0 {
		return ""
	}
	return strings.TrimSuffix(fmt.Sprintf(" %v about %s", all, about.TS), " about ")
}

func mark(m Mark) string {
	return map[Mark]string{NoMark: "none", Held: "held", Sent: "sent", Inside: "inside", NotSent: "not-sent", NotCertain: "not-certain"}[m]
}

// to names the other conversation that something goes to.
func to(key string) string {
	if key == "" {
		return ""
	}
	return " to " + key
}
