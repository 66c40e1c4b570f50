// Package imagetagging holds the two handlers of the image tagging pipeline:
// Extract reads what a photo says about itself, Thumbnail makes a smaller copy.
// Both are plain Go, without native libraries, so that the same binary runs in
// AWS Lambda and on a laptop.
//
// Photos come from strangers. Formats are recognised by content and never by
// name or content type; a picture's header decides whether its pixels are
// decoded at all; odd EXIF becomes a warning and never a failure.
package imagetagging
