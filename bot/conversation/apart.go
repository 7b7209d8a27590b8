package conversation

import (
	"slices"
	"strings"
)

// ofFile says that a network may have refused a message for a file in it, so that what else it holds can still go.
func ofFile(why Reason) bool {
	return slices.Contains([]Reason{FileTooBig, FileType, FileGone, Empty, NotAllowed, Rejected}, why)
}

// setApart takes a message apart that was refused for a file in it: its text goes alone, and each of several files by
// itself, so that only what is refused stays behind. False where there is nothing to take apart.
func (f *folding) setApart(a *Answer, n int, why Reason) bool {
	p := a.Parts[n]
	alone := a.onlySigned(p.Text)
	if a.Deleted || !ofFile(why) || len(p.Files) == 0 || alone && len(p.Files) == 1 {
		return false
	}
	a.Parts[n] = Part{Text: p.Text}
	rest := p.Files
	if alone { // a signature says nothing without what it stands below
		a.Parts[n].Files, rest = rest[:1], rest[1:]
	}
	for _, file := range rest {
		a.Parts = append(a.Parts, Part{Files: []File{file}})
	}
	f.sendParts(a) // what is queued of it was numbered before, and is not wanted any more
	return true
}

// onlySigned says that a text holds nothing but who speaks.
func (a *Answer) onlySigned(t Text) bool {
	plain := strings.TrimSpace(t.Plain)
	return plain == "" || a.By.Initials != "" && plain == "^"+a.By.Initials || a.By.Name != "" && plain == "— "+a.By.Name
}

// refusedFiles names the files that were refused, for each reason, the first one first.
func (a *Answer) refusedFiles() []Missing {
	var all []Missing
	for _, p := range a.Parts {
		if p.State != Refused {
			continue
		}
		var names []string
		for _, file := range p.Files {
			names = append(names, file.Name)
		}
		i := slices.IndexFunc(all, func(m Missing) bool { return m.Reason == p.Reason })
		if i < 0 {
			all = append(all, Missing{Reason: p.Reason, Name: strings.Join(names, ", ")})
			continue
		}
		all[i].Name = strings.Trim(all[i].Name+", "+strings.Join(names, ", "), ", ")
	}
	return all
}
