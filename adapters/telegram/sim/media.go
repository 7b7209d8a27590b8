package sim

import (
	"net/http"
	"strings"
)

// The most bytes a file from the bot may have, see https://core.telegram.org/bots/api#sending-files.
const (
	maxFile  = 50 << 20
	maxPhoto = 10 << 20
)

// sendFile makes the act of sendPhoto, sendDocument and so on; field is the parameter with the file.
func sendFile(field string) act {
	return func(s *Sim, p *params) (any, *apiError) {
		c, m, bad := s.begin(p)
		if bad != nil {
			return nil, bad
		}
		m.Caption, m.CaptionEntities, bad = parseText(p, "caption", "parse_mode", "caption_entities")
		if bad != nil {
			return nil, bad
		}
		if units(m.Caption) > maxCaption {
			return nil, badf("message caption is too long")
		}
		if bad := s.attach(m, field, p.str(field), field, p); bad != nil {
			return nil, bad
		}
		return s.finish(c, m), nil
	}
}

// attach puts a file into a message: one that was uploaded as part name, or one the sim has, by its file_id.
func (s *Sim) attach(m *Message, kind, value, name string, p *params) *apiError {
	if at, ok := strings.CutPrefix(value, "attach://"); ok {
		name = at
	}
	up, ok := p.files[name]
	if !ok {
		b, known := s.files[value]
		switch {
		case known:
			up = upload{name: b.name, content: b.content}
		case value == "":
			return badf("there is no %s in the request", strings.ReplaceAll(kind, "_", " "))
		case strings.HasPrefix(value, "http"):
			return badf("failed to get HTTP URL content")
		default:
			return badf("wrong file identifier/HTTP URL specified")
		}
	}
	switch {
	case len(up.content) == 0:
		return badf("file must be non-empty")
	case len(up.content) > maxFile:
		return &apiError{Code: http.StatusRequestEntityTooLarge, Text: "Request Entity Too Large"}
	case kind == "photo" && len(up.content) > maxPhoto:
		return badf("file is too big")
	case kind == "photo" && !picture(up.content):
		return badf("IMAGE_PROCESS_FAILED")
	}
	s.fill(m, kind, up)
	return nil
}

// picture says whether the server would take the bytes as a photo: JPEG, PNG, GIF or WebP.
func picture(b []byte) bool { return strings.HasPrefix(http.DetectContentType(b), "image/") }

// fill makes the field of a message that shows a file. The lock is held.
func (s *Sim) fill(m *Message, kind string, up upload) {
	if kind == "photo" {
		m.Photo = s.photo(up.content)
		return
	}
	ref := s.keep(up.name, up.content)
	mimeType := typeOf(up.name)
	switch kind {
	case "document":
		m.Document = &Document{FileRef: ref, FileName: up.name, MimeType: mimeType}
	case "video":
		m.Video = &Video{FileRef: ref, Width: 640, Height: 360, Duration: 1, FileName: up.name, MimeType: mimeType}
	case "animation":
		m.Animation = &Animation{FileRef: ref, Width: 320, Height: 240, Duration: 1, FileName: up.name, MimeType: mimeType}
	case "audio":
		m.Audio = &Audio{FileRef: ref, Duration: 1, FileName: up.name, MimeType: mimeType}
	case "voice":
		m.Voice = &Voice{FileRef: ref, Duration: 1, MimeType: "audio/ogg"}
	case "video_note":
		m.VideoNote = &VideoNote{FileRef: ref, Length: 240, Duration: 1}
	case "sticker":
		m.Sticker = &Sticker{FileRef: ref, Type: "regular", Width: 512, Height: 512}
	}
}

type inputMedia struct {
	Type            string   `json:"type"`
	Media           string   `json:"media"`
	Caption         string   `json:"caption"`
	CaptionEntities []Entity `json:"caption_entities"`
	ParseMode       string   `json:"parse_mode"`
}

func (s *Sim) sendMediaGroup(p *params) (any, *apiError) {
	c, first, bad := s.begin(p)
	if bad != nil {
		return nil, bad
	}
	var items []inputMedia
	if bad := p.json("media", &items); bad != nil {
		return nil, bad
	}
	if len(items) < 2 || len(items) > 10 {
		return nil, badf("wrong number of messages in an album: must be from 2 to 10")
	}
	if bad := sameKind(items); bad != nil {
		return nil, bad
	}
	group := s.groupID()
	var made []*Message
	for _, it := range items {
		m := *first
		m.MediaGroupID = group
		m.Caption, m.CaptionEntities, bad = parsed(it.Caption, it.ParseMode, it.CaptionEntities)
		if bad != nil {
			return nil, bad
		}
		if units(m.Caption) > maxCaption {
			return nil, badf("message caption is too long")
		}
		if bad := s.attach(&m, it.Type, it.Media, it.Media, p); bad != nil {
			return nil, bad
		}
		made = append(made, &m)
	}
	for _, m := range made {
		s.finish(c, m)
	}
	return made, nil
}

// sameKind checks the grouping rules: photos and videos mix, documents and audio go only with their own kind.
func sameKind(items []inputMedia) *apiError {
	for _, it := range items {
		switch it.Type {
		case "photo", "video":
			if k := items[0].Type; k != "photo" && k != "video" {
				return badf("this media can't be mixed with other types in an album")
			}
		case "document", "audio":
			if items[0].Type != it.Type {
				return badf("%s can't be mixed with other media types", it.Type)
			}
		default:
			return badf("wrong type %q of media in an album", it.Type)
		}
	}
	return nil
}
