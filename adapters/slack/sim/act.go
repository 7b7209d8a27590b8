package sim

import "encoding/json"

// Saying is what a person types and sends.
type Saying struct {
	User, Channel, ThreadTS string
	// Text is typed text with Slack's marks (*bold*, _italic_, ~strike~, `code`, ``` fences, > quotes, lists, :emoji:,
	// <@U…>, <!subteam^S…>, <!here>, <#C…>, bare links). It becomes a rich_text block and the text beside it.
	Text string
	// Blocks replaces the block made from Text; Bare leaves it out, as old clients do.
	Blocks json.RawMessage
	Bare   bool
	Files  []Upload
	// Broadcast also sends a reply to the channel.
	Broadcast bool
	// Subtype is for odd messages such as me_message.
	Subtype string
}

// Upload is a file a person shares.
type Upload struct {
	Name, Mimetype string
	Content        []byte
}

// Say posts as a person and returns the ts.
func (s *Sim) Say(m Saying) (ts string, err error) { return "", nil }

// Edit changes what a person said.
func (s *Sim) Edit(user, channel, ts, text string) error { return nil }

// Delete removes a message, whoever does it. A root with replies leaves a tombstone.
func (s *Sim) Delete(channel, ts string) error { return nil }

// React puts an emoji (name without colons) on a message.
func (s *Sim) React(user, channel, ts, name string) error { return nil }

// Unreact takes an emoji away.
func (s *Sim) Unreact(user, channel, ts, name string) error { return nil }

// Press presses the button with this action_id on a message. The error says that there is no such button or that
// the app has no socket open; the app's answer shows in the messages.
func (s *Sim) Press(user, channel, ts, actionID string) error { return nil }

// Shortcut uses a message shortcut of the app on a message.
func (s *Sim) Shortcut(user, callbackID, channel, ts string) error { return nil }

// Slash types a slash command of the app, such as "/webcare status", in a channel.
func (s *Sim) Slash(user, channel, text string) error { return nil }

// OpenHome opens the app's home tab.
func (s *Sim) OpenHome(user string) error { return nil }

// SubmitView sends the modal that is open for the user; values are by block_id and action_id.
func (s *Sim) SubmitView(user string, values map[string]map[string]any) error { return nil }
