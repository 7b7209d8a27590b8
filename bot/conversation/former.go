package conversation

import (
	"slices"
	"time"
)

// Former is what became of a staff message so far.
type Former struct {
	// Message is its latest wording, written at Edited; zero = as it was typed.
	Message Message
	Edited  time.Time
	By      Person
	// Deleted: it is gone from Slack, for good.
	Deleted bool
	// Parts are what the customer has of it, by number; one without a State is not there.
	Parts []Part
}

// sameFiles: as far as is known of them, for Slack may tell what a file is later than that there is one.
func sameFiles(a, b []File) bool {
	return slices.EqualFunc(a, b, func(x, y File) bool {
		return (x.Name == y.Name || x.Name == "" || y.Name == "") && (x.Size == y.Size || x.Size == 0 || y.Size == 0)
	})
}

// left says that something of it was sent.
func (w *Former) left() bool {
	return w != nil && slices.ContainsFunc(w.Parts, func(p Part) bool { return p.State != "" })
}

// outdates says that an edit comes too late to count: Slack keeps no order, and sends an edit again that was not
// acknowledged. The message says something newer by now, or is gone.
func (w *Former) outdates(e Rewrote) bool {
	return w != nil && (w.Deleted || !e.Edited.IsZero() && e.Edited.Before(w.Edited))
}

// Then is what became of the staff message when e has happened; nil before it was typed.
func (w *Former) Then(at Place, e Event) *Former {
	if wrote, is := e.(Wrote); is && wrote.At == at && w == nil {
		return &Former{Message: wrote.Message, Edited: wrote.Edited, By: wrote.By}
	}
	if w == nil {
		return nil
	}
	switch e := e.(type) {
	case Rewrote:
		if e.At == at && !w.outdates(e) {
			w.Message, w.Edited = e.Message, e.Edited
		}
	case Unwrote:
		w.Deleted = w.Deleted || e.At == at
	case Ended:
		w.ended(at, e)
	}
	return w
}

// ended notes what the end of a job changed of a message.
func (w *Former) ended(at Place, e Ended) {
	part := func(n int) *Part {
		for len(w.Parts) <= n {
			w.Parts = append(w.Parts, Part{})
		}
		return &w.Parts[n]
	}
	switch job := e.Effect.(type) {
	case Send:
		if job.Answer == at && (e.Outcome == OK || e.Outcome == Maybe) {
			p := part(job.Part)
			again := p.Again
			if p.State == Maybe {
				again++
			}
			*p = Part{Text: job.Text, Files: job.Files, State: e.Outcome, IDs: e.Receipt.IDs, To: job.To, Again: again}
		}
	case Edit:
		if job.Answer == at && e.Outcome == OK {
			part(job.Part).Text = job.Text
		}
	case TakeBack:
		if job.Answer != at || e.Outcome != OK {
			return
		}
		for n := range w.Parts {
			if slices.ContainsFunc(w.Parts[n].IDs, func(id string) bool { return slices.Contains(job.IDs, id) }) {
				w.Parts[n] = Part{Again: w.Parts[n].Again} // of which nobody knows where it stands
			}
		}
	}
}
