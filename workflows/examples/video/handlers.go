package video

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// A Validate is what InputValidate gets.
type Validate struct {
	GUID      string     `json:"guid"`
	StartTime time.Time  `json:"startTime"`
	Event     StartEvent `json:"event"`
}

// What handlers refuse, by the names that the record shows.
type (
	SourceEmpty       struct{ Message string }
	SourceUnsupported struct{ Message string }
	ConfigInvalid     struct{ Message string }
	NoVideoTrack      struct{ Message string }
	OutputUnknown     struct{ Message string }
	RecordNotFound    struct{ Message string }
)

func (e SourceEmpty) Error() string       { return e.Message }
func (e SourceUnsupported) Error() string { return e.Message }
func (e ConfigInvalid) Error() string     { return e.Message }
func (e NoVideoTrack) Error() string      { return e.Message }
func (e OutputUnknown) Error() string     { return e.Message }
func (e RecordNotFound) Error() string    { return e.Message }

const stack = "media"

// InputValidate makes the record of a run, with the settings of a small stack.
func InputValidate(_ context.Context, in Validate) (Record, error) {
	d := in.Event.Detail
	if d == nil || d.Bucket == nil || d.Object == nil || d.Object.Key == "" {
		return Record{}, SourceUnsupported{"the event names no object"}
	}
	if d.Object.Size == 0 {
		return Record{}, SourceEmpty{d.Object.Key + " is empty"}
	}
	return Record{
		GUID: in.GUID, StartTime: in.StartTime, WorkflowTrigger: "Video", WorkflowStatus: StatusIngest, WorkflowName: stack,
		SrcBucket: d.Bucket.Name, SrcVideo: d.Object.Key, DestBucket: stack + "-destination", CloudFront: "d111abcdef8.cloudfront.example",
		EnableSNS: true, EnableSQS: true, ArchiveSource: "DISABLED", InputRotate: "AUTO", AcceleratedTranscoding: "PREFERRED",
		JobTemplate2160: template(2160), JobTemplate1080: template(1080), JobTemplate720: template(720), MaxOutputMinutes: 600,
	}, nil
}

func template(profile int) string {
	return fmt.Sprintf("%s_Ott_%dp_Avc_Aac_16x9_qvbr_no_preset", stack, profile)
}

// A Media is what MediaInfo finds out about a source.
type Media struct {
	SrcMediainfo    string  `json:"srcMediainfo"`
	SrcWidth        int     `json:"srcWidth"`
	SrcHeight       int     `json:"srcHeight"`
	EffectiveHeight int     `json:"effectiveHeight"`
	DurationSeconds float64 `json:"durationSeconds"`
	HasAudio        bool    `json:"hasAudio"`
}

// MediaInfo reads the size of a video from its name: "talk-1080x1920.mp4". One without is taken for 1920x1080. All are
// eight seconds long.
func MediaInfo(_ context.Context, r Record) (Media, error) {
	name := strings.TrimSuffix(path.Base(r.SrcVideo), path.Ext(r.SrcVideo))
	if strings.HasSuffix(name, "-audio") {
		return Media{}, NoVideoTrack{r.SrcVideo + " has audio only"}
	}
	m := Media{SrcWidth: 1920, SrcHeight: 1080, DurationSeconds: 8, HasAudio: true}
	if w, h, ok := strings.Cut(name[strings.LastIndex(name, "-")+1:], "x"); ok {
		width, err1 := strconv.Atoi(w)
		height, err2 := strconv.Atoi(h)
		if err1 == nil && err2 == nil {
			m.SrcWidth, m.SrcHeight = width, height
		}
	}
	m.EffectiveHeight = min(m.SrcWidth, m.SrcHeight)
	info, err := json.Marshal(map[string]any{"filename": r.SrcVideo, "video": []any{map[string]any{"width": m.SrcWidth, "height": m.SrcHeight}}})
	m.SrcMediainfo = string(info)
	return m, err
}

// A Build is what BuildJob gets: the record, what the choices came to, and the template's settings.
type Build struct {
	Record   Record  `json:"record"`
	Speed    Speed   `json:"speed"`
	Capture  Capture `json:"capture"`
	Template any     `json:"template"`
}

// A Built is the settings of a job, and how much it would make.
type Built struct {
	Settings               any     `json:"settings"`
	EstimatedOutputMinutes float64 `json:"estimatedOutputMinutes"`
}

// folders are where output groups go, below the run's own folder, by type.
var folders = map[string]string{
	"HLS_GROUP_SETTINGS": "hls", "DASH_ISO_GROUP_SETTINGS": "dash", "CMAF_GROUP_SETTINGS": "cmaf",
	"MS_SMOOTH_GROUP_SETTINGS": "mss", "FILE_GROUP_SETTINGS": "mp4",
}

type outputGroup struct {
	Name     string           `json:"Name,omitempty"`
	Settings map[string]any   `json:"OutputGroupSettings"`
	Outputs  []map[string]any `json:"Outputs"`
}

