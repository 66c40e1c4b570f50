package manual

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/batch"
	"github.com/stepwright/stepwright/flow/bedrock"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/ecs"
	"github.com/stepwright/stepwright/flow/events"
	"github.com/stepwright/stepwright/flow/glue"
	"github.com/stepwright/stepwright/flow/mediaconvert"
	"github.com/stepwright/stepwright/flow/rekognition"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/sagemaker"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/web"
)

// Resources are declared beside the workflows.
var (
	Photos    = dynamodb.TableOf("Photos", func(p *Photo) *string { return &p.ID })
	Entries   = dynamodb.TableOf("Entries", func(e *Entry) *EntryKey { return &e.EntryKey })
	Lake      = s3.BucketOf("Lake")
	Thumbs    = sqs.QueueOf[Photo]("Thumbs")
	News      = sns.TopicOf[Photo]("News")
	Shop      = events.BusOf("Shop")
	Carrier   = web.ConnectionOf("Carrier")
	Encoders  = ecs.ClusterOf("Encoders")
	Encode    = ecs.TaskDefinitionOf("Encode")
	Renderers = batch.JobQueueOf("Renderers")
	Render    = batch.JobDefinitionOf("Render")
)

type (
	Photo struct {
		ID     string    `json:"id"`
		Status string    `json:"status"`
		Views  int       `json:"views"`
		Taken  time.Time `json:"taken"`
		Album  string    `json:"album"`
		Title  string    `json:"title,omitempty"` // may be absent
	}
	// The key of a table with a sort key is a struct.
	EntryKey struct{ Album, Time string }
	Entry    struct {
		EntryKey
		Title string
		Photo string `json:",omitempty"`
	}
	Prompt struct {
		Text string `json:"inputText"`
	}
	Embedding struct {
		Values []float64 `json:"embedding"`
	}
	Quote struct {
		Price float64 `json:"price"`
	}
)

// photo is a workflow about a photo.
func photo[Out any](body func(f *flow.Flow, photo *Photo) *Out) flow.Workflow {
	return flow.Standard("Example", body)
}

