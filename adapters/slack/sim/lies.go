package sim

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// lies tells whether a link over plain[from:to] opens another place than a reader expects: because its address hides
// where it leads, because its label is another address, or because label and the text around it read as one address
// that leads elsewhere.
func lies(url, plain string, from, to int) bool {
	scheme, place, clear := place(url)
	if !clear {
		return true
	}
	start, end := 0, len(plain)
	if i := strings.LastIndexFunc(plain[:from], unicode.IsSpace); i >= 0 {
		_, size := utf8.DecodeRuneInString(plain[i:])
		start = i + size
	}
	if i := strings.IndexFunc(plain[to:], unicode.IsSpace); i >= 0 {
		end = to + i
	}
	before, label, after := looks(plain[start:from]), looks(plain[from:to]), looks(plain[to:end])
	if scheme == "tel" {
		return digits(label) != "" && digits(label) != place
	}
	whole := before + label + after
	for _, m := range addressLike.FindAllStringSubmatchIndex(whole, -1) {
		if m[1] <= len(before) || m[0] >= len(before)+len(label) {
			continue
		}
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return strings.ToLower(whole[m[2*n]:m[2*n+1]])
		}
		host := strings.TrimRightFunc(group(2)+group(4), func(r rune) bool { return unicode.IsPunct(r) && r != ']' })
		if scheme == "mailto" {
			host = group(1) + group(3) + host
		}
		if host != place {
			return true
		}
	}
	return false
}

// addressLike finds what a reader takes for an address: with a scheme, of which groups 1 and 2 are what stands before an @
// and the host; or without one, groups 3 and 4, where the host has a dot.
var addressLike = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://([^\s/?#@()]*@)?(\[[0-9a-f:.]+\]|[^\s/?#:@()]+)\S*|` +
	`(?:[a-z]+:)?([^\s/?#@<>"()]*@)?((?:[\p{L}\p{N}\p{M}_-]+\.)+\p{L}[\p{L}\p{N}\p{M}-]+|\d+(?:\.\d+){3})\S*`)

// place is where an address leads as a browser reads it: the host of a web address, the address of a mail, the digits
// of a telephone. clear = it hides nothing: no name before the host, no sign in the host that could be taken for
// another, nothing in it that cannot be seen or that turns the direction of reading.
func place(url string) (scheme, place string, clear bool) {
	scheme, rest, found := strings.Cut(url, ":")
	scheme = strings.ToLower(scheme)
	if !found || strings.ContainsFunc(url, muddles) {
		return scheme, "", false
	}
	switch scheme {
	case "tel":
		return scheme, digits(rest), true
	case "mailto":
		rest, _, _ = strings.Cut(rest, "?")
		return scheme, strings.ToLower(rest), plainHost(strings.ReplaceAll(rest, "@", ""))
	case "http", "https":
	default:
		return scheme, "", false
	}
	rest, found = strings.CutPrefix(rest, "//")
	if i := strings.IndexAny(rest, `/\?#`); i >= 0 {
		rest = rest[:i]
	}
	host := rest
	if i := strings.LastIndexByte(host, ':'); i >= 0 && digits(host[i:]) == host[i+1:] {
		host = host[:i]
	}
	return scheme, strings.ToLower(host), found && host != "" && plainHost(host)
}

func plainHost(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_[]:+", r)
	})
}

// muddles says that a character has no place in an address that is clear.
func muddles(r rune) bool {
	return unicode.IsSpace(r) || !inked(r) || strings.ContainsRune("<>|\\\"", r) ||
		unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam, unicode.Samaritan, unicode.Mandaic) ||
		r >= utf8.RuneSelf && !unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// looks is what a text looks like: full-width signs and those that are easily taken for a dot or a slash are these.
func looks(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '。', '․', '·', '‧', '∙', 'ꓸ':
			return '.'
		case '⁄', '∕', '╱', '⧸', '／':
			return '/'
		case '\u2236', '\uA789', '﹕':
			return ':'
		}
		if !inked(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
