package sim

// Link is a link as it is shown.
type Link struct{ Label, URL string }

// Shown is what a message does to those who see it.
type Shown struct {
	// Pings are user and group ids, and "here", "channel", "everyone".
	Pings []string
	// Channels are the channels it links to.
	Channels []string
	Links    []Link
	// Unfurls: at least one link would be opened and previewed by Slack.
	Unfurls bool
	// Plain is what a person reads.
	Plain string
}

// Show decides what a message pings, links and shows, from the rules of Slack's documentation alone.
func Show(m Message) Shown { return Shown{} }

// Pings are the pings of a message.
func Pings(m Message) []string { return Show(m).Pings }
