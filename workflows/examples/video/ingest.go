package video

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flow/states"
)

// Ingest takes an uploaded video, makes its record and starts Process.
var Ingest = flow.Standard("Ingest", ingest)

// A Run is the input of Process.
type Run struct {
	GUID string `json:"guid"`
}

func ingest(f *flow.Flow, event *StartEvent) *Outcome {
	id := flow.Let(f, "Identify Run", identify(f, event))
	fails := newEnding(f, &id.GUID, func(r *Record) []dynamodb.Change { // there may be no record yet
		return []dynamodb.Change{
			dynamodb.SetMissing(&r.SrcBucket, &id.Bucket), dynamodb.SetMissing(&r.SrcVideo, &id.Key),
			dynamodb.SetMissing(&r.StartTime, &flow.Execution(f).StartTime),
		}
	})

	in := &Validate{}
	run := flow.Task(f, "Input Validate", InputValidate, flow.Fill(f, in,
		flow.Set(&in.GUID, &id.GUID), flow.Set(&in.Event, event), flow.Set(&in.StartTime, &flow.Execution(f).StartTime)),
		inTime, rLambda, fails.caught)
	dynamodb.PutNew(f, "Claim Run", Runs, run, quickly, rDynamoDB,
		flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {
			flow.Return(f, "Duplicate Event", outcome(f, &id.GUID, "Duplicate"))
		}), fails.caught)
	media := flow.Task(f, "MediaInfo", MediaInfo, run, inTime, rLambda, fails.caught)
	dynamodb.Update(f, "DynamoDB Update (Ingest)", Runs, &id.GUID, func(r *Record) []dynamodb.Change {
		return []dynamodb.Change{
			dynamodb.Set(&r.SrcMediainfo, &media.SrcMediainfo),
			dynamodb.Set(&r.SrcWidth, &media.SrcWidth), dynamodb.Set(&r.SrcHeight, &media.SrcHeight),
			dynamodb.Set(&r.EffectiveHeight, &media.EffectiveHeight),
			dynamodb.Set(&r.DurationSeconds, &media.DurationSeconds), dynamodb.Set(&r.HasAudio, &media.HasAudio),
		}
	}, quickly, rDynamoDB, fails.caught)

	lost := flow.Choose[bool](f, "SNS Choice (Ingest)").
		When(flow.True(&run.EnableSNS), func() *bool {
			n := &IngestNotice{Status: StatusIngest}
			sent := sns.Publish(f, "SNS Notification (Ingest)", ingested, flow.Fill(f, n, flow.Set(&n.GUID, &id.GUID), flow.Set(&n.SrcVideo, &run.SrcVideo)),
				subject(f, StatusIngest, &id.GUID), quickly, rSNS)
			return unsent(f, sent)
		}).
		Otherwise(func() *bool { return new(false) })

	start := &Run{}
	states.Start(f, "Process Execute", Process, &id.GUID, flow.Fill(f, start, flow.Set(&start.GUID, &id.GUID)), quickly, rStates,
		flow.Catch(states.AlreadyRunning, func(*flow.Caught) {}), fails.caught)
	done := &Outcome{Status: StatusIngest}
	flow.Return(f, "Ingest Done", flow.Fill(f, done, flow.Set(&done.GUID, &id.GUID),
		flow.Set(&done.Warnings, flow.Maybe(f, flow.True(lost), &[]string{"the ingest notice was not sent"}))))
	return nil
}

// unsent tells whether a notice could not be published: a problem of mails must not stop a video.
func unsent(f *flow.Flow, sent *sns.Receipt) *bool {
	flow.Rescue(f, sent, flow.AnyError, func(*flow.Caught) *sns.Receipt { return &sns.Receipt{} })
	return flow.If(f, flow.Is(&sent.MessageID, ""), new(true), new(false))
}
