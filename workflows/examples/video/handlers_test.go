package video_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/workflows/examples/video"
)

// TestMediaInfo reads sizes from names.
func TestMediaInfo(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][3]int{
		"a/talk.mp4": {1920, 1080, 1080}, "a/talk-1080x1920.mov": {1080, 1920, 1080}, "x-3840x2160.mkv": {3840, 2160, 2160}, "a-bxc.mp4": {1920, 1080, 1080},
	} {
		m, err := video.MediaInfo(t.Context(), video.Record{SrcVideo: name})
		if got := [3]int{m.SrcWidth, m.SrcHeight, m.EffectiveHeight}; got != want || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// TestCollectOutputs takes all kinds of output groups (scenario V38).
func TestCollectOutputs(t *testing.T) {
	t.Parallel()
	record := loaded()
	place := func(file string) string { return "s3://media-destination/" + guid + "/" + file }
	web := func(file string) string { return "https://d111abcdef8.cloudfront.example/" + guid + "/" + file }
	at := time.Date(2026, 3, 2, 9, 18, 41, 0, time.UTC)
	event := video.EncodeEvent{Time: &at, Detail: video.EncodeDetail{OutputGroups: []video.OutputGroup{
		{Type: "HLS_GROUP", Playlists: []string{place("hls/a b.m3u8")}},
		{Type: "DASH_ISO_GROUP", Playlists: []string{place("dash/a.mpd")}},
		{Type: "MS_SMOOTH_GROUP", Playlists: []string{place("mss/a.ism")}},
		{Type: "CMAF_GROUP", Playlists: []string{place("cmaf/a.mpd"), place("cmaf/a.m3u8")}},
		{Type: "FILE_GROUP", Outputs: []video.Output{{Files: []string{place("mp4/1.mp4")}}, {Files: []string{place("mp4/2.mp4")}}}},
		{Type: "FILE_GROUP", Outputs: []video.Output{{Files: []string{place("thumbnails/a.0000000.jpg"), place("thumbnails/a.0000001.jpg")}}}},
	}}}
	got, err := video.CollectOutputs(t.Context(), video.Collect{Event: event, Record: &record})
	want := video.Outputs{
		EndTime: at, HLSPlaylist: place("hls/a b.m3u8"), HLSURL: web("hls/a%20b.m3u8"), DASHPlaylist: place("dash/a.mpd"), DASHURL: web("dash/a.mpd"),
		MSSPlaylist: place("mss/a.ism"), MSSURL: web("mss/a.ism"), CMAFDASHPlaylist: place("cmaf/a.mpd"), CMAFDASHURL: web("cmaf/a.mpd"),
		CMAFHLSPlaylist: place("cmaf/a.m3u8"), CMAFHLSURL: web("cmaf/a.m3u8"), MP4Outputs: []string{place("mp4/1.mp4"), place("mp4/2.mp4")},
		MP4URLs: []string{web("mp4/1.mp4"), web("mp4/2.mp4")}, Thumbnails: []string{place("thumbnails/a.0000001.jpg")}, ThumbnailURLs: []string{web("thumbnails/a.0000001.jpg")},
	}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestBuildJobRefuses(t *testing.T) {
	t.Parallel()
	for _, template := range []any{"text", map[string]any{"OutputGroups": []any{map[string]any{"OutputGroupSettings": map[string]any{"Type": "NEW"}}}}, map[string]any{"OutputGroups": 5}} {
		if _, err := video.BuildJob(t.Context(), video.Build{Record: loaded(), Template: template}); err == nil {
			t.Errorf("%v is taken", template)
		} else if _, ok := errors.AsType[video.ConfigInvalid](err); !ok {
			t.Errorf("%v: %T", template, err)
		}
	}
}
