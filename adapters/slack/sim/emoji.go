package sim

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// emojiTable is the emoji that the sim knows: names as in Slack, code points as in the unicode field of rich_text.
const emojiTable = `grinning 1f600, smiley 1f603, smile 1f604, grin 1f601, laughing 1f606, sweat_smile 1f605, joy 1f602,
rolling_on_the_floor_laughing 1f923, slightly_smiling_face 1f642, upside_down_face 1f643, wink 1f609,
blush 1f60a, innocent 1f607, heart_eyes 1f60d, kissing_heart 1f618, yum 1f60b, stuck_out_tongue 1f61b,
thinking_face 1f914, neutral_face 1f610, expressionless 1f611, smirk 1f60f, unamused 1f612,
face_with_rolling_eyes 1f644, grimacing 1f62c, relieved 1f60c, pensive 1f614, sleeping 1f634, mask 1f637,
sunglasses 1f60e, confused 1f615, worried 1f61f, slightly_frowning_face 1f641, white_frowning_face 2639-fe0f,
open_mouth 1f62e, astonished 1f632, flushed 1f633, cry 1f622, sob 1f62d, scream 1f631, disappointed 1f61e,
weary 1f629, tired_face 1f62b, triumph 1f624, angry 1f620, rage 1f621, skull 1f480, robot_face 1f916,
see_no_evil 1f648, heart 2764-fe0f, broken_heart 1f494, yellow_heart 1f49b, green_heart 1f49a,
blue_heart 1f499, sparkling_heart 1f496, 100 1f4af, boom 1f4a5, wave 1f44b, raised_hand 270b, ok_hand 1f44c,
v 270c-fe0f, crossed_fingers 1f91e, point_left 1f448, point_right 1f449, point_up_2 1f446, point_down 1f447,
+1 1f44d, -1 1f44e, fist 270a, facepunch 1f44a, clap 1f44f, raised_hands 1f64c, open_hands 1f450,
handshake 1f91d, pray 1f64f, writing_hand 270d-fe0f, muscle 1f4aa, eyes 1f440, baby 1f476, man 1f468,
woman 1f469, female-technologist 1f469-200d-1f4bb, family 1f46a, dog 1f436, cat 1f431, bug 1f41b, tulip 1f337,
rose 1f339, apple 1f34e, pizza 1f355, coffee 2615, beer 1f37a, cake 1f370, birthday 1f382, earth_africa 1f30d,
house 1f3e0, bike 1f6b2, car 1f697, truck 1f69a, airplane 2708-fe0f, rocket 1f680, hourglass 231b,
hourglass_flowing_sand 23f3, watch 231a, alarm_clock 23f0, sunny 2600-fe0f, cloud 2601-fe0f,
umbrella 2602-fe0f, snowflake 2744-fe0f, fire 1f525, star 2b50, sparkles 2728, tada 1f389, gift 1f381,
trophy 1f3c6, phone 260e-fe0f, telephone_receiver 1f4de, iphone 1f4f1, computer 1f4bb, bulb 1f4a1, book 1f4d6,
moneybag 1f4b0, credit_card 1f4b3, email 2709-fe0f, incoming_envelope 1f4e8, package 1f4e6, mailbox 1f4eb,
memo 1f4dd, file_folder 1f4c1, calendar 1f4c6, paperclip 1f4ce, scissors 2702-fe0f, lock 1f512,
unlock 1f513, key 1f511, hammer 1f528, wrench 1f527, gear 2699-fe0f, link 1f517, bell 1f514, no_bell 1f515,
mag 1f50d, warning 26a0-fe0f, no_entry 26d4, no_entry_sign 1f6ab, x 274c, o 2b55, white_check_mark 2705,
heavy_check_mark 2714-fe0f, ballot_box_with_check 2611-fe0f, question 2753, grey_question 2754,
exclamation 2757, bangbang 203c-fe0f, interrobang 2049-fe0f, recycle 267b-fe0f, arrow_right 27a1-fe0f,
arrow_left 2b05-fe0f, arrow_up 2b06-fe0f, arrow_down 2b07-fe0f, arrows_counterclockwise 1f504,
information_source 2139-fe0f, ok 1f197, new 1f195, sos 1f198, speech_balloon 1f4ac, busts_in_silhouette 1f465,
bust_in_silhouette 1f464, flag-nl 1f1f3-1f1f1, flag-be 1f1e7-1f1ea, flag-de 1f1e9-1f1ea, de 1f1e9-1f1ea,
flag-gb 1f1ec-1f1e7, us 1f1fa-1f1f8, one 0031-fe0f-20e3, two 0032-fe0f-20e3, three 0033-fe0f-20e3, red_circle 1f534,
large_yellow_circle 1f7e1, large_green_circle 1f7e2, large_blue_circle 1f535, white_circle 26aa,
black_circle 26ab, inbox_tray 1f4e5, outbox_tray 1f4e4, pushpin 1f4cc, label 1f3f7-fe0f,
speaking_head_in_silhouette 1f5e3-fe0f, zzz 1f4a4, wastebasket 1f5d1-fe0f, pause_button 23f8-fe0f`

