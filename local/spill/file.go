package spill

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"strings"
)

// pending is how many bytes at the end are written to disk together.
const pending = 256 << 10

// A file grows at its end, and moves to the disk when it is large.
type file struct {
	folder string
	memory int
	size   int64

	disk   *os.File // nil as long as all is in memory
	name   string   // of the file on disk; empty when it is removed already
	closed bool
	tail   []byte // what is not on the disk, at the end
}

// flushed is how much is on the disk.
func (f *file) flushed() int64 { return f.size - int64(len(f.tail)) }

func (f *file) append(b []byte) error {
	if f.closed {
		return fs.ErrClosed
	}
	f.tail = append(f.tail, b...)
	f.size += int64(len(b))
	if f.disk == nil && len(f.tail) <= f.memory || f.disk != nil && len(f.tail) < pending {
		return nil
	}
	if f.disk == nil {
		if err := f.create(); err != nil {
			return err
		}
	}
	if _, err := f.disk.WriteAt(f.tail, f.flushed()); err != nil {
		return err
	}
	f.tail = f.tail[:0]
	return nil
}

// create makes the file, and removes its name where the system allows it, so that nothing is left after a crash.
func (f *file) create() error {
	disk, err := os.CreateTemp(f.folder, "stepwright-children-*")
	if err != nil {
		return err
	}
	f.disk, f.name = disk, disk.Name()
	if os.Remove(f.name) == nil {
		f.name = ""
	}
	return nil
}

// put writes at a place, which may be in the middle or beyond the end; in between are zeros.
func (f *file) put(at int64, b []byte) error {
	if gap := at - f.size; gap >= 0 {
		if gap > 0 {
			if err := f.append(make([]byte, gap)); err != nil {
				return err
			}
		}
		return f.append(b)
	}
	if on := f.flushed(); at < on {
		n := min(int64(len(b)), on-at)
		if _, err := f.disk.WriteAt(b[:n], at); err != nil {
			return err
		}
		at, b = at+n, b[n:]
	}
	n := 0
	if len(b) > 0 && at < f.size {
		n = copy(f.tail[at-f.flushed():], b)
	}
	if n == len(b) {
		return nil
	}
	return f.append(b[n:])
}

// get reads n bytes; where nothing was written are zeros.
func (f *file) get(at int64, n int) ([]byte, error) {
	if f.closed {
		return nil, fs.ErrClosed
	}
	b := make([]byte, n)
	if at < 0 || at >= f.size {
		return b, nil
	}
	on := f.flushed()
	if at < on {
		if _, err := f.disk.ReadAt(b[:min(int64(n), on-at)], at); err != nil {
			return nil, err
		}
	}
	if from := max(at, on); from < at+int64(n) {
		copy(b[from-at:], f.tail[from-on:])
	}
	return b, nil
}

func (f *file) close() error {
	f.closed, f.tail = true, nil
	if f.disk == nil {
		return nil
	}
	err := f.disk.Close()
	if f.name != "" {
		err = errors.Join(err, os.Remove(f.name))
	}
	f.disk, f.name = nil, ""
	return err
}

// bytesOf are the bytes of a UUID; those of other names are of no use.
func bytesOf(name string) (b [16]byte) {
	_, _ = hex.Decode(b[:], []byte(strings.ReplaceAll(name, "-", ""))[:min(32, len(strings.ReplaceAll(name, "-", "")))])
	return b
}

// nameOf writes bytes as a UUID.
func nameOf(b [16]byte) string {
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
