package sim

import (
	"encoding/json"
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxFile is the largest file that the sim keeps, in bytes.
const maxFile = 64 << 20

// file is a file on its way or there.
type file struct {
	File
	content  []byte
	subtype  string // slack_audio, or none
	key      string // of the upload address
	uploaded bool
	complete bool
	shares   map[string][]string        // channel -> ts
	ordered  map[string]json.RawMessage // channel|thread that were asked for
}

// newFile registers a file; mimetype follows from the name where it is empty.
func (s *Sim) newFile(user, name, mimetype string, size int) *file {
	if mimetype == "" {
		mimetype, _, _ = strings.Cut(mime.TypeByExtension(path.Ext(name)), ";")
		fill(&mimetype, "application/octet-stream")
	}
	f := &file{
		File:   File{ID: s.newID("F"), Name: name, Title: name, Mimetype: mimetype, User: user, Size: size, Created: s.opts.Now()},
		shares: map[string][]string{}, ordered: map[string]json.RawMessage{},
	}
	s.files[f.ID] = f
	return f
}

// snapshotFile copies a file for the reader.
func (s *Sim) snapshotFile(f *file) File {
	one := f.File
	one.URLPrivate = s.fileURL(f)
	one.Shares = map[string][]string{}
	for ch, all := range f.shares {
		if len(all) > 0 {
			one.Shares[ch] = slices.Clone(all)
		}
	}
	return one
}

// fillFiles notes where the files of a new message are shown.
func (s *Sim) fillFiles(m *Message) {
	for _, id := range m.fileIDs {
		f := s.files[id]
		f.shares[m.Channel] = append(f.shares[m.Channel], m.TS)
		m.Files = append(m.Files, s.snapshotFile(f))
	}
}

// fileURL leads to serveFile. Slack keeps the name as it was, apart from what no address can hold.
func (s *Sim) fileURL(f *file) string {
	safe := strings.Map(func(r rune) rune {
		if r < 128 && (r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return r
		}
		return '_'
	}, f.Name)
	return s.base() + "/files/" + s.opts.Team.ID + "-" + f.ID + "/" + safe
}

func (s *Sim) fileObjects(ids []string) []object {
	all := []object{}
	for _, id := range ids {
		if f := s.files[id]; f != nil {
			all = append(all, s.fileObject(f))
		}
	}
	return all
}

// fileObject is https://docs.slack.dev/reference/objects/file-object
func (s *Sim) fileObject(f *file) object {
	if f.Deleted {
		return object{"id": f.ID, "mode": "tombstone"}
	}
	kind := strings.TrimPrefix(path.Ext(f.Name), ".")
	fill(&kind, "binary")
	link := s.fileURL(f)
	o := object{
		"id": f.ID, "created": f.Created.Unix(), "timestamp": f.Created.Unix(), "name": f.Name, "title": f.Title,
		"mimetype": f.Mimetype, "filetype": strings.ToLower(kind), "pretty_type": strings.ToUpper(kind), "user": f.User,
		"user_team": s.opts.Team.ID, "editable": false, "size": f.Size, "mode": "hosted", "is_external": false,
		"external_type": "", "is_public": true, "public_url_shared": false, "display_as_bot": false, "username": "",
		"url_private": link, "url_private_download": link + "?download=1",
		"permalink":        s.opts.Team.URL + "files/" + f.User + "/" + f.ID + "/",
		"permalink_public": s.opts.Team.URL + "files-pri/" + f.ID, "has_rich_preview": false, "file_access": "visible",
	}
	if f.subtype != "" {
		o["subtype"] = f.subtype
	}
	if f.Alt != "" {
		o["alt_txt"] = f.Alt
	}
	return o
}

// apiUploadURL is https://docs.slack.dev/reference/methods/files.getUploadURLExternal
func apiUploadURL(s *Sim, c *call) (object, *failure) {
	size, err := strconv.Atoi(c.str("length"))
	if err != nil || size <= 0 {
		return nil, invalid("invalid_arguments", "length must be a positive number")
	}
	if size > maxFile {
		return nil, refuse("file_upload_size_restricted")
	}
	if utf8.RuneCountInString(c.str("alt_txt")) > 1000 {
		return nil, invalid("invalid_arguments", "alt_txt is longer than 1000 characters")
	}
	f := s.newFile(s.opts.App.BotUser, c.str("filename"), "", size)
	f.key = s.newID("K") + s.born
	f.Alt = c.str("alt_txt")
	return object{"upload_url": s.base() + "/upload/" + f.key, "file_id": f.ID}, nil
}

// apiCompleteUpload is https://docs.slack.dev/reference/methods/files.completeUploadExternal. The message appears
// later (Options.ShareAfter, ShareFiles). Completing again repairs a share that was dropped, and does not double one
// that is there or on its way; whether the real Slack is as kind is nowhere written.
func apiCompleteUpload(s *Sim, c *call) (object, *failure) {
	var given []struct{ ID, Title string }
	if json.Unmarshal([]byte(c.str("files")), &given) != nil || len(given) == 0 {
		return nil, invalid("invalid_arguments", "files must be a list of objects with id")
	}
	var ids []string
	for _, g := range given {
		f := s.files[g.ID]
		switch {
		case f == nil || f.Deleted || f.User != s.opts.App.BotUser:
			return nil, refuse("file_not_found")
		case !f.uploaded:
			return nil, refuse("file_not_found") // nothing was sent to its upload address
		}
		ids = append(ids, g.ID)
	}
	draft, targets, fail := s.shareDraft(c)
	if fail != nil {
		return nil, fail
	}
	for _, g := range given {
		f := s.files[g.ID]
		f.complete = true
		if g.Title != "" {
			f.Title = g.Title
		}
	}
	draft.fileIDs = ids
	for _, ch := range targets {
		s.shareLater(ch, draft)
	}
	answer := []object{}
	for _, id := range ids {
		answer = append(answer, s.fileObject(s.files[id]))
	}
	return object{"files": answer}, nil
}

// shareDraft is the message that will show the files, and the channels where.
func (s *Sim) shareDraft(c *call) (*Message, []*room, *failure) {
	if c.has("initial_comment") && c.has("blocks") {
		return nil, nil, invalid("invalid_arguments", "initial_comment and blocks exclude each other")
	}
	names := strings.FieldsFunc(c.str("channels"), func(r rune) bool { return r == ',' })
	if c.str("channel_id") != "" {
		names = append(names, c.str("channel_id"))
	}
	var targets []*room
	for _, name := range names {
		ch := s.channels[name]
		switch {
		case ch == nil:
			return nil, nil, refuse("channel_not_found")
		case ch.Archived:
			return nil, nil, refuse("is_archived")
		case !ch.has(s.opts.App.BotUser):
			return nil, nil, refuse("not_in_channel")
		}
		targets = append(targets, ch)
	}
	m := &Message{
		Subtype: "file_share", User: s.opts.App.BotUser, BotID: s.opts.App.BotID, AppID: s.opts.App.ID,
		ThreadTS: c.str("thread_ts"), Text: s.normalise(c.str("initial_comment"), "", false), UnfurlMedia: true,
	}
	if c.has("blocks") {
		blocks, fail := s.checkBlocks(c.str("blocks"), inMessage)
		if fail != nil {
			return nil, nil, fail
		}
		m.Blocks = blocks
	}
	return m, targets, nil
}

// shareLater posts the files when Slack gets round to it, or never.
func (s *Sim) shareLater(ch *room, draft *Message) {
	if s.shareDrop {
		return
	}
	place := ch.ID + "|" + draft.ThreadTS
	first := s.files[draft.fileIDs[0]]
	if first.ordered[place] != nil {
		return
	}
	for _, id := range draft.fileIDs {
		s.files[id].ordered[place] = raw(draft.fileIDs)
	}
	m := draft.clone()
	share := func() {
		s.put(ch, &m)
		s.said(ch, &m)
	}
	if s.shareAfter <= 0 {
		share()
		return
	}
	time.AfterFunc(s.shareAfter, func() {
		s.with(func() {
			if !s.closed {
				share()
			}
		})
	})
}

// apiFileInfo is https://docs.slack.dev/reference/methods/files.info
func apiFileInfo(s *Sim, c *call) (object, *failure) {
	f := s.files[c.str("file")]
	switch {
	case f == nil:
		return nil, refuse("file_not_found")
	case f.Deleted:
		return nil, refuse("file_deleted")
	}
	o := s.fileObject(f)
	shares := map[string]map[string][]object{}
	var where []string
	for id, all := range f.shares {
		ch := s.channels[id]
		if ch == nil || len(all) == 0 {
			continue
		}
		kind := "public"
		if ch.Private || ch.im != "" {
			kind = "private"
		}
		if shares[kind] == nil {
			shares[kind] = map[string][]object{}
		}
		where = append(where, id)
		for _, ts := range all {
			shares[kind][id] = append(shares[kind][id], s.shareObject(ch, ts))
		}
	}
	o["shares"] = shares
	o["channels"], o["groups"], o["ims"] = listed(where), []string{}, []string{}
	return object{"file": o, "comments": []object{}, "response_metadata": object{"next_cursor": ""}}, nil
}

func (s *Sim) shareObject(ch *room, ts string) object {
	o := object{
		"ts": ts, "channel_name": ch.Name, "team_id": s.opts.Team.ID, "reply_users": []string{}, "reply_users_count": 0,
		"reply_count": 0, "source": "UNKNOWN", "is_silent_share": false,
	}
	if m := ch.find(ts); m != nil {
		o["share_user_id"] = m.User
		if m.isReply() {
			o["thread_ts"] = m.ThreadTS
		}
	}
	return o
}

// apiFileDelete is https://docs.slack.dev/reference/methods/files.delete
func apiFileDelete(s *Sim, c *call) (object, *failure) {
	f := s.files[c.str("file")]
	switch {
	case f == nil:
		return nil, refuse("file_not_found")
	case f.Deleted:
		return nil, refuse("file_deleted")
	case f.User != s.opts.App.BotUser:
		return nil, refuse("cant_delete_file")
	}
	f.Deleted, f.content = true, nil
	return nil, nil
}
