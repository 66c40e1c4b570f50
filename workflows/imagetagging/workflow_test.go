package imagetagging_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	handlers "github.com/stepwright/stepwright/lambdas/imagetagging"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

func TestSnapshots(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, imagetagging.ImageTagging)
	flowtest.Snapshot(t, imagetagging.FailureHandler)
}

const (
	uuid  = "7b1d4c52-0a6e-4a55-9c53-2c4a1b7a9e10"
	key   = "private/eu-1:9f2c/uploads/trip/" + uuid + ".jpg"
	event = `{"version":"0","detail-type":"Object Created","source":"aws.s3","time":"2026-03-02T09:00:00Z","detail":{"version":"0","bucket":{"name":"photos-prod"},` +
		`"object":{"key":"` + key + `","size":1419772,"etag":"e","version-id":"Zk81","sequencer":"0065A1"},"request-id":"r","requester":"1","reason":"PutObject"}}`
)

var metadata = handlers.Metadata{
	Format: "JPEG", Dimensions: handlers.Dimensions{Width: 4032, Height: 3024}, StoredDimensions: handlers.Dimensions{Width: 4032, Height: 3024},
	FileSize: 1419772, Orientation: 1, ExifMake: "Acme", Warnings: []string{},
	Geo: &handlers.Geo{Latitude: handlers.Coordinate{D: 59, M: 19, S: 45.48, Direction: "N"}, Longitude: handlers.Coordinate{D: 18, M: 4, S: 6.96, Direction: "E"}},
}

var preview = handlers.Preview{Key: "private/eu-1:9f2c/resized/trip/" + uuid + ".jpg", Bucket: "photos-prod", Width: 250, Height: 188}

// stubs answer as a run that goes well; a test replaces some.
func stubs(replaced map[string]flowtest.Option) []flowtest.Option {
	nothing := map[string]any{}
	all := map[string]flowtest.Option{
		"Claim image":        flowtest.State("Claim image", nothing),
		"Check object":       flowtest.State("Check object", map[string]any{"ContentLength": 1419772}),
		"Extract metadata":   flowtest.Stub(handlers.Extract, metadata),
		"Store metadata":     flowtest.State("Store metadata", nothing),
		"Detect labels":      flowtest.State("Detect labels", value.MustParse(`{"Labels":[{"Name":"Mountain","Confidence":97.1},{"Name":"Lake","Confidence":88.4}]}`)),
		"Make preview":       flowtest.State("Make preview", preview),
		"Make analysis copy": flowtest.State("Make analysis copy", handlers.Preview{Key: "private/eu-1:9f2c/analysis/trip/" + uuid + ".jpg", Width: 2048, Height: 1536}),
		"Store labels":       flowtest.State("Store labels", nothing),
		"Mark failed":        flowtest.State("Mark failed", nothing),
		"Notify failure":     flowtest.State("Notify failure", map[string]any{"MessageId": "m"}),
		"Mark unsupported":   flowtest.State("Mark unsupported", nothing),
		"Notify unsupported": flowtest.State("Notify unsupported", map[string]any{"MessageId": "m"}),
	}
	maps.Copy(all, replaced)
	return slices.Collect(maps.Values(all))
}

func run(t *testing.T, input string, replaced map[string]flowtest.Option) *flowtest.Execution {
	t.Helper()
	return flowtest.Run(t, imagetagging.ImageTagging, value.MustParse(input), stubs(replaced)...)
}

// with changes what Extract finds.
func with(change func(m *handlers.Metadata)) map[string]flowtest.Option {
	m := metadata
	change(&m)
	return map[string]flowtest.Option{"Extract metadata": flowtest.Stub(handlers.Extract, m)}
}

