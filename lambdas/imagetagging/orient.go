package imagetagging

import "image"

// displayed is the size of a stored picture after it has been turned as EXIF's
// orientation says: 5 to 8 lie on their side.
func displayed(stored Dimensions, orientation int) Dimensions {
	if orientation >= 5 {
		return Dimensions{stored.Height, stored.Width}
	}
	return stored
}

// orient turns stored pixels upright. EXIF names where the stored first row and
// first column are on the display: 6, for example, is right and top.
func orient(img *image.NRGBA, orientation int) *image.NRGBA {
	if orientation <= 1 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := displayed(Dimensions{w, h}, orientation)
	out := image.NewNRGBA(image.Rect(0, 0, size.Width, size.Height))
	for y := range size.Height {
		for x := range size.Width {
			sx, sy := storedAt(x, y, w, h, orientation)
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

// storedAt says which stored pixel of a w x h picture is displayed at x, y.
func storedAt(x, y, w, h, orientation int) (sx, sy int) {
	switch orientation {
	case 2: // mirrored
		return w - 1 - x, y
	case 3: // upside down
		return w - 1 - x, h - 1 - y
	case 4: // upside down and mirrored
		return x, h - 1 - y
	case 5: // on its side and mirrored
		return y, x
	case 6: // to be turned clockwise
		return y, h - 1 - x
	case 7: // on its other side and mirrored
		return w - 1 - y, h - 1 - x
	case 8: // to be turned counter-clockwise
		return w - 1 - y, x
	default:
		return x, y
	}
}
