package s3

import (
	"net/http"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// fail makes an error of S3 with a status and, in pairs, more elements of its body.
func fail(status int, code, message string, fields ...string) *wire.Error {
	e := &wire.Error{Code: code, Message: message, Status: status}
	var b value.Builder
	for i := 0; i+1 < len(fields); i += 2 {
		b.Set(fields[i], value.String(fields[i+1]))
	}
	if len(fields) > 0 {
		e.Fields = b.Object()
	}
	return e
}

func noBucket(name string) *wire.Error {
	return fail(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist", "BucketName", name)
}

func noKey(key string) *wire.Error {
	return fail(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.", "Key", key)
}

func noVersion(key, id string) *wire.Error {
	return fail(http.StatusNotFound, "NoSuchVersion", "The specified version does not exist.", "Key", key, "VersionId", id)
}

func notAllowed(method string) *wire.Error {
	return fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.", "Method", method)
}

func notImplemented(what string) *wire.Error {
	return fail(http.StatusNotImplemented, "NotImplemented", what+" is not supported by the local S3")
}

// badArgument is the error for a header or a query parameter with a value that it cannot have.
func badArgument(name, got, message string) *wire.Error {
	return fail(http.StatusBadRequest, "InvalidArgument", message, "ArgumentName", name, "ArgumentValue", got)
}

func badXML(why error) *wire.Error {
	return wire.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", why)
}

func preconditionFailed(which string) *wire.Error {
	return fail(http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", "Condition", which)
}
