package rekognition_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/rekognition"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

type (
	Job struct {
		Key     string  `json:"key"`
		Other   string  `json:"other"`
		Version *string `json:"version,omitempty"`
	}
	Seen struct {
		Labels []string `json:"labels"`
		Faces  int      `json:"faces"`
		Text   string   `json:"text"`
		Happy  bool     `json:"happy"`
	}
)

var (
	Photos = s3.BucketOf("Photos")
	gently = flow.Retry(rekognition.Throttled, flow.Backoff{Attempts: 3})
)

func build(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

// TestPictures asks everything about one picture.
func TestPictures(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Look", func(f *flow.Flow, in *Job) *string {
		picture := &rekognition.Image{S3Object: &rekognition.S3Object{Bucket: Photos.Ref(), Name: &in.Key, Version: in.Version}}
		people := new("people")
		labels := rekognition.DetectLabels(f, "Labels", &rekognition.DetectLabelsInput{
			Image: picture, MaxLabels: new(10), MinConfidence: new(60.0), Features: []*string{new("GENERAL_LABELS"), new("IMAGE_PROPERTIES")},
			Settings: &rekognition.DetectLabelsSettings{
				GeneralLabels:   &rekognition.GeneralLabelsSettings{LabelExclusionFilters: []*string{new("Person"), &in.Other}},
				ImageProperties: &rekognition.ImagePropertiesSettings{MaxDominantColors: new(3)},
			},
		}, gently)
		rekognition.DetectModerationLabels(f, "Moderation", &rekognition.DetectModerationLabelsInput{Image: picture, MinConfidence: new(75.0)})
		rekognition.DetectFaces(f, "Faces", &rekognition.DetectFacesInput{Image: picture, Attributes: []*string{new("ALL")}})
		rekognition.DetectText(f, "Text", &rekognition.DetectTextInput{Image: picture, Filters: &rekognition.TextFilters{
			WordFilter:        &rekognition.WordFilter{MinConfidence: new(90.0)},
			RegionsOfInterest: []rekognition.RegionOfInterest{{BoundingBox: &rekognition.BoundingBox{Width: 0.5, Height: 1}}},
		}})
		rekognition.DetectProtectiveEquipment(f, "Helmets", &rekognition.DetectProtectiveEquipmentInput{Image: picture, SummarizationAttributes: &rekognition.SummarizationAttributes{
			MinConfidence: new(80.0), RequiredEquipmentTypes: []*string{new("HEAD_COVER")},
		}})
		rekognition.RecognizeCelebrities(f, "Famous", &rekognition.RecognizeCelebritiesInput{Image: picture})
		rekognition.CompareFaces(f, "Compare", &rekognition.CompareFacesInput{SourceImage: picture, TargetImage: rekognition.ImageIn(Photos, &in.Other), SimilarityThreshold: new(90.0)})
		rekognition.CreateCollection(f, "Collection", &rekognition.CreateCollectionInput{CollectionID: people}, flow.Catch(rekognition.Exists, func(*flow.Caught) {}))
		indexed := rekognition.IndexFaces(f, "Index", &rekognition.IndexFacesInput{CollectionID: people, Image: picture, ExternalImageID: &in.Key, MaxFaces: new(1)})
		rekognition.SearchFacesByImage(f, "Search", &rekognition.SearchFacesByImageInput{CollectionID: people, Image: picture})
		ids := flow.Map(f, &indexed.FaceRecords, func(r *rekognition.FaceRecord) *string { return &r.Face.FaceID })
		rekognition.SearchFaces(f, "Search alike", &rekognition.SearchFacesInput{CollectionID: people, FaceID: flow.OrElse(f, flow.Last(f, ids), new("none"))})
		rekognition.DeleteFaces(f, "Forget", &rekognition.DeleteFacesInput{CollectionID: people, FaceIDs: ids})
		return flow.OrElse(f, &labels.LabelModelVersion, new("?"))
	})
	golden.Equal(t, "testdata/pictures.asl.json", asl.Print(build(t, w)))
}

