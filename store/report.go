package store

// Report is what a store says that has verified itself.
type Report struct {
	// Records counts what there is, by kind.
	Records map[string]int
	// Problems are sentences about damage: a record that cannot be read, an index that says something else than the
	// records, a page that is lost. Contradictions are sentences about records that can all be read and cannot be true
	// together: no run of the program leaves them, and something may be stuck. Of each at most MostSentences.
	Problems, Contradictions []string
	// Pages says that it was also looked whether every page of the file is used once, which cannot be seen while others
	// write. Then Used is how many bytes of the file are in use, and Free how many it will use before it grows.
	Pages      bool
	Used, Free int64
}

// MostSentences is how many sentences of a kind a report has; one damaged page makes thousands.
const MostSentences = 100

// Total is the number of all records.
func (r Report) Total() int {
	n := 0
	for _, c := range r.Records {
		n += c
	}
	return n
}
