package imagetagging

import "io"

const (
	headerBlock = 256 << 10 // what is read at first
	headerLimit = 8 << 20   // what a header may take at most
	pngTail     = 64 << 10  // where EXIF after the pixels is looked for
)

// A header is the beginning of an object, fetched as far as somebody reads.
type header struct {
	fetch func(offset, length int64) (data []byte, size int64, err error)
	data  []byte
	size  int64 // of the whole object
	err   error // the first failure of fetch, which parsers may have swallowed
}

func openHeader(fetch func(offset, length int64) ([]byte, int64, error)) (*header, error) {
	data, size, err := fetch(0, headerBlock)
	if err != nil {
		return nil, err
	}
	return &header{fetch: fetch, data: data, size: size}, nil
}

// headerOf is the header of an object that is in memory as a whole.
func headerOf(data []byte) *header {
	return &header{data: data, size: int64(len(data))}
}

// has fetches until the first n bytes are there, and reports whether they are.
func (h *header) has(n int64) bool {
	for int64(len(h.data)) < n {
		have := int64(len(h.data))
		if h.err != nil || have >= h.size || n > headerLimit {
			return false
		}
		more, _, err := h.fetch(have, min(max(have, headerBlock), headerLimit-have))
		if err == nil && len(more) == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			h.err = err
			return false
		}
		h.data = append(h.data, more...)
	}
	return true
}

// slice returns length bytes from offset, or nil if the header has none.
func (h *header) slice(offset, length int64) []byte {
	if offset < 0 || length < 0 || offset > headerLimit || length > headerLimit || !h.has(offset+length) {
		return nil
	}
	return h.data[offset : offset+length]
}

// end returns the last bytes of the object.
func (h *header) end() []byte {
	from := max(0, h.size-pngTail)
	if from <= int64(len(h.data)) && h.size <= int64(len(h.data)) {
		return h.data[from:h.size]
	}
	data, _, err := h.fetch(from, h.size-from)
	if err != nil {
		h.err = err
	}
	return data
}

// reader reads the header from its start.
func (h *header) reader() io.Reader { return &headerReader{h: h} }

type headerReader struct {
	h   *header
	pos int
}

func (r *headerReader) Read(p []byte) (int, error) {
	if !r.h.has(int64(r.pos) + 1) {
		return 0, io.EOF
	}
	n := copy(p, r.h.data[r.pos:])
	r.pos += n
	return n, nil
}
