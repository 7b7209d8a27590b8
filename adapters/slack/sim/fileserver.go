package sim

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// errSize says that an upload has another length than was announced.
var errSize = errors.New("the length is not the one announced")

// serveUpload takes the content of a file, as raw bytes or as the multipart field "file" (or any one file field).
func (s *Sim) serveUpload(w http.ResponseWriter, r *http.Request) {
	s.count("upload")
	content, readErr := uploaded(r)
	fault, answered := s.gate(w, r, "upload", nil)
	if answered {
		return
	}
	s.mu.Lock()
	var f *file
	for _, one := range s.files {
		if one.key == r.PathValue("id") && one.key != "" {
			f = one
		}
	}
	err := readErr
	switch {
	case err != nil:
	case f == nil:
		err = errors.New("no such upload")
	case len(content) != f.Size:
		err = fmt.Errorf("%w: %d, announced %d", errSize, len(content), f.Size)
	default:
		f.content, f.uploaded = content, true
		s.touch()
	}
	s.mu.Unlock()
	switch {
	case fault != nil:
		s.answerWrongly(w, r, fault, []byte("OK - "+strconv.Itoa(len(content))))
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		fmt.Fprintf(w, "OK - %d", len(content))
	}
}

// uploaded reads the content out of the request.
func uploaded(r *http.Request) ([]byte, error) {
	body := io.Reader(io.LimitReader(r.Body, maxFile+1<<20))
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return io.ReadAll(body)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, fmt.Errorf("no file in the form: %w", err)
		}
		if part.FileName() != "" {
			return io.ReadAll(io.LimitReader(part, maxFile+1))
		}
	}
}

// serveFile downloads a file for who shows the bot token; everybody else is sent to the page to sign in, as Slack does.
func (s *Sim) serveFile(w http.ResponseWriter, r *http.Request) {
	s.count("download")
	fault, answered := s.gate(w, r, "download", nil)
	if answered {
		return
	}
	_, id, _ := strings.Cut(r.PathValue("id"), "-")
	s.mu.Lock()
	f := s.files[id]
	allowed := r.Header.Get("Authorization") == "Bearer "+s.opts.BotToken && s.revoked == "" && s.needScope("files:read") == nil
	var content []byte
	kind, there := "", f != nil && !f.Deleted && f.content != nil
	if there {
		content, kind = f.content, f.Mimetype
	}
	signIn := s.base() + "/signin?redir=" + url.QueryEscape(r.URL.Path)
	s.mu.Unlock()
	switch {
	case !allowed:
		http.Redirect(w, r, signIn, http.StatusFound)
	case !there:
		htmlError(w, http.StatusNotFound)
	case fault != nil && (fault.Kind == TruncAfter || fault.Kind == StallAfter): // half-way the connection breaks, or nothing comes
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		w.Write(content[:len(content)/2]) // it is cut anyway
		if fault.Kind == StallAfter {
			http.NewResponseController(w).Flush()
			s.sleep(r, 24*time.Hour)
		}
	case fault != nil:
		s.answerWrongly(w, r, fault, content)
	default:
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		w.Write(content) // the client has gone; there is nobody to tell
	}
}

func serveSignIn(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, "<!DOCTYPE html><html><body>Sign in</body></html>") // nobody to tell
}

// count counts a request that is no API method.
func (s *Sim) count(what string) { s.with(func() { s.calls[what]++ }) }