// BuildJob gives the groups of a template their destinations.
func BuildJob(_ context.Context, in Build) (Built, error) {
	text, err := json.Marshal(in.Template)
	if err != nil {
		return Built{}, err
	}
	var t struct {
		OutputGroups []outputGroup
	}
	if err := json.Unmarshal(text, &t); err != nil {
		return Built{}, ConfigInvalid{fmt.Sprintf("the template %s: %v", in.Record.JobTemplate, err)}
	}
	root := fmt.Sprintf("s3://%s/%s/", in.Record.DestBucket, in.Record.GUID)
	renditions := 0
	for _, g := range t.OutputGroups {
		kind, _ := g.Settings["Type"].(string)
		folder, ok := folders[kind]
		if !ok {
			return Built{}, ConfigInvalid{fmt.Sprintf("the template has an output group of type %q", kind)}
		}
		g.Settings["Destination"] = root + folder + "/"
		renditions += len(g.Outputs)
	}
	if in.Capture.Width > 0 {
		t.OutputGroups = append(t.OutputGroups, thumbnails(root, in.Capture))
	}
	settings := map[string]any{
		"TimecodeConfig": map[string]any{"Source": in.Speed.Timecode},
		"Inputs":         []any{map[string]any{"FileInput": "s3://" + in.Record.SrcBucket + "/" + in.Record.SrcVideo, "VideoSelector": map[string]any{"Rotate": in.Record.InputRotate}}},
		"OutputGroups":   t.OutputGroups,
	}
	return Built{settings, in.Record.DurationSeconds / 60 * float64(renditions)}, nil
}

func thumbnails(root string, c Capture) outputGroup {
	return outputGroup{
		Name:     "Frame Capture",
		Settings: map[string]any{"Type": "FILE_GROUP_SETTINGS", "Destination": root + "thumbnails/"},
		Outputs:  []map[string]any{{"NameModifier": "_thumb", "VideoDescription": map[string]any{"Width": c.Width, "Height": c.Height}}},
	}
}

// A Collect is what CollectOutputs gets.
type Collect struct {
	Event  EncodeEvent `json:"event"`
	Record *Record     `json:"record,omitempty"`
}

// CollectOutputs makes addresses of what the event says was written. Of an event that was reconstructed it takes the
// playlist to be where BuildJob has put it.
func CollectOutputs(_ context.Context, in Collect) (Outputs, error) {
	d, r := in.Event.Detail, in.Record
	if r == nil || r.GUID == "" {
		return Outputs{}, RecordNotFound{"there is no record of run " + d.UserMetadata.GUID}
	}
	out := Outputs{EndTime: r.StartTime.Add(time.Duration(r.DurationSeconds * float64(time.Second)))}
	if in.Event.Time != nil {
		out.EndTime = *in.Event.Time
	}
	if d.Reconstructed {
		base := strings.TrimSuffix(path.Base(r.SrcVideo), path.Ext(r.SrcVideo))
		d.OutputGroups = []OutputGroup{{Type: "HLS_GROUP", Playlists: []string{fmt.Sprintf("s3://%s/%s/hls/%s.m3u8", r.DestBucket, r.GUID, base)}}}
	}
	for _, g := range d.OutputGroups {
		if err := out.add(g, r.CloudFront); err != nil {
			return Outputs{}, err
		}
	}
	return out, nil
}

func (out *Outputs) add(g OutputGroup, host string) error {
	first := func(list []string) (place, address string) {
		if len(list) == 0 {
			return "", ""
		}
		return list[0], webAddress(list[0], host)
	}
	switch g.Type {
	case "HLS_GROUP":
		out.HLSPlaylist, out.HLSURL = first(g.Playlists)
	case "DASH_ISO_GROUP":
		out.DASHPlaylist, out.DASHURL = first(g.Playlists)
	case "MS_SMOOTH_GROUP":
		out.MSSPlaylist, out.MSSURL = first(g.Playlists)
	case "CMAF_GROUP":
		for _, p := range g.Playlists {
			if strings.HasSuffix(p, ".mpd") {
				out.CMAFDASHPlaylist, out.CMAFDASHURL = p, webAddress(p, host)
			} else {
				out.CMAFHLSPlaylist, out.CMAFHLSURL = p, webAddress(p, host)
			}
		}
	case "FILE_GROUP":
		for _, o := range g.Outputs {
			for _, f := range o.Files {
				if strings.HasSuffix(f, ".jpg") {
					out.Thumbnails, out.ThumbnailURLs = []string{f}, []string{webAddress(f, host)} // the last one
				} else {
					out.MP4Outputs, out.MP4URLs = append(out.MP4Outputs, f), append(out.MP4URLs, webAddress(f, host))
				}
			}
		}
	default:
		return OutputUnknown{fmt.Sprintf("an output group is of type %q", g.Type)}
	}
	return nil
}

// webAddress is where CloudFront serves an object of the destination bucket.
func webAddress(place, host string) string {
	_, key, _ := strings.Cut(strings.TrimPrefix(place, "s3://"), "/")
	return (&url.URL{Scheme: "https", Host: host, Path: "/" + key}).String()
}