// TestVideos starts and reads a job of every kind.
func TestVideos(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Watch", func(f *flow.Flow, in *Job) *int {
		video := rekognition.VideoIn(Photos, &in.Key)
		tell := &rekognition.NotificationChannel{SNSTopicArn: flow.Parameter("DoneTopic").Ref(), RoleArn: flow.Role("TellRole").Ref()}
		labels := rekognition.StartLabelDetection(f, "Start labels", &rekognition.StartLabelDetectionInput{Video: video, NotificationChannel: tell}, flow.Retry(rekognition.TooManyJobs, flow.Backoff{Attempts: 9, First: time.Minute}))
		content := rekognition.StartContentModeration(f, "Start content", &rekognition.StartContentModerationInput{Video: video, MinConfidence: new(60.0)})
		faces := rekognition.StartFaceDetection(f, "Start faces", &rekognition.StartFaceDetectionInput{Video: video, FaceAttributes: new("ALL")})
		text := rekognition.StartTextDetection(f, "Start text", &rekognition.StartTextDetectionInput{Video: video})
		famous := rekognition.StartCelebrityRecognition(f, "Start famous", &rekognition.StartCelebrityRecognitionInput{Video: video, JobTag: &in.Other})
		search := rekognition.StartFaceSearch(f, "Start search", &rekognition.StartFaceSearchInput{Video: video, CollectionID: new("people")})
		parts := rekognition.StartSegmentDetection(f, "Start parts", &rekognition.StartSegmentDetectionInput{Video: video, SegmentTypes: []*string{new("SHOT")}})
		flow.Wait(f, "Rest", time.Minute)
		a := rekognition.GetLabelDetection(f, "Labels", &rekognition.GetLabelDetectionInput{JobID: &labels.JobID, SortBy: new("TIMESTAMP"), AggregateBy: new("SEGMENTS")})
		b := rekognition.GetContentModeration(f, "Content", &rekognition.GetContentModerationInput{JobID: &content.JobID, NextToken: &a.NextToken})
		c := rekognition.GetFaceDetection(f, "Faces", &rekognition.GetFaceDetectionInput{JobID: &faces.JobID})
		d := rekognition.GetTextDetection(f, "Text", &rekognition.GetTextDetectionInput{JobID: &text.JobID})
		e := rekognition.GetCelebrityRecognition(f, "Famous", &rekognition.GetCelebrityRecognitionInput{JobID: &famous.JobID})
		g := rekognition.GetFaceSearch(f, "Search", &rekognition.GetFaceSearchInput{JobID: &search.JobID})
		h := rekognition.GetSegmentDetection(f, "Parts", &rekognition.GetSegmentDetectionInput{JobID: &parts.JobID, MaxResults: new(100)})
		return flow.Add(f, flow.Add(f, flow.Add(f, flow.Count(f, &b.ModerationLabels), flow.Count(f, &c.Faces)), flow.Add(f, flow.Count(f, &d.TextDetections), flow.Count(f, &e.Celebrities))),
			flow.Add(f, flow.Count(f, &g.Persons), flow.Count(f, &h.Segments)))
	})
	golden.Equal(t, "testdata/videos.asl.json", asl.Print(build(t, w)))
	stubs := []flowtest.Option{}
	for _, kind := range []string{"labels", "content", "faces", "text", "famous", "search", "parts"} {
		stubs = append(stubs, flowtest.State("Start "+kind, map[string]string{"JobId": kind}))
	}
	for state, answer := range map[string]string{
		"Labels": `{"JobStatus":"SUCCEEDED","Labels":[]}`, "Content": `{"JobStatus":"SUCCEEDED","ModerationLabels":[{}]}`, "Faces": `{"Faces":[{},{}]}`,
		"Text": `{"TextDetections":[]}`, "Famous": `{"Celebrities":[{}]}`, "Search": `{"Persons":[{},{}]}`, "Parts": `{"Segments":[{}]}`,
	} {
		stubs = append(stubs, flowtest.State(state, value.MustParse(answer)))
	}
	run := flowtest.Run(t, w, Job{Key: "v.mp4"}, stubs...)
	var n int
	if run.Output(&n); n != 7 {
		t.Errorf("got %d", n)
	}
	if got := run.Calls("Content")[0].String(); got != `{"JobId":"content"}` { // there is no next token
		t.Errorf("called with %s", got)
	}
}

