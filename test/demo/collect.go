package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/draw"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/test/photos"
	"github.com/stepwright/stepwright/value"
)

// A result is what the demo found out, photograph by photograph.
type result struct {
	Rows     []row
	Failures []string // the notifications
}

// A row is one photograph.
type row struct {
	photoRun
	Stem      string // of the files in the results' folder
	Status    string // ProcessingStatus of the item
	Format    string
	Size      string // width × height
	Labels    []string
	ErrorAt   string
	ErrorName string
	Place     string
	Thumbnail string // file name, if there is one
}

// collect writes the results' folder.
func (s *session) collect(ctx context.Context, out string, machine *asl.Machine, runs []photoRun) (*result, error) {
	items, err := s.scan(ctx, filepath.Join(out, "items.json"))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(runs, func(a, b photoRun) int { return strings.Compare(a.Photo, b.Photo) })
	r := &result{}
	failed := 0
	for _, run := range runs {
		x := row{photoRun: run, Stem: stem(run.Photo)}
		x.read(items[run.Execution])
		if x.Status == "FAILED" {
			failed++
		}
		if err := s.saveRun(ctx, out, machine, x); err != nil {
			return nil, err
		}
		if x.Thumbnail, err = s.saveThumbnail(ctx, out, items[run.Execution]); err != nil {
			return nil, err
		}
		r.Rows = append(r.Rows, x)
	}
	if r.Failures, err = s.failures(ctx, failed); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(out, "index.html"), page(r), 0o644); err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return r, nil
}

// scan writes the whole table as the API gives it, and gives the items by the execution that worked on them.
func (s *session) scan(ctx context.Context, file string) (map[string]value.Value, error) {
	answer, err := s.raw(ctx, "dynamodb", "DynamoDB_20120810.Scan", "1.0", value.Object(value.M("TableName", value.String(s.table))))
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", s.table, err)
	}
	if answer.Get("LastEvaluatedKey").Exists() {
		return nil, fmt.Errorf("scan %s: the table has more than one page", s.table)
	}
	if err := os.WriteFile(file, []byte(answer.Indent()+"\n"), 0o644); err != nil {
		return nil, fmt.Errorf("write the items: %w", err)
	}
	items := map[string]value.Value{}
	for _, it := range answer.Get("Items").Elements() {
		items[it.Path("SfnExecutionArn", "S").Str()] = it
	}
	return items, nil
}

func (x *row) read(item value.Value) {
	x.Status = item.Path("ProcessingStatus", "S").Str()
	x.Format = item.Path("format", "S").Str()
	if w := item.Path("fullsize", "M", "width", "N").Str(); w != "" {
		x.Size = w + "×" + item.Path("fullsize", "M", "height", "N").Str()
	}
	for _, l := range item.Path("objectDetected", "L").Elements() {
		x.Labels = append(x.Labels, l.Get("S").Str())
	}
	x.ErrorAt, x.ErrorName = item.Path("errorAt", "S").Str(), item.Path("errorName", "S").Str()
	if lat := item.Path("geoLocation", "M", "Latitude", "M"); lat.Exists() {
		x.Place = angle(lat) + " " + angle(item.Path("geoLocation", "M", "Longitude", "M"))
	}
}

func angle(m value.Value) string {
	return fmt.Sprintf("%s°%s'%s", m.Path("D", "N").Str(), m.Path("M", "N").Str(), m.Path("Direction", "S").Str())
}

// saveRun writes the execution's history and the run drawn on the workflow.
func (s *session) saveRun(ctx context.Context, out string, machine *asl.Machine, x row) error {
	answer, err := s.raw(ctx, "states", "AWSStepFunctions.GetExecutionHistory", "1.0",
		value.Object(value.M("executionArn", value.String(x.Execution)), value.M("maxResults", value.Int(1000))))
	if err != nil {
		return fmt.Errorf("read the history of %s: %w", x.Photo, err)
	}
	var events []history.Event
	for _, v := range answer.Get("events").Elements() {
		e, err := history.FromValue(v)
		if err != nil {
			return fmt.Errorf("read the history of %s: %w", x.Photo, err)
		}
		events = append(events, e)
	}
	if err := os.WriteFile(filepath.Join(out, x.Stem+".history.json"), []byte(answer.Indent()+"\n"), 0o644); err != nil {
		return fmt.Errorf("write the history of %s: %w", x.Photo, err)
	}
	picture := draw.SVG(machine, draw.Title("Image tagging: "+x.Photo), draw.Run(events))
	if err := os.WriteFile(filepath.Join(out, x.Stem+".svg"), picture, 0o644); err != nil {
		return fmt.Errorf("draw the run of %s: %w", x.Photo, err)
	}
	return nil
}

// saveThumbnail fetches the preview that the item names; without one it gives "".
func (s *session) saveThumbnail(ctx context.Context, out string, item value.Value) (string, error) {
	key := item.Path("thumbnail", "M", "key", "S").Str()
	if key == "" {
		return "", nil
	}
	o, err := s.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return "", fmt.Errorf("fetch the thumbnail %s: %w", key, err)
	}
	data, err := io.ReadAll(o.Body)
	if err = errors.Join(err, o.Body.Close()); err != nil {
		return "", fmt.Errorf("fetch the thumbnail %s: %w", key, err)
	}
	name := safe(key[strings.LastIndexByte(key, '/')+1:])
	if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
		return "", fmt.Errorf("write the thumbnail: %w", err)
	}
	return name, nil
}

// verdict is an error unless every photograph ended as it should.
func (r *result) verdict() error {
	var wrong []error
	notified := strings.Join(r.Failures, "\n")
	for _, x := range r.Rows {
		want := photos.Fails(x.Photo)
		switch {
		case want == "" && x.Status != "SUCCEEDED":
			wrong = append(wrong, fmt.Errorf("%s is %s (%s at %s); expected SUCCEEDED", x.Photo, x.Status, x.ErrorName, x.ErrorAt))
		case want == "" && x.Thumbnail == "":
			wrong = append(wrong, fmt.Errorf("%s has no thumbnail", x.Photo))
		case want != "" && x.ErrorName != want:
			wrong = append(wrong, fmt.Errorf("%s is %s with error %q; expected %s", x.Photo, x.Status, x.ErrorName, want))
		case want != "" && !strings.Contains(notified, want):
			wrong = append(wrong, fmt.Errorf("nobody was told that %s failed with %s", x.Photo, want))
		}
	}
	return errors.Join(wrong...)
}

// stem is a file's name without its extension, as the results' files carry it.
func stem(name string) string {
	s := strings.TrimSuffix(name, filepath.Ext(name))
	for _, other := range photos.Names() {
		if other != name && strings.TrimSuffix(other, filepath.Ext(other)) == s {
			return safe(name)
		}
	}
	return safe(s)
}

// safe keeps a key from becoming a path.
func safe(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r < ' ' {
			return '_'
		}
		return r
	}, strings.TrimLeft(name, "."))
}

// raw makes one call of a JSON protocol and gives the answer with every digit and member as it was sent.
func (s *session) raw(ctx context.Context, service, target, version string, in value.Value) (value.Value, error) {
	body, err := post(ctx, s.config, service, target, version, in.AppendJSON(nil))
	if err != nil {
		return value.Value{}, err
	}
	var v value.Value
	if err := json.Unmarshal(body, &v); err != nil {
		return value.Value{}, fmt.Errorf("read the answer: %w", err)
	}
	return v, nil
}
