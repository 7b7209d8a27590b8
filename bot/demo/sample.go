package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
)

// samplePicture draws a parcel with a crack in it, for customers without a camera. The number changes its colours.
func samplePicture(n int) ([]byte, error) {
	const w, h = 640, 440
	walls := []color.RGBA{{0x8e, 0xb8, 0xd8, 255}, {0xb9, 0xc9, 0xa4, 255}, {0xd8, 0xb4, 0xa0, 255}, {0xb8, 0xae, 0xd4, 255}}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	fill := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(0, 0, w, 320, walls[n%len(walls)])
	fill(0, 320, w, h, color.RGBA{0x6d, 0x5a, 0x4b, 255})
	fill(150, 372, 500, 392, color.RGBA{0x55, 0x45, 0x3a, 255}) // shadow
	fill(140, 120, 490, 380, color.RGBA{0xc9, 0x96, 0x5e, 255}) // box
	fill(140, 120, 490, 168, color.RGBA{0xb8, 0x85, 0x50, 255}) // lid
	fill(288, 120, 342, 380, color.RGBA{0xe6, 0xcf, 0xa4, 255}) // tape
	fill(372, 290, 466, 352, color.RGBA{0xf7, 0xf3, 0xea, 255}) // label
	fill(382, 302, 446, 308, color.RGBA{0x80, 0x78, 0x70, 255}) // what stands on it
	fill(382, 318, 456, 324, color.RGBA{0x80, 0x78, 0x70, 255})
	fill(382, 334, 428, 340, color.RGBA{0x80, 0x78, 0x70, 255})
	x := 214
	for y := 120; y < 336; y++ { // the crack
		if y%36 < 18 {
			x += 2
		} else {
			x--
		}
		half := 2 + (336-y)/40
		fill(x-half, y, x+half, y+1, color.RGBA{0x3a, 0x28, 0x1a, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 88}); err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	return b.Bytes(), nil
}
