package video

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flow/sqs"
)

// Publish writes down where the renditions of an encoded video are, and tells everybody.
var Publish = flow.Standard("Publish", publish)

func publish(f *flow.Flow, event *EncodeEvent) *Outcome {
	guid := &event.Detail.UserMetadata.GUID
	fails := newEnding(f, guid, nil)
	record := dynamodb.Get(f, "Load Record", Runs, guid, quickly, rDynamoDB, fails.caught)
	in := &Collect{Record: &Record{}}
	out := flow.Task(f, "Validate Encoding Outputs", CollectOutputs, flow.Fill(f, in, flow.Set(&in.Event, event), flow.Set(in.Record, record)),
		inTime, rLambda, fails.caught)

	// Archiving goes on here whether it worked or not: with no warning, or with one.
	archived := flow.NewTail(f, "warnings", func(warnings *[]string) {
		complete(f, guid, event, record, out, warnings, fails)
	})
	flow.Choice(f, "Approval Check").
		When(flow.Is(&record.Approval, BeforePublish), func() {
			approve(f, guid, record, BeforePublish, &record.EstimatedOutputMinutes, fails)
		})
	flow.Choice(f, "Archive Source Choice").
		When(flow.And(flow.Exists(&record.GUID), flow.OneOf(&record.ArchiveSource, "GLACIER", "DEEP_ARCHIVE")), func() {
			archive(f, guid, record, flow.Catch(flow.AnyError, func(e *flow.Caught) {
				w := &[]string{""}
				archived.Go(flow.Fill(f, w, flow.Set(&(*w)[0], flow.Text(f, "the source was not tagged for archiving: ", &e.Cause))))
			}))
		})
	archived.Go(&[]string{})
	return nil
}

// archive tags the source, by which the bucket's life-cycle rule moves it. Tags that it has stay. S3 refuses an
// eleventh tag.
func archive(f *flow.Flow, guid *string, record *Record, warn flow.Option) {
	source := s3.BucketNamed(&record.SrcBucket)
	old := s3.Tags(f, "Get Source Tags", source, &record.SrcVideo, quickly, rS3, warn)
	others := flow.Filter(f, &old.TagSet, func(t *s3.Tag) flow.Condition {
		return flow.And(flow.Not(flow.Is(&t.Key, "guid")), flow.Not(flow.Equal(&t.Key, &record.WorkflowName)))
	})
	ours := &[]s3.Tag{{Key: "guid"}, {}}
	flow.Fill(f, ours, flow.Set(&(*ours)[0].Value, guid),
		flow.Set(&(*ours)[1].Key, &record.WorkflowName), flow.Set(&(*ours)[1].Value, &record.ArchiveSource))
	s3.PutTags(f, "Put Source Tags", source, &record.SrcVideo, flow.Append(f, others, ours), quickly, rS3, warn)
}

// A Packaged is what MediaPackage serves of a run; nothing when that is off.
type Packaged struct {
	ID        string            `json:"id,omitempty"`
	Endpoints map[string]string `json:"endpoints,omitempty"` // by HLS, DASH, MSS and CMAF
}

// An Asset is what MediaPackage says of an asset.
type Asset struct {
	ID        string     `json:"Id"`
	Endpoints []Endpoint `json:"EgressEndpoints"`
}

// An Endpoint is where MediaPackage serves an asset in one way of packaging.
type Endpoint struct {
	PackagingConfigurationID string `json:"PackagingConfigurationId"` // ends in -hls, -dash, -mss or -cmaf
	URL                      string `json:"Url"`
}

// makeAsset has MediaPackage serve the renditions. An asset that is there already is as good.
func makeAsset(f *flow.Flow, guid *string, record *Record, out *Outputs, fails *ending) *Packaged {
	id := flow.Replace(f, guid, "-", "")
	asset := awssdk.Call[Asset](f, "MediaPackage Assets", "mediapackagevod:createAsset", map[string]any{
		"Id": id, "PackagingGroupId": PackagingGroup.Ref(), "SourceRoleArn": PackageRole.Ref(),
		"SourceArn": flow.Text(f, "arn:aws:s3:::", flow.Replace(f, flow.OrElse(f, &out.HLSPlaylist, new("")), "s3://", "")),
	}, quickly, rMediaPackage)
	flow.Rescue(f, asset, assetExists, func(*flow.Caught) *Asset {
		return awssdk.Call[Asset](f, "Describe Asset", "mediapackagevod:describeAsset", map[string]any{"Id": id}, quickly, rMediaPackage, fails.caught)
	})
	flow.Rescue(f, asset, flow.AnyError, func(e *flow.Caught) *Asset { fails.enter(e); return nil })

	p := &Packaged{}
	return flow.Fill(f, p, flow.Set(&p.ID, id), flow.Set(&p.Endpoints, flow.JSONata[map[string]string](f,
		`$merge($1.{$uppercase($split(PackagingConfigurationId, "-")[-1]): $replace(Url, /^https:\/\/[^\/]*/, "https://" & $2)})`,
		&asset.Endpoints, &record.CloudFront)))
}

