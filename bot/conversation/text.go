package conversation

// Text is plain text with styled stretches. Plain holds everything a reader sees; spans only say how. Spans are in
// order of From, lie within Plain, start and end on rune boundaries, and may nest but not cross.
type Text struct {
	Plain string
	Spans []Span
}

// Span styles Plain[From:To], in bytes.
type Span struct {
	From, To int
	Style    Style
	// Target is the URL of a Link, the Slack id of a Mention, the language of a Pre.
	Target string
}

// Style is how a stretch of text looks or what it is.
type Style string

// The styles. Lists need none: their bullets and numbers are part of Plain.
const (
	Bold      Style = "bold"
	Italic    Style = "italic"
	Underline Style = "underline"
	Strike    Style = "strike"
	Spoiler   Style = "spoiler"
	Code      Style = "code"
	Pre       Style = "pre"
	Quoted    Style = "quote"
	Link      Style = "link"
	// Mention is a person, group, channel or everybody in Slack. It stands only in what staff wrote; it makes the
	// message a note and never leaves.
	Mention Style = "mention"
)

// Plainly makes Text without spans.
func Plainly(s string) Text { return Text{Plain: s} }
