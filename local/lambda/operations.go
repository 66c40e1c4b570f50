package lambda

import (
	"context"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// An operation is one action of the API, with its place in the REST protocol: method, path, and the status of its
// answer. Parts of the path in braces, and the names in query, are members of the input.
type operation struct {
	name, method, path string
	status             int
	query              string // names, separated by spaces
	run                func(*Service, context.Context, *members.Reader) (value.Value, error)
}

// plain is an operation that touches nothing outside the service.
func plain(do func(*Service, *members.Reader) (value.Value, error)) func(*Service, context.Context, *members.Reader) (value.Value, error) {
	return func(s *Service, _ context.Context, r *members.Reader) (value.Value, error) { return do(s, r) }
}

// operations are the actions that the service knows, but for Invoke.
var operations = []operation{
	{"CreateFunction", "POST", "/2015-03-31/functions", 201, "", (*Service).createFunction},
	{"ListFunctions", "GET", "/2015-03-31/functions", 200, "FunctionVersion Marker MasterRegion MaxItems", plain((*Service).listFunctions)},
	{"GetFunction", "GET", "/2015-03-31/functions/{FunctionName}", 200, "Qualifier", plain((*Service).getFunction)},
	{"DeleteFunction", "DELETE", "/2015-03-31/functions/{FunctionName}", 204, "Qualifier", plain((*Service).deleteFunction)},
	{"GetFunctionConfiguration", "GET", "/2015-03-31/functions/{FunctionName}/configuration", 200, "Qualifier", plain((*Service).getFunctionConfiguration)},
	{"UpdateFunctionConfiguration", "PUT", "/2015-03-31/functions/{FunctionName}/configuration", 200, "", (*Service).updateConfiguration},
	{"UpdateFunctionCode", "PUT", "/2015-03-31/functions/{FunctionName}/code", 200, "", (*Service).updateCode},
	{"PublishVersion", "POST", "/2015-03-31/functions/{FunctionName}/versions", 201, "", plain((*Service).publishVersion)},
	{"ListVersionsByFunction", "GET", "/2015-03-31/functions/{FunctionName}/versions", 200, "Marker MaxItems", plain((*Service).listVersions)},
	{"CreateAlias", "POST", "/2015-03-31/functions/{FunctionName}/aliases", 201, "", plain((*Service).createAlias)},
	{"ListAliases", "GET", "/2015-03-31/functions/{FunctionName}/aliases", 200, "FunctionVersion Marker MaxItems", plain((*Service).listAliases)},
	{"GetAlias", "GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", 200, "", plain((*Service).getAlias)},
	{"UpdateAlias", "PUT", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", 200, "", plain((*Service).updateAlias)},
	{"DeleteAlias", "DELETE", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", 204, "", plain((*Service).deleteAlias)},
	{"AddPermission", "POST", "/2015-03-31/functions/{FunctionName}/policy", 201, "Qualifier", plain((*Service).addPermission)},
	{"GetPolicy", "GET", "/2015-03-31/functions/{FunctionName}/policy", 200, "Qualifier", plain((*Service).getPolicy)},
	{"RemovePermission", "DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", 204, "Qualifier RevisionId", plain((*Service).removePermission)},
	{"PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency", 200, "", plain((*Service).putConcurrency)},
	{"DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", 204, "", plain((*Service).deleteConcurrency)},
	{"GetFunctionConcurrency", "GET", "/2019-09-30/functions/{FunctionName}/concurrency", 200, "", plain((*Service).getConcurrency)},
	{"PutFunctionEventInvokeConfig", "PUT", "/2019-09-25/functions/{FunctionName}/event-invoke-config", 200, "Qualifier", plain((*Service).putEventConfig)},
	{"UpdateFunctionEventInvokeConfig", "POST", "/2019-09-25/functions/{FunctionName}/event-invoke-config", 200, "Qualifier", plain((*Service).updateEventConfig)},
	{"GetFunctionEventInvokeConfig", "GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config", 200, "Qualifier", plain((*Service).getEventConfig)},
	{"DeleteFunctionEventInvokeConfig", "DELETE", "/2019-09-25/functions/{FunctionName}/event-invoke-config", 204, "Qualifier", plain((*Service).deleteEventConfig)},
	{"ListFunctionEventInvokeConfigs", "GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config/list", 200, "Marker MaxItems", plain((*Service).listEventConfigs)},
	{"TagResource", "POST", "/2017-03-31/tags/{Resource}", 204, "", plain((*Service).tagResource)},
	{"UntagResource", "DELETE", "/2017-03-31/tags/{Resource}", 204, "TagKeys=tagKeys", plain((*Service).untagResource)},
	{"ListTags", "GET", "/2017-03-31/tags/{Resource}", 200, "", plain((*Service).listTags)},
	{"GetAccountSettings", "GET", "/2016-08-19/account-settings", 200, "", plain((*Service).accountSettings)},
}

// refused are actions that are known by name, so that their refusal can say it.
var refused = []operation{
	{name: "InvokeWithResponseStream", method: "POST", path: "/2021-11-15/functions/{FunctionName}/response-streaming-invocations"},
	{name: "InvokeAsync", method: "POST", path: "/2014-11-13/functions/{FunctionName}/invoke-async"},
	{name: "ListLayers", method: "GET", path: "/2018-10-31/layers"},
	{name: "PublishLayerVersion", method: "POST", path: "/2018-10-31/layers/{LayerName}/versions"},
	{name: "ListLayerVersions", method: "GET", path: "/2018-10-31/layers/{LayerName}/versions"},
	{name: "CreateFunctionUrlConfig", method: "POST", path: "/2021-10-31/functions/{FunctionName}/url"},
	{name: "GetFunctionUrlConfig", method: "GET", path: "/2021-10-31/functions/{FunctionName}/url"},
	{name: "PutProvisionedConcurrencyConfig", method: "PUT", path: "/2019-09-30/functions/{FunctionName}/provisioned-concurrency"},
	{name: "GetProvisionedConcurrencyConfig", method: "GET", path: "/2019-09-30/functions/{FunctionName}/provisioned-concurrency"},
	{name: "GetFunctionCodeSigningConfig", method: "GET", path: "/2020-06-30/functions/{FunctionName}/code-signing-config"},
	{name: "PutRuntimeManagementConfig", method: "PUT", path: "/2021-07-20/functions/{FunctionName}/runtime-management-config"},
}

// names are the actions that the service knows, for messages.
func names() string {
	all := []string{"Invoke"}
	for _, o := range operations {
		all = append(all, o.name)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// match gives the operation of a request and the members that its path names.
func match(all []operation, method string, parts []string) (o *operation, in []value.Member) {
	for i := range all {
		if o = &all[i]; o.method != method {
			continue
		}
		if in, ok := o.matches(parts); ok {
			return o, in
		}
	}
	return nil, nil
}

func (o *operation) matches(parts []string) (in []value.Member, ok bool) {
	n := 0
	for want := range strings.SplitSeq(o.path[1:], "/") {
		if n == len(parts) {
			return nil, false
		}
		got := parts[n]
		n++
		name, label := strings.CutPrefix(want, "{")
		switch {
		case label && got != "":
			in = append(in, value.M(strings.TrimSuffix(name, "}"), value.String(got)))
		case got != want:
			return nil, false
		}
	}
	return in, n == len(parts)
}
