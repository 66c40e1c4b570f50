package states

import (
	"encoding/base64"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A service is what tasks must know of a service besides its API.
type service struct {
	name        string // on this machine
	camel       bool   // the API's members begin with small letters, arguments with capitals
	times       []string
	modelled    string   // the errors of the API model, without "Exception"; others have the service's own name
	contentType string   // of its answers
	json        []string // arguments that may be JSON and become its text; optimized integrations only
	lenient     bool     // the service itself says what is missing
	old         javaNames

	// before and after translate blobs of SDK integrations.
	before func(action string, in value.Value) (value.Value, *engine.Failure)
	after  func(action string, out value.Value) value.Value
}

const (
	json10 = "application/x-amz-json-1.0"
	json11 = "application/x-amz-json-1.1"
)

// services are those of the optimized integrations, by their name in ARNs.
var services = map[string]*service{
	"dynamodb": {name: "dynamodb", modelled: modelledDynamoDB, contentType: json10, lenient: true, old: javaNames{"DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException"}},
	"sns":      {name: "sns", modelled: modelledSNS, contentType: "text/xml", json: []string{"Message"}, lenient: true, old: javaNames{"SNS", "AmazonSNS", "AmazonSNSException"}},
	"sqs":      {name: "sqs", modelled: modelledSQS, contentType: json10, json: []string{"MessageBody"}, lenient: true, old: javaNames{"SQS", "AmazonSQS", "AmazonSQSException"}},
	"events":   {name: "events", modelled: modelledEvents, contentType: json11, old: javaNames{"EventBridge", "AmazonEventBridge", "AmazonEventBridgeException"}},
	"lambda":   {name: "lambda", modelled: modelledLambda, contentType: "application/json", old: javaNames{"Lambda", "AWSLambda", "AWSLambdaException"}},
	"states": {
		name: "states", camel: true, times: sfnTimes, modelled: modelledSFN, contentType: json10, json: []string{"Input"},
		old: javaNames{"StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException"},
	},
}

var sfnTimes = []string{"startDate", "stopDate", "creationDate", "updateDate", "redriveDate", "timestamp"}

// sdkServices are those of the AWS SDK integrations, by their name in ARNs.
var sdkServices = map[string]*service{
	"dynamodb":       {name: "dynamodb", modelled: modelledDynamoDB, times: []string{"CreationDateTime", "LastUpdateDateTime"}},
	"sns":            {name: "sns", modelled: modelledSNS},
	"sqs":            {name: "sqs", modelled: modelledSQS},
	"s3":             {name: "s3", modelled: modelledS3, before: s3Body, after: s3Text},
	"lambda":         {name: "lambda", modelled: modelledLambda, before: lambdaBlob, after: lambdaText},
	"sfn":            {name: "states", modelled: modelledSFN, camel: true, times: sfnTimes},
	"eventbridge":    {name: "events", modelled: modelledEvents},
	"cloudwatchlogs": {name: "logs", modelled: modelledLogs, camel: true},
	"rekognition":    {name: "rekognition", modelled: modelledRekognition},
	"sts":            {name: "sts", modelled: modelledSTS},
}

// s3Body makes a body's bytes of what a task gives: the text of a string, else the JSON text.
func s3Body(_ string, in value.Value) (value.Value, *engine.Failure) {
	body := in.Get("Body")
	if !body.Exists() {
		return in, nil
	}
	text := body.Str()
	if !body.IsString() {
		text = body.String()
	}
	return in.With("Body", value.String(base64.StdEncoding.EncodeToString([]byte(text)))), nil
}

// s3Text makes a text of a body's bytes.
func s3Text(_ string, out value.Value) value.Value {
	if b, err := base64.StdEncoding.DecodeString(out.Get("Body").Str()); err == nil && out.Get("Body").IsString() {
		out = out.With("Body", value.String(strings.ToValidUTF8(string(b), "\uFFFD")))
	}
	return out
}

// lambdaBlob makes the payload's JSON of its text: the SDK integration takes text only.
func lambdaBlob(action string, in value.Value) (value.Value, *engine.Failure) {
	p := in.Get("Payload")
	if action != "Invoke" || !p.Exists() {
		return in, nil
	}
	if !p.IsString() {
		return in, &engine.Failure{Error: "States.Runtime", Cause: "The Parameters '" + in.String() + "' could not be used to start the Task: [The value of the field 'Payload' has an invalid format]"}
	}
	v, err := value.ParseString(p.Str())
	if err != nil {
		return in, &engine.Failure{Error: "Lambda.InvalidRequestContentException", Cause: "Could not parse request body into json: " + err.Error() + sdkTrailer("Lambda", http.StatusBadRequest)}
	}
	return in.With("Payload", v), nil
}

func lambdaText(action string, out value.Value) value.Value {
	if p := out.Get("Payload"); action == "Invoke" && p.Exists() {
		out = out.With("Payload", value.String(p.String()))
	}
	return out
}

// camelCase gives names small first letters, and pascalCase large ones, all the way down: arguments of tasks have
// large ones, whatever the API has. The members called times are told in another way.
func camelCase(v value.Value) value.Value { return renamed(v, strings.ToLower, nil, nil) }

func pascalCase(v value.Value, times []string, tell func(value.Value) value.Value) value.Value {
	return renamed(v, strings.ToUpper, times, tell)
}

func times(v value.Value, names []string, tell func(value.Value) value.Value) value.Value {
	if len(names) == 0 {
		return v
	}
	return renamed(v, func(s string) string { return s }, names, tell)
}

func renamed(v value.Value, first func(string) string, times []string, tell func(value.Value) value.Value) value.Value {
	switch {
	case v.IsObject():
		var b value.Builder
		for name, m := range v.Members() {
			if slices.Contains(times, name) && m.IsNumber() {
				m = tell(m)
			}
			if name != "" {
				name = first(name[:1]) + name[1:]
			}
			b.Set(name, renamed(m, first, times, tell))
		}
		return b.Object()
	case v.IsArray():
		items := make([]value.Value, 0, v.Len())
		for _, x := range v.Elements() {
			items = append(items, renamed(x, first, times, tell))
		}
		return value.Array(items...)
	default:
		return v
	}
}

func epochMilliseconds(v value.Value) value.Value {
	return value.Int(int64(math.Round(v.Float() * 1000)))
}

func iso8601(v value.Value) value.Value {
	t := time.UnixMilli(int64(math.Round(v.Float() * 1000))).UTC()
	return value.String(t.Format("2006-01-02T15:04:05.999Z"))
}

// withMetadata adds what the HTTP answer would have been.
func withMetadata(out value.Value, contentType string) value.Value {
	id := wire.NewID()
	headers := []value.Member{
		value.M("x-amzn-RequestId", value.String(id)),
		value.M("connection", value.String("keep-alive")),
		value.M("Content-Length", value.String(strconv.Itoa(out.Size()))),
		value.M("Date", value.String(time.Now().UTC().Format(http.TimeFormat))),
		value.M("Content-Type", value.String(contentType)),
	}
	return addMetadata(out, id, http.StatusOK, headers)
}

func addMetadata(out value.Value, id string, status int, headers []value.Member) value.Value {
	if !out.Exists() {
		out = value.Object()
	}
	var all value.Builder
	for _, h := range headers {
		all.Set(h.Name, value.Array(h.Value))
	}
	return out.With("SdkHttpMetadata", value.Object(
		value.M("AllHttpHeaders", all.Object()),
		value.M("HttpHeaders", value.Object(headers...)),
		value.M("HttpStatusCode", value.Int(status)))).
		With("SdkResponseMetadata", value.Object(value.M("RequestId", value.String(id))))
}

// A dialect says how a service's errors are called in tasks.
type dialect interface {
	failure(e *wire.Error) (name, cause string)
}

// javaNames are what the AWS SDK for Java 1 calls a service.
type javaNames struct {
	prefix  string // DynamoDB
	service string // AmazonDynamoDBv2
	other   string // AmazonDynamoDBException: errors that the API does not model
}

// An oldDialect is that of the optimized integrations, which stand on the AWS SDK for Java 1.
type oldDialect struct{ *service }

func (d oldDialect) failure(e *wire.Error) (name, cause string) {
	name = d.old.other
	if d.models(e.Code) {
		name = className(e.Code)
	}
	return d.old.prefix + "." + name, e.Message + " (Service: " + d.old.service + "; Status Code: " + strconv.Itoa(statusOf(e)) +
		"; Error Code: " + e.Code + "; Request ID: " + wire.NewID() + "; Proxy: null)"
}

// An sdkDialect is that of the SDK integrations, which stand on the AWS SDK for Java 2.
type sdkDialect struct {
	name    string
	service *service
	action  string
}

func (d sdkDialect) failure(e *wire.Error) (name, cause string) {
	code, message := e.Code, e.Message
	if d.name == "s3" && strings.HasPrefix(d.action, "Head") { // HEAD has no body that could say more
		message = "null"
		switch {
		case statusOf(e) != http.StatusNotFound:
			code = ""
		case d.action == "HeadBucket":
			code = "NoSuchBucket"
		default:
			code = "NoSuchKey"
		}
	}
	if !d.service.models(code) {
		code = ""
	}
	s, ok := integration.SDKService(d.name)
	if !ok {
		return d.name + "." + className(code), message
	}
	trailer := sdkTrailer(s.Exception, statusOf(e))
	if d.name == "s3" {
		trailer = strings.Replace(trailer, ") (SDK", ", Extended Request ID: "+extendedID()+") (SDK", 1)
	}
	return s.ErrorName(code), message + trailer
}

// sdkTrailer is what the SDK adds to a message.
func sdkTrailer(service string, status int) string {
	return " (Service: " + service + ", Status Code: " + strconv.Itoa(status) + ", Request ID: " + wire.NewID() + ") (SDK Attempt Count: 1)"
}

func extendedID() string {
	return base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(wire.NewID()+wire.NewID(), "-", "")))
}

func statusOf(e *wire.Error) int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// className is the Java class of an error.
func className(code string) string { return strings.TrimSuffix(code, "Exception") + "Exception" }

// models tells whether the API model has the error.
func (s *service) models(code string) bool {
	return code != "" && slices.Contains(strings.Fields(s.modelled), strings.TrimSuffix(code, "Exception"))
}
