package conversation

// formed folds in that somebody wrote an answer in a form. It leaves when it stands in the thread, where everybody can
// see what became of it.
func (f *folding) formed(e Formed) {
	if !e.By.MaySpeak {
		f.do(Whisper{To: e.By.ID, Notice: Notice{Kind: MayNotSpeak, Reason: e.By.Why}})
		return
	}
	f.do(Stand{Written: e.Written, By: e.By, Message: e.Message, Called: e.Called})
}

// stood sends what stands in the thread now. It was written for the customer, so it is neither held nor previewed, but
// where somebody else must post it.
func (f *folding) stood(job Stand, e Ended) {
	if e.Outcome != OK {
		f.tell(Tell{Notice: Notice{Kind: NotDelivered, Reason: e.Reason, Detail: e.Detail, Quote: job.Message.Text}}) // nothing else shows it
		return
	}
	f.typed(Wrote{At: e.Receipt.Place, Written: job.Written, By: job.By, Message: job.Message, Limits: e.Limits, Called: job.Called}, true)
}
