package flow_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	sdkrekognition "github.com/aws/aws-sdk-go-v2/service/rekognition"
	sdks3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/rekognition"
	"github.com/stepwright/stepwright/flow/s3"
)

// TestModels compares requests and answers with the API's own, as the SDK for Go has them: members have the same names
// and kinds.
func TestModels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ ours, theirs any }{
		{rekognition.DetectLabelsInput{}, sdkrekognition.DetectLabelsInput{}},
		{rekognition.DetectLabelsOutput{}, sdkrekognition.DetectLabelsOutput{}},
		{rekognition.DetectModerationLabelsInput{}, sdkrekognition.DetectModerationLabelsInput{}},
		{rekognition.DetectModerationLabelsOutput{}, sdkrekognition.DetectModerationLabelsOutput{}},
		{rekognition.DetectProtectiveEquipmentInput{}, sdkrekognition.DetectProtectiveEquipmentInput{}},
		{rekognition.DetectProtectiveEquipmentOutput{}, sdkrekognition.DetectProtectiveEquipmentOutput{}},
		{rekognition.DetectFacesInput{}, sdkrekognition.DetectFacesInput{}},
		{rekognition.DetectFacesOutput{}, sdkrekognition.DetectFacesOutput{}},
		{rekognition.CompareFacesInput{}, sdkrekognition.CompareFacesInput{}},
		{rekognition.CompareFacesOutput{}, sdkrekognition.CompareFacesOutput{}},
		{rekognition.RecognizeCelebritiesInput{}, sdkrekognition.RecognizeCelebritiesInput{}},
		{rekognition.RecognizeCelebritiesOutput{}, sdkrekognition.RecognizeCelebritiesOutput{}},
		{rekognition.DetectTextInput{}, sdkrekognition.DetectTextInput{}},
		{rekognition.DetectTextOutput{}, sdkrekognition.DetectTextOutput{}},
		{rekognition.CreateCollectionInput{}, sdkrekognition.CreateCollectionInput{}},
		{rekognition.CreateCollectionOutput{}, sdkrekognition.CreateCollectionOutput{}},
		{rekognition.IndexFacesInput{}, sdkrekognition.IndexFacesInput{}},
		{rekognition.IndexFacesOutput{}, sdkrekognition.IndexFacesOutput{}},
		{rekognition.SearchFacesByImageInput{}, sdkrekognition.SearchFacesByImageInput{}},
		{rekognition.SearchFacesByImageOutput{}, sdkrekognition.SearchFacesByImageOutput{}},
		{rekognition.SearchFacesInput{}, sdkrekognition.SearchFacesInput{}},
		{rekognition.SearchFacesOutput{}, sdkrekognition.SearchFacesOutput{}},
		{rekognition.DeleteFacesInput{}, sdkrekognition.DeleteFacesInput{}},
		{rekognition.DeleteFacesOutput{}, sdkrekognition.DeleteFacesOutput{}},
		{rekognition.StartLabelDetectionInput{}, sdkrekognition.StartLabelDetectionInput{}},
		{rekognition.GetLabelDetectionInput{}, sdkrekognition.GetLabelDetectionInput{}},
		{rekognition.GetLabelDetectionOutput{}, sdkrekognition.GetLabelDetectionOutput{}},
		{rekognition.StartContentModerationInput{}, sdkrekognition.StartContentModerationInput{}},
		{rekognition.GetContentModerationInput{}, sdkrekognition.GetContentModerationInput{}},
		{rekognition.GetContentModerationOutput{}, sdkrekognition.GetContentModerationOutput{}},
		{rekognition.StartFaceDetectionInput{}, sdkrekognition.StartFaceDetectionInput{}},
		{rekognition.GetFaceDetectionInput{}, sdkrekognition.GetFaceDetectionInput{}},
		{rekognition.GetFaceDetectionOutput{}, sdkrekognition.GetFaceDetectionOutput{}},
		{rekognition.StartTextDetectionInput{}, sdkrekognition.StartTextDetectionInput{}},
		{rekognition.GetTextDetectionInput{}, sdkrekognition.GetTextDetectionInput{}},
		{rekognition.GetTextDetectionOutput{}, sdkrekognition.GetTextDetectionOutput{}},
		{rekognition.StartCelebrityRecognitionInput{}, sdkrekognition.StartCelebrityRecognitionInput{}},
		{rekognition.GetCelebrityRecognitionInput{}, sdkrekognition.GetCelebrityRecognitionInput{}},
		{rekognition.GetCelebrityRecognitionOutput{}, sdkrekognition.GetCelebrityRecognitionOutput{}},
		{rekognition.StartFaceSearchInput{}, sdkrekognition.StartFaceSearchInput{}},
		{rekognition.GetFaceSearchInput{}, sdkrekognition.GetFaceSearchInput{}},
		{rekognition.GetFaceSearchOutput{}, sdkrekognition.GetFaceSearchOutput{}},
		{rekognition.StartSegmentDetectionInput{}, sdkrekognition.StartSegmentDetectionInput{}},
		{rekognition.GetSegmentDetectionInput{}, sdkrekognition.GetSegmentDetectionInput{}},
		{rekognition.GetSegmentDetectionOutput{}, sdkrekognition.GetSegmentDetectionOutput{}},
		{rekognition.Started{}, sdkrekognition.StartLabelDetectionOutput{}},
		{s3.Attributes{}, sdks3.HeadObjectOutput{}},
		{s3.ListInput{}, sdks3.ListObjectsV2Input{}},
		{s3.Page{}, sdks3.ListObjectsV2Output{}},
		{s3.Tagging{}, sdks3.GetObjectTaggingOutput{}},
		{s3.Written{}, sdks3.PutObjectOutput{}},
		{s3.Copied{}, sdks3.CopyObjectOutput{}},
	} {
		ours, theirs := reflect.TypeOf(c.ours), reflect.TypeOf(c.theirs)
		for _, wrong := range unlike(ours, theirs, ours.Name()) {
			t.Error(wrong)
		}
	}
}

// unlike lists the members of ours that theirs does not have in the same way. What is any fits everything.
func unlike(ours, theirs reflect.Type, at string) (wrong []string) {
	ours, theirs = plain(ours), plain(theirs)
	if ours.Kind() == reflect.Interface {
		return nil
	}
	if a, b := kind(ours), kind(theirs); a != b {
		return []string{fmt.Sprintf("%s is %s, want %s", at, a, b)}
	}
	switch kind(ours) {
	case "list", "map":
		return unlike(ours.Elem(), theirs.Elem(), at+"[]")
	case "struct":
		members, _ := flow.Members(ours)
		for _, m := range members {
			f, ok := theirs.FieldByName(m.Name)
			if !ok {
				wrong = append(wrong, fmt.Sprintf("%s has no member %s", at, m.Name))
				continue
			}
			wrong = append(wrong, unlike(m.Type, f.Type, at+"."+m.Name)...)
		}
	}
	return wrong
}

func plain(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func kind(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "time"
	case slices.Contains([]reflect.Kind{reflect.Int, reflect.Int32, reflect.Int64}, t.Kind()):
		return "integer"
	case t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64:
		return "number"
	case t.Kind() == reflect.Slice:
		return "list"
	default:
		return t.Kind().String()
	}
}