func TestTagged(t *testing.T) {
	t.Parallel()
	e := run(t, event, nil)
	var got imagetagging.Tagged
	e.Output(&got)
	if d := cmp.Diff(imagetagging.Tagged{ID: uuid, Outcome: "tagged", Labels: []string{"Mountain", "Lake"}}, got); d != "" {
		t.Errorf("output (-want +got):\n%s", d)
	}
	e.Visits("Normalize input", "Claim image", "Check object", "Size?", "Extract metadata", "Supported format?", "Store metadata", "Analysis check", "Process in parallel")
	e.Visits("Detect labels", "All well?", "Store labels")
	e.Avoids("Make analysis copy", "Mark failed")

	job := value.MustParse(`{"s3Bucket":"photos-prod","s3Key":"` + key + `","objectID":"` + uuid + `","versionId":"Zk81","sequencer":"0065A1` + strings.Repeat("0", 26) + `","size":1419772}`)
	if got := e.Calls("Extract metadata")[0]; !value.Equal(got, job) {
		t.Errorf("Extract was called with %s, want %s", got, job)
	}
	if got := e.Calls("Check object")[0].String(); got != `{"Bucket":"photos-prod","Key":"`+key+`","VersionId":"Zk81"}` {
		t.Errorf("headObject was called with %s", got)
	}
	const request = `{"Image":{"S3Object":{"Bucket":"photos-prod","Name":"` + key + `","Version":"Zk81"}},"MaxLabels":10,"MinConfidence":60}`
	if got := e.Calls("Detect labels")[0]; !value.Equal(got, value.MustParse(request)) {
		t.Errorf("detectLabels was called with %s", got)
	}
	if got := e.Calls("Make preview")[0]; got.Get("mode").Str() != "preview" || !value.Equal(got.Get("job"), job) || got.Path("metadata", "format").Str() != "JPEG" {
		t.Errorf("Thumbnail was called with %s", got)
	}

	claim := e.Calls("Claim image")[0].Get("ExpressionAttributeValues")
	for name, want := range map[string]string{":ProcessingStatus": "RUNNING", ":bucket": "photos-prod", ":owner": "eu-1:9f2c", ":uploadTime": "2026-03-02T09:00:00Z", ":versionId": "Zk81"} {
		if got := claim.Path(name, "S").Str(); got != want {
			t.Errorf("claim sets %s to %q, want %q", name, got, want)
		}
	}
	stored := e.Calls("Store metadata")[0].Get("ExpressionAttributeValues")
	if got := stored.Get(":geoLocation").String(); got != `{"M":{"Latitude":{"M":{"D":{"N":"59"},"M":{"N":"19"},"S":{"N":"45.48"},"Direction":{"S":"N"}}},"Longitude":{"M":{"D":{"N":"18"},"M":{"N":"4"},"S":{"N":"6.96"},"Direction":{"S":"E"}}}}}` {
		t.Errorf("place %s", got)
	}
	if got := e.Calls("Store metadata")[0].Get("UpdateExpression").Str(); got != "SET #fullsize = :fullsize, #format = :format, #fileSize = :fileSize, #orientation = :orientation, #warnings = :warnings, #exifMake = :exifMake, #geoLocation = :geoLocation REMOVE #creationTime, #exifModel" {
		t.Errorf("metadata is stored with %s", got)
	}
	labels := e.Calls("Store labels")[0].Get("ExpressionAttributeValues")
	if got := labels.Get(":objectDetected").String() + labels.Get(":thumbnail").String(); got != `{"L":[{"S":"Mountain"},{"S":"Lake"}]}{"M":{"key":{"S":"`+preview.Key+`"},"width":{"N":"250"},"height":{"N":"188"}}}` {
		t.Errorf("labels are stored as %s", got)
	}
}

