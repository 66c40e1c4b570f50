package s3

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

type handler func(*Service, *request) *wire.Error

// bucketOperations and objectOperations are what S3 can be asked, by method and subresource.
var (
	bucketOperations = map[string]handler{
		"GET":  (*Service).serveListV1,
		"HEAD": (*Service).serveHeadBucket, "PUT": (*Service).serveCreate, "DELETE": (*Service).serveDeleteBucket,
		"GET list-type": (*Service).serveList, "GET versions": (*Service).serveVersions, "GET uploads": (*Service).serveUploads,
		"GET location": (*Service).serveLocation, "POST delete": (*Service).serveDeleteMany,
		"GET versioning": (*Service).serveVersioning, "PUT versioning": (*Service).serveSetVersioning,
		"GET notification": (*Service).serveNotification, "PUT notification": (*Service).serveSetNotification,
		"GET tagging": (*Service).serveBucketTags, "PUT tagging": (*Service).serveSetBucketTags, "DELETE tagging": (*Service).serveDeleteBucketTags,
		"GET policy": (*Service).servePolicy, "PUT policy": (*Service).serveSetPolicy, "DELETE policy": (*Service).serveDeletePolicy,
		"GET policyStatus": (*Service).servePolicyStatus,
		"GET acl":          (*Service).serveACL, "PUT acl": (*Service).serveSetACL,
	}
	objectOperations = map[string]handler{
		"GET": (*Service).serveGet, "HEAD": (*Service).serveGet, "PUT": (*Service).servePut, "DELETE": (*Service).serveDelete,
		"POST uploads": (*Service).serveBegin, "GET uploadId": (*Service).serveParts, "PUT uploadId": (*Service).servePart,
		"POST uploadId": (*Service).serveComplete, "DELETE uploadId": (*Service).serveAbort,
		"GET tagging": (*Service).serveTags, "PUT tagging": (*Service).serveSetTags, "DELETE tagging": (*Service).serveDeleteTags,
		"GET attributes": (*Service).serveAttributes, "POST restore": (*Service).serveRestore,
		"GET acl": (*Service).serveACL, "PUT acl": (*Service).serveSetACL,
	}
)

// bucketSubresources and objectSubresources are the query parameters that say what of a bucket or an object a
// request is about; the others, below, say more about it. One that is in neither list is refused.
var (
	bucketSubresources = append([]string{
		"list-type", "versions", "uploads", "location", "delete", "versioning", "notification", "tagging", "policy", "policyStatus", "acl",
	}, slices.Sorted(maps.Keys(documents))...)
	objectSubresources = []string{"uploads", "uploadId", "tagging", "attributes", "restore", "acl"}

	bucketParameters = []string{
		"prefix", "delimiter", "max-keys", "marker", "start-after", "continuation-token", "encoding-type", "fetch-owner", "key-marker",
		"version-id-marker", "upload-id-marker", "max-uploads", "x-id",
	}
	objectParameters = []string{"versionId", "partNumber", "max-parts", "part-number-marker", "x-id"}
	rootParameters   = []string{"max-buckets", "continuation-token", "prefix", "bucket-region", "x-id"}
)

// route finds the operation that a request names and runs it.
func (s *Service) route(r *request) *wire.Error {
	if owner := r.Header.Get("X-Amz-Expected-Bucket-Owner"); owner != "" && owner != s.account.ID {
		return fail(http.StatusForbidden, "AccessDenied", "Access Denied: the bucket's owner is "+s.account.ID+", not "+owner)
	}
	if r.bucket == "" {
		return s.routeRoot(r)
	}
	subresources, parameters, operations := bucketSubresources, bucketParameters, bucketOperations
	if r.key != "" {
		subresources, parameters, operations = objectSubresources, objectParameters, objectOperations
	}
	name, err := r.subresource(subresources, parameters)
	if err != nil {
		return err
	}
	if _, ok := documents[name]; ok && r.key == "" {
		return s.serveDocument(r, name)
	}
	op, ok := operations[strings.TrimSpace(r.Method+" "+name)]
	if !ok && r.Method == http.MethodPost && name == "" {
		return notImplemented("POST Object, which browsers' forms send,")
	}
	if !ok {
		return notAllowed(r.Method)
	}
	return op(s, r)
}

func (s *Service) routeRoot(r *request) *wire.Error {
	if _, err := r.subresource(nil, rootParameters); err != nil {
		return err
	}
	if r.Method != http.MethodGet || r.key != "" {
		return notAllowed(r.Method)
	}
	return s.serveBuckets(r)
}

// subresource gives the one that the query names, or "".
func (r *request) subresource(subresources, parameters []string) (string, *wire.Error) {
	found := ""
	for _, name := range slices.Sorted(maps.Keys(r.q)) {
		switch {
		case slices.Contains(subresources, name):
			if found == "" {
				found = name
			}
		case slices.Contains(parameters, name) || strings.HasPrefix(strings.ToLower(name), "x-amz-") || strings.HasPrefix(name, "response-"):
		default:
			return "", notImplemented("?" + name)
		}
	}
	return found, nil
}