// services are one program for each thing that integration packages offer.
var services = map[string]flow.Workflow{
	"table-update": photo(func(f *flow.Flow, photo *Photo) *Photo {
		dynamodb.Update(f, "Count a view", Photos, &photo.ID, func(p *Photo) []dynamodb.Change {
			return []dynamodb.Change{
				dynamodb.AddTo(&p.Views, new(1)),
				dynamodb.Set(&p.Title, &photo.Title), // removed if there is none
				dynamodb.WhenIs(&p.Status, new("READY")),
			}
		}, flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {}))
		return photo
	}),
	"table-query": photo(func(f *flow.Flow, photo *Photo) *[]Entry {
		page := dynamodb.Query(f, "List the album", Entries, func(e *Entry) dynamodb.Search {
			return dynamodb.Search{
				Key:   dynamodb.KeyIs(&e.Album, &photo.Album),
				Sort:  dynamodb.KeyBeginsWith(&e.Time, new("2026-")),
				Limit: new(20), NewestFirst: true,
			}
		})
		return &page.Items
	}),
	"table-transact": photo(func(f *flow.Flow, photo *Photo) *Photo {
		entry := &Entry{EntryKey: EntryKey{Time: "2026-01-01"}}
		dynamodb.Transact(f, "File it", []dynamodb.Part{
			dynamodb.UpdateIn(Photos, &photo.ID, func(p *Photo) []dynamodb.Change {
				return []dynamodb.Change{dynamodb.Set(&p.Status, new("FILED"))}
			}),
			dynamodb.PutNewIn(Entries, flow.Fill(f, entry, flow.Set(&entry.Album, &photo.Album), flow.Set(&entry.Photo, &photo.ID))),
		}, flow.Retry(dynamodb.Canceled, flow.Backoff{Attempts: 3}))
		return photo
	}),
	"bucket-read": photo(func(f *flow.Flow, photo *Photo) *string {
		saved := s3.Read[Photo](f, "Read the copy", Lake, flow.Text(f, "photos/", &photo.ID, ".json"),
			flow.Catch(s3.NotFound, func(*flow.Caught) { flow.Fail(f, "No copy", "NoCopy") }))
		return &saved.Status
	}),
	"queue-send": photo(func(f *flow.Flow, photo *Photo) *Photo {
		sqs.Send(f, "Ask for a thumbnail", Thumbs, photo, sqs.Delay(time.Minute), sqs.Attribute("album", &photo.Album))
		return photo
	}),
	"topic-publish": photo(func(f *flow.Flow, photo *Photo) *Photo {
		sns.Publish(f, "Tell all", News, photo, sns.Subject(flow.Text(f, "photo ", &photo.ID)))
		return photo
	}),
	"bus-put": photo(func(f *flow.Flow, photo *Photo) *Photo {
		events.Put(f, "Say so", Shop, "shop.photos", "Photo taken", photo, events.At(&photo.Taken))
		return photo
	}),
	"web-get": photo(func(f *flow.Flow, photo *Photo) *float64 {
		quote := web.Do(f, "Ask for a price", web.Request{
			Connection: Carrier, Method: "GET",
			URL:   flow.Text(f, "https://api.carrier.example/prints/", web.PathEscape(f, &photo.ID)),
			Query: map[string]*string{"size": new("A4")},
		}, Quote{}, flow.Retry(web.Busy, flow.Backoff{Attempts: 3}))
		return &quote.ResponseBody.Price
	}),
	"rekognition": photo(func(f *flow.Flow, photo *Photo) *[]string {
		found := rekognition.DetectLabels(f, "Detect labels", &rekognition.DetectLabelsInput{
			Image: rekognition.ImageIn(Lake, &photo.ID), MaxLabels: new(10), MinConfidence: new(60.0),
		}, flow.Retry(rekognition.Throttled, flow.Backoff{Attempts: 5}))
		return flow.Map(f, &found.Labels, func(l *rekognition.Label) *string { return &l.Name })
	}),
	"mediaconvert": photo(func(f *flow.Flow, photo *Photo) *string {
		job := mediaconvert.CreateJobSync(f, "Encode", &mediaconvert.CreateJobInput{
			Role: flow.Role("MediaRole").Ref(), JobTemplate: new("film"),
			Settings: map[string]any{"Inputs": []any{map[string]any{"FileInput": flow.Text(f, "s3://films/", &photo.ID)}}},
		}, flow.Timeout(time.Hour))
		return &job.Job.Status
	}),
	"ecs": photo(func(f *flow.Flow, photo *Photo) *string {
		task := ecs.RunTaskSync(f, "Encode", &ecs.RunTaskInput{
			Cluster: Encoders.Ref(), TaskDefinition: Encode.Ref(), LaunchType: new("FARGATE"),
			NetworkConfiguration: ecs.Subnets(flow.Parameter("Subnet").Ref()),
			Overrides: &ecs.TaskOverride{ContainerOverrides: []ecs.ContainerOverride{{
				Name: new("encoder"), Environment: []ecs.KeyValuePair{ecs.Variable("KEY", &photo.ID)},
			}}},
		})
		return &task.TaskArn
	}),
	"batch": photo(func(f *flow.Flow, photo *Photo) *string {
		job := batch.SubmitJobSync(f, "Render", &batch.SubmitJobInput{
			JobName: new("render"), JobQueue: Renderers.Ref(), JobDefinition: Render.Ref(),
			Parameters: map[string]*string{"photo": &photo.ID},
		})
		return &job.Status
	}),
	"glue": photo(func(f *flow.Flow, photo *Photo) *string {
		run := glue.StartJobRunSync(f, "Convert", &glue.StartJobRunInput{
			JobName: flow.Parameter("ConvertJob").Ref(), Arguments: map[string]*string{"--album": &photo.Album},
		})
		return &run.JobRunState
	}),
	"sagemaker": photo(func(f *flow.Flow, _ *Photo) *string {
		job := sagemaker.CreateTransformJobSync(f, "Apply", &sagemaker.CreateTransformJobInput{
			TransformJobName: &flow.Execution(f).Name, ModelName: flow.Parameter("Model").Ref(),
			TransformInput:     &sagemaker.TransformInput{DataSource: sagemaker.TransformPrefix(new("s3://photos/"))},
			TransformOutput:    &sagemaker.TransformOutput{S3OutputPath: new("s3://answers/")},
			TransformResources: &sagemaker.TransformResources{InstanceType: new("ml.m5.large"), InstanceCount: new(1)},
		})
		return &job.TransformJobStatus
	}),
	"bedrock": photo(func(f *flow.Flow, photo *Photo) *[]float64 {
		p := &Prompt{}
		flow.Fill(f, p, flow.Set(&p.Text, &photo.Album))
		return &bedrock.Invoke(f, "Embed", new("amazon.titan-embed-text-v2:0"), p, Embedding{}, flow.Retry(bedrock.Busy, flow.Backoff{Attempts: 4})).Values
	}),
}
