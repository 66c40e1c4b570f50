package items

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"github.com/stepwright/stepwright/value"
)

// lines reads JSONL: JSON values, one a line. Blank lines are no items.
type lines struct {
	in    *bufio.Reader
	count int
	long  []byte
}

func (r *lines) Next() (Item, error) {
	for {
		line, err := readLine(r.in, &r.long)
		if err != nil {
			return Item{}, err
		}
		r.count++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		v, err := value.Parse(line)
		if err != nil {
			return Item{}, fmt.Errorf("Line %d is no JSON: %w", r.count, err) //nolint:staticcheck // the cause of a failure, a sentence
		}
		return Item{Value: v}, nil
	}
}

// readLine reads a line with its end. It stays as it is until the next call; long lines are put together in room.
func readLine(in *bufio.Reader, room *[]byte) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if err == nil || err == io.EOF && len(line) > 0 {
		return line, nil
	}
	if err != bufio.ErrBufferFull {
		return nil, err
	}
	*room = append((*room)[:0], line...)
	for err == bufio.ErrBufferFull {
		line, err = in.ReadSlice('\n')
		*room = append(*room, line...)
	}
	if err == io.EOF {
		err = nil
	}
	return *room, err
}