// TestNormalize looks at the job that both forms of input come to.
func TestNormalize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, input, id, key, sequencer string }{
		{"compact", `{"s3Bucket":"b","s3Key":"private/u/uploads/x.jpg","objectID":"mine","sequencer":"12"}`, "mine", "private/u/uploads/x.jpg", "12"},
		{"compact without id", `{"s3Bucket":"b","s3Key":"private/u/uploads/` + uuid + `.jpg"}`, uuid, "private/u/uploads/" + uuid + ".jpg", ""},
		{"a name that is no UUID", `{"s3Bucket":"b","s3Key":"private/u/uploads/cat.jpg"}`, shaped("b", "private/u/uploads/cat.jpg"), "private/u/uploads/cat.jpg", ""},
		{"blanks, plus, percent and unicode", `{"s3Bucket":"b","s3Key":"private/u/uploads/a b+c%20é.jpg"}`, shaped("b", "private/u/uploads/a b+c%20é.jpg"), "private/u/uploads/a b+c%20é.jpg", ""},
		{"no folder", `{"s3Bucket":"b","s3Key":"` + uuid + `"}`, uuid, uuid, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, c.input, nil)
			e.Succeeds()
			job := e.Calls("Extract metadata")[0]
			if id := job.Get("objectID").Str(); id != c.id {
				t.Errorf("the id is %q, want %q", id, c.id)
			}
			if got := job.Get("s3Key").Str(); got != c.key {
				t.Errorf("the key is %q, want %q", got, c.key)
			}
			if got := job.Get("sequencer").Str(); got != c.sequencer+strings.Repeat("0", 32-len(c.sequencer)) {
				t.Errorf("the sequencer is %q", got)
			}
		})
	}
	for _, input := range []string{`{}`, `{"s3Bucket":"b"}`, `{"detail":null,"s3Key":"k"}`, `[]`, `"x"`, `null`} {
		e := run(t, input, nil)
		if cause := e.FailsWith("States.QueryEvaluationError"); !strings.Contains(cause, "the input names no object") {
			t.Errorf("%s: the cause is %s", input, cause)
		}
	}
}

// shaped is the id of an object whose name is no UUID (section 5.1).
func shaped(bucket, key string) string {
	h := fmt.Sprintf("%x", sha256.Sum256([]byte(bucket+"\n"+key)))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}

// A failure is what is noted and told of an execution that fails.
type failure struct{ at, name, message string }

func noted(t *testing.T, e *flowtest.Execution, mark, notify string) failure {
	t.Helper()
	calls := e.Calls(mark)
	if len(calls) == 0 {
		t.Fatalf("%s was not called; the path was %v", mark, e.Path())
	}
	args := calls[0]
	v := args.Get("ExpressionAttributeValues")
	if v.Path(":ProcessingStatus", "S").Str() != "FAILED" || args.Get("ConditionExpression").Str() != "#sequencer = :sequencer" {
		t.Errorf("marked with %s", args)
	}
	if _, err := time.Parse(time.RFC3339, v.Path(":failedAt", "S").Str()); err != nil {
		t.Error(err)
	}
	f := failure{v.Path(":errorAt", "S").Str(), v.Path(":errorName", "S").Str(), v.Path(":errorMessage", "S").Str()}
	m := e.Calls(notify)[0].Get("Message")
	if told := (failure{m.Get("errorAt").Str(), m.Get("errorName").Str(), m.Get("errorMessage").Str()}); told != f || m.Get("photo").Str() != uuid {
		t.Errorf("told %+v of %s, noted %+v", told, m.Get("photo"), f)
	}
	return f
}

