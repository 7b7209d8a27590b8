package telegram

import (
	"context"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"webcare/adapters"
	"webcare/bot/conversation"
)

// errNoID is an answer that names no message.
var errNoID = errors.New("the answer names no message")

// kindsOf says as what each file is sent. One alone goes as what it is. In an album pictures and videos mix, music and
// documents go only with their own kind (https://core.telegram.org/bots/api#sendmediagroup); any other mixture goes as
// documents.
func kindsOf(files []adapters.Attachment) []conversation.FileKind {
	var kinds []conversation.FileKind
	visual, audio := true, true
	for _, f := range files {
		k := f.Kind
		switch {
		case k == conversation.Photo && f.Size > maxPhoto, k == conversation.Sticker, k == "":
			k = conversation.Document
		case len(files) > 1 && (k == conversation.Animation || k == conversation.Voice):
			k = conversation.Document
		}
		visual = visual && (k == conversation.Photo || k == conversation.Video)
		audio = audio && k == conversation.Audio
		kinds = append(kinds, k)
	}
	if len(files) > 1 && !visual && !audio {
		return allDocuments(kinds)
	}
	return kinds
}

func allDocuments(kinds []conversation.FileKind) []conversation.FileKind {
	return slices.Repeat([]conversation.FileKind{conversation.Document}, len(kinds))
}

func hasPhoto(kinds []conversation.FileKind) bool { return slices.Contains(kinds, conversation.Photo) }

// sendFile sends one file, the text beside it.
func (t *Telegram) sendFile(ctx context.Context, try attempt, s *stream, kind conversation.FileKind) error {
	up := &models.InputFileUpload{Filename: fileName(s.file.Name), Data: s}
	conn, chat, thread, topic, reply := try.business, try.chat, try.topicThread(), int(try.topic), try.replyTo()
	text, ent := try.text.Plain, try.entities
	var err error
	switch kind {
	case conversation.Photo:
		_, err = t.bot.SendPhoto(ctx, &bot.SendPhotoParams{BusinessConnectionID: conn, ChatID: chat, MessageThreadID: thread, DirectMessagesTopicID: topic, ReplyParameters: reply, Photo: up, Caption: text, CaptionEntities: ent})
	case conversation.Video:
		_, err = t.bot.SendVideo(ctx, &bot.SendVideoParams{BusinessConnectionID: conn, ChatID: chat, MessageThreadID: thread, DirectMessagesTopicID: topic, ReplyParameters: reply, Video: up, Caption: text, CaptionEntities: ent})
	case conversation.Animation:
		_, err = t.bot.SendAnimation(ctx, &bot.SendAnimationParams{BusinessConnectionID: conn, ChatID: chat, MessageThreadID: thread, DirectMessagesTopicID: topic, ReplyParameters: reply, Animation: up, Caption: text, CaptionEntities: ent})
	case conversation.Audio:
		_, err = t.bot.SendAudio(ctx, &bot.SendAudioParams{BusinessConnectionID: conn, ChatID: chat, MessageThreadID: thread, DirectMessagesTopicID: topic, ReplyParameters: reply, Audio: up, Caption: text, CaptionEntities: ent})
	case conversation.Voice:
		_, err = t.bot.SendVoice(ctx, &bot.SendVoiceParams{BusinessConnectionID: conn, ChatID: chat, MessageThreadID: thread, DirectMessagesTopicID: topic, ReplyParameters: reply, Voice: up, Caption: text, CaptionEntities: ent})
	case conversation.Document, conversation.Sticker:
		_, err = t.bot.SendDocument(ctx, &bot.SendDocumentParams{BusinessConnectionID: conn, ChatID: chat, MessageThreadID: thread, DirectMessagesTopicID: topic, ReplyParameters: reply, Document: up, Caption: text, CaptionEntities: ent})
	}
	return err
}

// sendAlbum sends 2 to 10 files as one message, the text beside the first.
func (t *Telegram) sendAlbum(ctx context.Context, try attempt, streams []*stream, kinds []conversation.FileKind) error {
	var list []models.InputMedia
	taken := map[string]bool{}
	for i, s := range streams {
		name := fileName(s.file.Name)
		if taken[name] { // the library gives the part of the upload the name of the file, and parts need their own
			name = strconv.Itoa(i+1) + "-" + name
		}
		taken[name] = true
		var text string
		var ent []models.MessageEntity
		if i == 0 {
			text, ent = try.text.Plain, try.entities
		}
		at := "attach://" + name
		switch kinds[i] {
		case conversation.Photo:
			list = append(list, &models.InputMediaPhoto{Media: at, MediaAttachment: s, Caption: text, CaptionEntities: ent})
		case conversation.Video:
			list = append(list, &models.InputMediaVideo{Media: at, MediaAttachment: s, Caption: text, CaptionEntities: ent})
		case conversation.Audio:
			list = append(list, &models.InputMediaAudio{Media: at, MediaAttachment: s, Caption: text, CaptionEntities: ent})
		case conversation.Document, conversation.Voice, conversation.Sticker, conversation.Animation:
			list = append(list, &models.InputMediaDocument{Media: at, MediaAttachment: s, Caption: text, CaptionEntities: ent})
		}
	}
	_, err := t.bot.SendMediaGroup(ctx, &bot.SendMediaGroupParams{
		BusinessConnectionID: try.business, ChatID: try.chat, MessageThreadID: try.topicThread(),
		DirectMessagesTopicID: int(try.topic), Media: list, ReplyParameters: try.replyTo(),
	})
	return err
}

// fileName makes a name that is safe as a part of a form and on the customer's side.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || strings.ContainsRune(`"<>:|?*%`, r) {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:])
	}
	if strings.Trim(name, ". /") == "" {
		return "file"
	}
	return name
}
