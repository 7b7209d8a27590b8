package demo

// snapshot is everything the page shows, as it is at one moment.
type snapshot struct {
	Zone     string       `json:"zone"`
	Bot      botState     `json:"bot"`
	Levers   leverState   `json:"levers"`
	Settings settingState `json:"settings"`
	Phones   []phone      `json:"phones"`
	Group    group        `json:"group"`
	Desk     desk         `json:"desk"`
}

// botState is the bot's process, what it has open, and what it printed.
type botState struct {
	plugState
	// Slack: a socket to Slack is open.
	Slack bool `json:"slack"`
	// Log is the end of what it printed, LogCount how many lines there were in all.
	Log      []string `json:"log"`
	LogCount int      `json:"logCount"`
}

// span is a stretch of text in one style.
type span struct {
	Text string `json:"t"`
	// Style holds letters: b bold, i italic, u underline, s strike, c code, m mention, x spoiler.
	Style string `json:"s,omitempty"`
	// Link is where it leads; only http and https. Thread is the message of the desk that this is.
	Link   string `json:"h,omitempty"`
	Thread string `json:"r,omitempty"`
}

// attachment is a picture or another file.
type attachment struct {
	URL     string `json:"url"`
	Name    string `json:"name"`
	Picture bool   `json:"picture,omitempty"`
}

func (d *demo) snapshot() snapshot {
	s := snapshot{
		Zone: d.zone.String(), Levers: d.levers.state(), Settings: d.settings.state(),
		Phones: d.phones(), Group: d.groupChat(), Desk: d.desk(),
		Bot: botState{plugState: d.plug.state(), Slack: d.slack.Sockets() > 0},
	}
	s.Bot.Log, s.Bot.LogCount = d.plug.console.latest()
	return s
}

// last are the last n of all.
func last[T any](all []T, n int) []T { return all[max(0, len(all)-n):] }