func TestFailures(t *testing.T) {
	t.Parallel()
	fails := func(state, name, cause string) map[string]flowtest.Option {
		return map[string]flowtest.Option{state: flowtest.StateFails(state, flowtest.Error{Name: name, Cause: cause})}
	}
	for _, c := range []struct {
		name     string
		replaced map[string]flowtest.Option
		want     failure
	}{
		{"gone", fails("Check object", "S3.NoSuchKeyException", "404"), failure{"Check object", "ObjectNotFound", "there is no object " + key + " in photos-prod"}},
		{"forbidden", fails("Check object", "S3.S3Exception", "403"), failure{"Check object", "S3.S3Exception", "403"}},
		{"empty", map[string]flowtest.Option{"Check object": flowtest.State("Check object", map[string]any{"ContentLength": 0})}, failure{"Size?", "EmptyObject", "the object is empty"}},
		{"too large", map[string]flowtest.Option{"Check object": flowtest.State("Check object", map[string]any{"ContentLength": 52428801})}, failure{"Size?", "ImageTooLarge", "the object has 52428801 bytes; at most 52428800 are processed"}},
		{"too many pixels", map[string]flowtest.Option{"Extract metadata": flowtest.Fails(handlers.Extract, handlers.ImageTooLarge{Message: "huge"})}, failure{at: "Extract metadata", name: "ImageTooLarge"}},
		{"metadata not stored", fails("Store metadata", "DynamoDB.ResourceNotFoundException", "no table"), failure{"Store metadata", "DynamoDB.ResourceNotFoundException", "no table"}},
		{"no labels", fails("Detect labels", "Rekognition.ImageTooLargeException", "too large"), failure{"Detect labels", "Rekognition.ImageTooLargeException", "too large"}},
		{"wrong region", fails("Detect labels", "Rekognition.InvalidS3ObjectException", "no"), failure{"Detect labels", "Rekognition.InvalidS3ObjectException", "no (is the bucket in this region, and may the machine read it?)"}},
		{"corrupt", fails("Make preview", "CorruptImage", "cut off"), failure{"Make preview", "CorruptImage", "cut off"}},
		{"labels not stored", fails("Store labels", "DynamoDB.ResourceNotFoundException", "no table"), failure{"Store labels", "DynamoDB.ResourceNotFoundException", "no table"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, event, c.replaced)
			cause := e.FailsWith(c.want.name)
			e.Visits("Mark failed", "Notify failure", "Processing failed")
			got := noted(t, e, "Mark failed", "Notify failure")
			if c.want.message == "" {
				c.want.message = cause
			}
			if got != c.want || cause != c.want.message {
				t.Errorf("noted %+v with cause %q, want %+v", got, cause, c.want)
			}
		})
	}
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		replaced map[string]flowtest.Option
		want     failure
	}{
		{"GIF", with(func(m *handlers.Metadata) { m.Format = "GIF" }), failure{"Supported format?", "FileTypeNotSupported", "format GIF is not supported; use JPEG or PNG"}},
		{"no image", map[string]flowtest.Option{"Extract metadata": flowtest.Fails(handlers.Extract, handlers.ImageIdentifyError{Message: "text"})}, failure{at: "Extract metadata", name: "FileTypeNotSupported"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, event, c.replaced)
			cause := e.FailsWith("FileTypeNotSupported")
			got := noted(t, e, "Mark unsupported", "Notify unsupported")
			if c.want.message == "" {
				c.want.message = cause
			}
			if got != c.want || cause != c.want.message {
				t.Errorf("noted %+v with cause %q, want %+v", got, cause, c.want)
			}
			if n := len(e.Calls("Extract metadata")); n != 1 {
				t.Errorf("Extract was tried %d times", n)
			}
		})
	}
}

const conditionFailed = "DynamoDB.ConditionalCheckFailedException"