// complete makes the run complete before anyone is told, so that whoever reacts sees the final record.
func complete(f *flow.Flow, guid *string, event *EncodeEvent, record *Record, out *Outputs, warnings *[]string, fails *ending) {
	packaged := flow.Choose[Packaged](f, "MediaPackage Choice").
		When(flow.True(&record.EnableMediaPackage), func() *Packaged { return makeAsset(f, guid, record, out, fails) }).
		Otherwise(func() *Packaged { return &Packaged{} })

	final := dynamodb.UpdateAndGet(f, "DynamoDB Update (Publish)", Runs, guid, func(r *Record) []dynamodb.Change {
		return append(outputs(&r.Outputs, out),
			dynamodb.Set(&r.WorkflowStatus, new(StatusComplete)), dynamodb.Set(r.EncodingOutput, event),
			dynamodb.Set(&r.Warnings, flow.Append(f, &record.Warnings, warnings)),
			dynamodb.Set(&r.MediaPackageResourceID, &packaged.ID), dynamodb.Set(&r.EgressEndpoints, &packaged.Endpoints),
			dynamodb.WhenMissing(&r.EndTime))
	}, quickly, rDynamoDB, flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {
		flow.Return(f, "Already Published", outcome(f, guid, StatusComplete))
	}), fails.caught)

	regardless := flow.Catch(flow.AnyError, func(*flow.Caught) {})
	flow.Choice(f, "SQS Choice").
		When(flow.True(&record.EnableSQS), func() {
			sqs.Send(f, "SQS Send Message", Results, final, quickly, rSQS, regardless)
		})
	flow.Choice(f, "SNS Choice (Publish)").
		When(flow.True(&record.EnableSNS), func() {
			sns.Publish(f, "SNS Notification (Publish)", finished, shortened(f, final), subject(f, StatusComplete, guid), quickly, rSNS, regardless)
		})
	done := outcome(f, guid, StatusComplete)
	flow.Return(f, "Complete", flow.Fill(f, done, flow.Set(&done.HLSURL, &out.HLSURL), flow.Set(&done.Warnings, warnings)))
}

// outputs are the changes that store where the renditions are.
func outputs(r, out *Outputs) []dynamodb.Change {
	return []dynamodb.Change{
		dynamodb.Set(&r.EndTime, &out.EndTime),
		dynamodb.Set(&r.HLSPlaylist, &out.HLSPlaylist), dynamodb.Set(&r.HLSURL, &out.HLSURL),
		dynamodb.Set(&r.DASHPlaylist, &out.DASHPlaylist), dynamodb.Set(&r.DASHURL, &out.DASHURL),
		dynamodb.Set(&r.MSSPlaylist, &out.MSSPlaylist), dynamodb.Set(&r.MSSURL, &out.MSSURL),
		dynamodb.Set(&r.CMAFDASHPlaylist, &out.CMAFDASHPlaylist), dynamodb.Set(&r.CMAFDASHURL, &out.CMAFDASHURL),
		dynamodb.Set(&r.CMAFHLSPlaylist, &out.CMAFHLSPlaylist), dynamodb.Set(&r.CMAFHLSURL, &out.CMAFHLSURL),
		dynamodb.Set(&r.MP4Outputs, &out.MP4Outputs), dynamodb.Set(&r.MP4URLs, &out.MP4URLs),
		dynamodb.Set(&r.Thumbnails, &out.Thumbnails), dynamodb.Set(&r.ThumbnailURLs, &out.ThumbnailURLs),
	}
}

// shortened is a record as mails have it: without what is long, and with MediaPackage on without the playlists that it
// serves in its own way.
func shortened(f *flow.Flow, r *Record) *Record {
	long := []string{"srcMediainfo", "jobTemplate_2160p", "jobTemplate_1080p", "jobTemplate_720p", "encodingJob", "encodingOutput", "encodeTaskToken"}
	served := []string{
		"mp4Outputs", "mp4Urls", "hlsPlaylist", "hlsUrl", "dashPlaylist", "dashUrl", "mssPlaylist", "mssUrl",
		"cmafDashPlaylist", "cmafDashUrl", "cmafHlsPlaylist", "cmafHlsUrl",
	}
	return flow.JSONata[Record](f, "$sift($1, function($v, $k) { $not($k in $2 or $3 and $k in $4) })", r, &long, &r.EnableMediaPackage, &served)
}
