package sim

import "context"

// Messages are the messages of a channel that are not only in a thread, oldest first.
func (s *Sim) Messages(channel string) []Message { return nil }

// Thread is the root and its replies, oldest first; nil where there is no such root.
func (s *Sim) Thread(channel, ts string) []Message { return nil }

// Message is one message.
func (s *Sim) Message(channel, ts string) (Message, bool) { return Message{}, false }

// Ephemerals are the messages that only this user saw, oldest first.
func (s *Sim) Ephemerals(user string) []Message { return nil }

// DM is the channel between the user and the bot; it is made where there is none.
func (s *Sim) DM(user string) string { return "" }

// Home is the home tab that the app published for a user.
func (s *Sim) Home(user string) (View, bool) { return View{}, false }

// Modal is the modal open for a user.
func (s *Sim) Modal(user string) (View, bool) { return View{}, false }

// File is a file and its content.
func (s *Sim) File(id string) (File, []byte, bool) { return File{}, nil, false }

// Users are all users, by id.
func (s *Sim) Users() []User { return nil }

// Channels are all channels that are not direct messages, by id.
func (s *Sim) Channels() []Channel { return nil }

// Calls counts the API requests of a method that arrived, failed ones included; "" counts all. Uploads count as
// "upload", downloads as "download", response URLs as "response".
func (s *Sim) Calls(method string) int { return 0 }

// Sockets counts the sockets open.
func (s *Sim) Sockets() int { return 0 }

// Pending counts the events that the app has not acknowledged and that are not given up.
func (s *Sim) Pending() int { return 0 }

// Changed is closed at the next change of anything that the methods here show.
func (s *Sim) Changed() <-chan struct{} { return nil }

// Await waits until cond holds, asking after every change.
func (s *Sim) Await(ctx context.Context, cond func() bool) error { return nil }