// TestAnswers reads answers with 0, 1 and 2 findings.
func TestAnswers(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Look", func(f *flow.Flow, in *Job) *Seen {
		picture := rekognition.ImageIn(Photos, &in.Key)
		found := rekognition.DetectLabels(f, "Labels", &rekognition.DetectLabelsInput{Image: picture})
		faces := rekognition.DetectFaces(f, "Faces", &rekognition.DetectFacesInput{Image: picture})
		text := rekognition.DetectText(f, "Text", &rekognition.DetectTextInput{Image: picture})
		lines := flow.Filter(f, &text.TextDetections, func(d *rekognition.TextDetection) flow.Condition { return flow.Is(&d.Type, "LINE") })
		sure := flow.Filter(f, &found.Labels, func(l *rekognition.Label) flow.Condition { return flow.Above(&l.Confidence, 90) })
		happy := flow.Filter(f, &faces.FaceDetails, func(d *rekognition.FaceDetail) flow.Condition { return flow.True(&d.Smile.Value) })
		out := &Seen{}
		return flow.Fill(f, out,
			flow.Set(&out.Labels, flow.Map(f, sure, func(l *rekognition.Label) *string { return &l.Name })),
			flow.Set(&out.Faces, flow.Count(f, &faces.FaceDetails)),
			flow.Set(&out.Happy, flow.If(f, flow.Above(flow.Count(f, happy), 0), new(true), new(false))),
			flow.Set(&out.Text, flow.Join(f, flow.Map(f, lines, func(d *rekognition.TextDetection) *string { return &d.DetectedText }), "/")))
	})
	build(t, w)
	const cat, dog = `{"Name":"Cat","Confidence":99.1}`, `{"Name":"Dog","Confidence":91}`
	const calm, glad = `{"Smile":{"Value":false,"Confidence":90}}`, `{"Smile":{"Value":true,"Confidence":90}}`
	for _, c := range []struct {
		labels, faces, text string
		want                Seen
	}{
		{``, ``, ``, Seen{Labels: []string{}}},
		{cat, calm, `{"Type":"LINE","DetectedText":"HI"}`, Seen{[]string{"Cat"}, 1, "HI", false}},
		{cat + `,` + dog, calm + `,` + glad, `{"Type":"LINE","DetectedText":"A"},{"Type":"WORD","DetectedText":"A"},{"Type":"LINE","DetectedText":"B"}`, Seen{[]string{"Cat", "Dog"}, 2, "A/B", true}},
		{`{"Name":"Fog","Confidence":60}`, `{}`, `{"Type":"WORD"}`, Seen{Labels: []string{}, Faces: 1}},
	} {
		run := flowtest.Run(t, w, Job{Key: "cat.jpg"}, flowtest.State("Labels", value.MustParse(`{"Labels":[`+c.labels+`]}`)),
			flowtest.State("Faces", value.MustParse(`{"FaceDetails":[`+c.faces+`]}`)), flowtest.State("Text", value.MustParse(`{"TextDetections":[`+c.text+`]}`)))
		var got Seen
		run.Output(&got)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if got := run.Calls("Faces")[0].String(); got != `{"Image":{"S3Object":{"Bucket":"${Photos}","Name":"cat.jpg"}}}` {
			t.Errorf("called with %s", got)
		}
	}
}
