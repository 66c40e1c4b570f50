// Package stacks holds the sample stacks. They are made to be copied and changed: storage
// and messaging are the AWS library's own constructs; workflows, functions, rules and
// alarms come from package cdk.
package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"github.com/stepwright/stepwright/cdk"
	handlers "github.com/stepwright/stepwright/lambdas/imagetagging"
	workflows "github.com/stepwright/stepwright/workflows/imagetagging"
)

// The keys of the photo bucket: what users upload, the previews of it, and copies that are
// small enough for recognition. The middle part is the user's id.
const (
	uploads  = "private/*/uploads/*"
	resized  = "private/*/resized/*"
	analysis = "private/*/analysis/*"
)

// Settings are what differs between deployments of the image tagging pipeline. The zero
// value is complete.
type Settings struct {
	// Origins are the web pages that may read and upload photos from a browser;
	// https://photos.example.com if there are none.
	Origins []string
}

// ImageTagging fills a stack with the image tagging pipeline: photos that are uploaded to
// the bucket are described, made smaller, and noted in the table.
func ImageTagging(stack awscdk.Stack, settings Settings) {
	bucket := photoBucket(stack, settings.Origins)
	photos := photosTable(stack)
	failures := failuresTopic(stack)
	undelivered := awssqs.NewQueue(stack, new("StartDLQ"), &awssqs.QueueProps{
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: new(true), RetentionPeriod: awscdk.Duration_Days(new(14.0)),
	})

	tagging := cdk.NewWorkflow(stack, "ImageTagging", cdk.WorkflowProps{
		Workflow: workflows.ImageTagging,
		Bind:     cdk.Bind{"Photos": photos, "Failures": failures},
		Handlers: cdk.Handlers{Main: "./lambdas/imagetagging/main", Each: []cdk.Handler{
			{Func: handlers.Extract, Memory: 1024, Timeout: time.Minute, Grants: cdk.Grants{cdk.ReadObjects(bucket, uploads)}},
			{Func: handlers.Thumbnail, Memory: 1536, Timeout: 5 * time.Minute, Grants: cdk.Grants{
				cdk.ReadObjects(bucket, uploads), cdk.Write(bucket, resized, analysis),
			}},
		}},
		// The event names the object: the machine looks at it, and Rekognition reads it.
		Grants: cdk.Grants{cdk.Read(bucket, uploads, analysis)},
		Logs:   cdk.LogAll,
	})
	cleaning := cdk.NewWorkflow(stack, "FailureHandler", cdk.WorkflowProps{
		Workflow: workflows.FailureHandler,
		Bind:     cdk.Bind{"Photos": photos, "Failures": failures},
		Logs:     cdk.LogAll,
	})

	cdk.NewRule(stack, "Uploaded", cdk.RuleProps{On: cdk.ObjectCreated(bucket, uploads), Start: tagging, DeadLetters: undelivered})
	cdk.NewRule(stack, "Stopped", cdk.RuleProps{On: cdk.Stopped(tagging), Start: cleaning, DeadLetters: undelivered})
	cdk.NewNotEmptyAlarm(stack, "StartDLQNotEmpty", undelivered)
	cdk.NewFailuresAlarm(stack, "ImageTaggingFailing", tagging, 5)
	cdk.NewFailuresAlarm(stack, "FailureHandlerFailing", cleaning, 0)

	awscdk.NewCfnOutput(stack, new("PhotoBucketName"), &awscdk.CfnOutputProps{Value: bucket.BucketName()})
	awscdk.NewCfnOutput(stack, new("PhotosTableName"), &awscdk.CfnOutputProps{Value: photos.TableName()})
	awscdk.NewCfnOutput(stack, new("ImageTaggingArn"), &awscdk.CfnOutputProps{Value: tagging.StateMachineArn()})
}

// photoBucket holds the originals and what was made of them. It outlives its stack.
func photoBucket(stack awscdk.Stack, origins []string) awss3.Bucket {
	if len(origins) == 0 {
		origins = []string{"https://photos.example.com"}
	}
	allowed := make([]*string, len(origins))
	for i := range origins {
		allowed[i] = &origins[i]
	}
	bucket := awss3.NewBucket(stack, new("PhotoBucket"), &awss3.BucketProps{
		Versioned:         new(true),
		Encryption:        awss3.BucketEncryption_S3_MANAGED,
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		EnforceSSL:        new(true),
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN,
		Cors: &[]*awss3.CorsRule{{
			AllowedMethods: &[]awss3.HttpMethods{awss3.HttpMethods_GET, awss3.HttpMethods_HEAD, awss3.HttpMethods_PUT},
			AllowedOrigins: &allowed,
			AllowedHeaders: &[]*string{new("*")},
		}},
		LifecycleRules: &[]*awss3.LifecycleRule{{AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(new(7.0))}},
	})
	// The construct's own switch would bring a custom resource with a function and a role.
	bucket.Node().DefaultChild().(awss3.CfnBucket).SetNotificationConfiguration(&awss3.CfnBucket_NotificationConfigurationProperty{
		EventBridgeConfiguration: &awss3.CfnBucket_EventBridgeConfigurationProperty{EventBridgeEnabled: true},
	})
	return bucket
}

// photosTable holds one item for each photo. It outlives its stack.
func photosTable(stack awscdk.Stack) awsdynamodb.Table {
	text := func(name string) *awsdynamodb.Attribute {
		return &awsdynamodb.Attribute{Name: &name, Type: awsdynamodb.AttributeType_STRING}
	}
	photos := awsdynamodb.NewTable(stack, new("Photos"), &awsdynamodb.TableProps{
		PartitionKey:                     text("id"),
		BillingMode:                      awsdynamodb.BillingMode_PAY_PER_REQUEST,
		Encryption:                       awsdynamodb.TableEncryption_AWS_MANAGED,
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: new(true)},
		RemovalPolicy:                    awscdk.RemovalPolicy_RETAIN,
	})
	photos.AddGlobalSecondaryIndex(&awsdynamodb.GlobalSecondaryIndexProps{
		IndexName: new("byAlbumUploadTime"), PartitionKey: text("albumId"), SortKey: text("uploadTime"),
		ProjectionType: awsdynamodb.ProjectionType_ALL,
	})
	photos.AddGlobalSecondaryIndex(&awsdynamodb.GlobalSecondaryIndexProps{
		IndexName: new("byStatusUploadTime"), PartitionKey: text("ProcessingStatus"), SortKey: text("uploadTime"),
		ProjectionType: awsdynamodb.ProjectionType_KEYS_ONLY,
	})
	return photos
}

// failuresTopic tells whoever subscribes which photos failed. It is encrypted with the
// account's key for SNS, which everybody who may publish may use.
func failuresTopic(stack awscdk.Stack) awssns.Topic {
	topic := awssns.NewTopic(stack, new("Failures"), &awssns.TopicProps{EnforceSSL: new(true)})
	topic.Node().DefaultChild().(awssns.CfnTopic).SetKmsMasterKeyId(new("alias/aws/sns"))
	return topic
}
