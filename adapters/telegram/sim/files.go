package sim

import (
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// blob is a file the sim keeps.
type blob struct {
	id, unique, path, name string
	content                []byte
}

// keep stores a file. The lock is held.
func (s *Sim) keep(name string, content []byte) FileRef {
	s.nextFile++
	b := &blob{
		id:     fmt.Sprintf("FILE%08d", s.nextFile),
		unique: fmt.Sprintf("UNIQ%08d", s.nextFile), name: name, content: content,
	}
	b.path = fmt.Sprintf("files/file_%d%s", s.nextFile, safeExt(name))
	s.files[b.id] = b
	return FileRef{FileID: b.id, FileUniqueID: b.unique, FileSize: int64(len(content))}
}

func safeExt(name string) string {
	ext := path.Ext(name)
	if strings.ContainsAny(ext, "/\\?#% ") {
		return ""
	}
	return ext
}

// photo stores a picture in the two sizes a phone would make; the last is the largest. The lock is held.
func (s *Sim) photo(content []byte) []PhotoSize {
	small := s.keep("photo.jpg", content[:len(content)/2])
	large := s.keep("photo.jpg", content)
	return []PhotoSize{{FileRef: small, Width: 90, Height: 67}, {FileRef: large, Width: 1280, Height: 960}}
}

// serveFile answers /file/bot<token>/<path>.
func (s *Sim) serveFile(w http.ResponseWriter, r *http.Request, rest string) {
	token, name, _ := strings.Cut(rest, "/")
	s.mu.Lock()
	s.calls["file"]++
	rule, faulty := s.fault("file")
	var content []byte
	found := false
	for _, b := range s.files {
		if b.path == name {
			content, found = b.content, true
			if own, is := s.fault("file " + b.name); is {
				rule, faulty = own, true
			}
		}
	}
	dead := token != s.opts.Token || s.levers.revoked
	down := s.levers.down
	s.mu.Unlock()
	switch {
	case down:
		writeHTML(w, http.StatusBadGateway)
	case faulty && found && (rule.Fault == Truncated || rule.Fault == Stall): // half-way the connection breaks, or nothing comes
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content[:len(content)/2])
		if rule.Fault == Stall {
			_ = http.NewResponseController(w).Flush()
			s.hang(r)
		}
	case faulty:
		s.goWrong(w, r, rule, func() (int, []byte) { return http.StatusOK, content })
	case dead:
		writeError(w, apiError{Code: http.StatusUnauthorized, Text: "Unauthorized"})
	case !found:
		writeError(w, apiError{Code: http.StatusNotFound, Text: "Not Found"})
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(content)
	}
}