// customEmoji is the one emoji of the workspace itself: it has no code points.
const customEmoji = "webcare"

// emojis finds emoji by name and by character.
type emojis struct {
	codes   map[string]string // name -> "1f44b"
	names   map[string]string // character -> name
	longest int               // bytes of the longest character
}

func newEmojis() emojis {
	e := emojis{codes: map[string]string{customEmoji: ""}, names: map[string]string{}}
	for entry := range strings.SplitSeq(emojiTable, ",") {
		name, code, _ := strings.Cut(strings.TrimSpace(entry), " ")
		e.codes[name] = code
		char := character(code)
		if _, taken := e.names[char]; !taken {
			e.names[char] = name
			e.names[strings.ReplaceAll(char, "\ufe0f", "")] = name
		}
		e.longest = max(e.longest, len(char))
	}
	return e
}

// character is the text of code points such as "1f44b-1f3fc".
func character(code string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(code, "-") {
		if r, err := strconv.ParseInt(part, 16, 32); err == nil {
			b.WriteRune(rune(r))
		}
	}
	return b.String()
}

// known takes a name with or without a skin tone.
func (e emojis) known(name string) bool {
	base, tone, toned := strings.Cut(name, "::skin-tone-")
	if toned && (len(tone) != 1 || tone < "2" || tone > "6") {
		return false
	}
	_, ok := e.codes[base]
	return ok
}

// at finds an emoji character at the start of text: its name, its skin tone (2 to 6, 0 = none) and its bytes.
func (e emojis) at(text string) (name string, tone, size int) {
	r, _ := utf8.DecodeRuneInString(text)
	if r < 0x80 && !strings.HasPrefix(text[1:], "\ufe0f\u20e3") {
		return "", 0, 0
	}
	for n := min(e.longest, len(text)); n > 0; n-- {
		if found, ok := e.names[text[:n]]; ok && (n == len(text) || utf8.RuneStart(text[n])) {
			name, size = found, n
			break
		}
	}
	if name == "" {
		return "", 0, 0
	}
	if !strings.HasSuffix(text[:size], "\ufe0f") && strings.HasPrefix(text[size:], "\ufe0f") {
		size += len("\ufe0f")
	}
	if r, n := utf8.DecodeRuneInString(text[size:]); r >= 0x1f3fb && r <= 0x1f3ff {
		tone, size = int(r-0x1f3fb)+2, size+n
	}
	return name, tone, size
}

// toNames writes emoji characters as :name: and :name::skin-tone-N:.
func (e emojis) toNames(text string) string {
	var b strings.Builder
	for text != "" {
		name, tone, size := e.at(text)
		switch {
		case size == 0:
			_, size = utf8.DecodeRuneInString(text)
			b.WriteString(text[:size])
		case tone > 0:
			fmt.Fprintf(&b, ":%s::skin-tone-%d:", name, tone)
		default:
			b.WriteString(":" + name + ":")
		}
		text = text[size:]
	}
	return b.String()
}

// element is the rich_text element of an emoji.
func (e emojis) element(name string, tone int) object {
	o := object{"type": "emoji", "name": name}
	code := e.codes[name]
	if tone > 0 {
		o["skin_tone"] = tone
		code += fmt.Sprintf("-%x", 0x1f3fb+tone-2)
	}
	if e.codes[name] != "" {
		o["unicode"] = code
	}
	return o
}