func TestOtherWays(t *testing.T) {
	t.Parallel()
	refuse := func(state string) flowtest.Option {
		return flowtest.StateFails(state, flowtest.Error{Name: conditionFailed, Cause: "the conditional request failed"})
	}
	outcome := func(t *testing.T, e *flowtest.Execution, want string) {
		t.Helper()
		var got imagetagging.Tagged
		e.Output(&got)
		if got.Outcome != want || got.ID != uuid {
			t.Errorf("got %+v, want outcome %s", got, want)
		}
	}
	t.Run("duplicate event", func(t *testing.T) {
		t.Parallel()
		e := run(t, event, map[string]flowtest.Option{"Claim image": refuse("Claim image")})
		outcome(t, e, "duplicate")
		e.Avoids("Check object", "Mark failed")
	})
	t.Run("superseded at the end", func(t *testing.T) {
		t.Parallel()
		e := run(t, event, map[string]flowtest.Option{"Store labels": refuse("Store labels")})
		outcome(t, e, "superseded")
		if n := len(e.Calls("Store labels")); n != 1 {
			t.Errorf("tried %d times", n)
		}
	})
	t.Run("superseded while failing", func(t *testing.T) {
		t.Parallel()
		e := run(t, event, map[string]flowtest.Option{
			"Check object": flowtest.StateFails("Check object", flowtest.Error{Name: "S3.NoSuchKeyException"}), "Mark failed": refuse("Mark failed"),
		})
		outcome(t, e, "superseded")
		e.Avoids("Notify failure")
	})
	t.Run("nobody can be told", func(t *testing.T) {
		t.Parallel()
		e := run(t, event, map[string]flowtest.Option{
			"Check object":   flowtest.StateFails("Check object", flowtest.Error{Name: "S3.S3Exception", Cause: "403"}),
			"Mark failed":    flowtest.StateFails("Mark failed", flowtest.Error{Name: "DynamoDB.AmazonDynamoDBException"}),
			"Notify failure": flowtest.StateFails("Notify failure", flowtest.Error{Name: "SNS.NotFoundException"}),
		})
		if cause := e.FailsWith("S3.S3Exception"); cause != "403" {
			t.Errorf("the cause is %q", cause)
		}
		e.Visits("Mark failed", "Notify failure", "Processing failed")
	})
	t.Run("tiny", func(t *testing.T) {
		t.Parallel()
		e := run(t, event, with(func(m *handlers.Metadata) { m.Dimensions = handlers.Dimensions{Width: 64, Height: 48} }))
		outcome(t, e, "tagged")
		e.Avoids("Detect labels", "Make analysis copy")
		if got := e.Calls("Store labels")[0].Path("ExpressionAttributeValues", ":objectDetected").String(); got != `{"L":[]}` {
			t.Errorf("labels %s", got)
		}
	})
	t.Run("large", func(t *testing.T) {
		t.Parallel()
		e := run(t, event, with(func(m *handlers.Metadata) { m.FileSize = 16 << 20 }))
		outcome(t, e, "tagged")
		e.Visits("Make analysis copy", "Detect labels")
		if got := e.Calls("Detect labels")[0].Path("Image", "S3Object").String(); got != `{"Bucket":"photos-prod","Name":"private/eu-1:9f2c/analysis/trip/`+uuid+`.jpg"}` {
			t.Errorf("looked at %s", got)
		}
	})
	t.Run("long and narrow", func(t *testing.T) {
		t.Parallel()
		replaced := with(func(m *handlers.Metadata) { m.Dimensions = handlers.Dimensions{Width: 20000, Height: 90} })
		replaced["Make analysis copy"] = flowtest.State("Make analysis copy", handlers.Preview{Key: "k", Width: 2048, Height: 9})
		e := run(t, event, replaced)
		outcome(t, e, "tagged")
		e.Avoids("Detect labels")
	})
	t.Run("Rekognition is busy", func(t *testing.T) {
		t.Parallel()
		busy := flowtest.StateFails("Detect labels", flowtest.Error{Name: "Rekognition.ThrottlingException"}).
			ThenFails(flowtest.Error{Name: "Rekognition.ThrottlingException"}).Then(value.MustParse(`{"Labels":[{"Name":"Cat"}]}`))
		e := run(t, event, map[string]flowtest.Option{"Detect labels": busy})
		outcome(t, e, "tagged")
		if n := len(e.Calls("Detect labels")); n != 3 {
			t.Errorf("tried %d times, want 3", n)
		}
	})
	t.Run("one label", func(t *testing.T) {
		t.Parallel()
		e := run(t, event, map[string]flowtest.Option{"Detect labels": flowtest.State("Detect labels", value.MustParse(`{"Labels":[{"Name":"Cat"}]}`))})
		outcome(t, e, "tagged")
		if got := e.Calls("Store labels")[0].Path("ExpressionAttributeValues", ":objectDetected").String(); got != `{"L":[{"S":"Cat"}]}` {
			t.Errorf("labels %s", got)
		}
	})
}
