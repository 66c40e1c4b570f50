package imagetagging

import "fmt"

// The limits and settings of section 4 of the specification.
const (
	maxBytes     = 50 << 20    // of an object
	maxPixels    = 100_000_000 // decoded at 8 bytes each at most
	previewSide  = 250
	analysisSide = 2048
	minLabelSide = 80 // recognition refuses smaller pictures

	previewQuality  = 82
	analysisQuality = 90
)

// WarnTooSmallForLabels is the warning of a photo with a side under 80 pixels,
// which recognition does not accept.
const WarnTooSmallForLabels = "too-small-for-labels"

func checkPixels(d Dimensions) error {
	if int64(d.Width)*int64(d.Height) <= maxPixels {
		return nil
	}
	return ImageTooLarge{fmt.Sprintf("the picture has %d x %d pixels; at most %d are processed", d.Width, d.Height, maxPixels)}
}

func checkBytes(size int64) error {
	if size <= maxBytes {
		return nil
	}
	return ImageTooLarge{fmt.Sprintf("the object has %d bytes; at most %d are processed", size, maxBytes)}
}
