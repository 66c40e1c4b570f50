package s3

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A config is what a bucket's owner decides. Its maps and slices are never written to.
type config struct {
	versioning    string // "", "Enabled" or "Suspended"
	events        bool   // to EventBridge
	notifications []notification
	cors          []corsRule
	policy        string // as it was given; empty for none
	tags          []tag
	documents     map[string]string // by subresource; "" for one that was deleted
}

// A kept is a configuration that a bucket keeps and gives back as it came.
type kept struct {
	root     string                 // its element
	standard string                 // what a bucket has that was given none; empty for the error
	code     string                 // of the error when there is none
	message  string                 //
	check    func(xmlNode) error    // nil accepts all
	apply    func(*config, xmlNode) // nil when nothing is done with it
	remove   bool                   // whether DELETE is known
}

// documents are the configurations that are kept, by subresource. Of these, only CORS and encryption change what
// the machine does.
var documents = map[string]kept{
	"lifecycle": {
		root: "LifecycleConfiguration", code: "NoSuchLifecycleConfiguration", message: "The lifecycle configuration does not exist", check: checkLifecycle, remove: true,
	},
	"cors": {
		root: "CORSConfiguration", code: "NoSuchCORSConfiguration", message: "The CORS configuration does not exist", remove: true,
		check: func(n xmlNode) error { _, err := corsOf(n); return err }, apply: func(c *config, n xmlNode) { c.cors, _ = corsOf(n) },
	},
	"encryption": {
		root: "ServerSideEncryptionConfiguration", standard: encryptionXML("AES256", ""), check: checkEncryption, remove: true,
	},
	"publicAccessBlock": {
		root: "PublicAccessBlockConfiguration", standard: publicAccessXML(), code: "NoSuchPublicAccessBlockConfiguration",
		message: "The public access block configuration was not found", remove: true,
	},
	"ownershipControls": {
		root: "OwnershipControls", standard: ownershipXML("BucketOwnerEnforced"), code: "OwnershipControlsNotFoundError",
		message: "The bucket ownership controls were not found", check: checkOwnership, remove: true,
	},
	"website": {
		root: "WebsiteConfiguration", code: "NoSuchWebsiteConfiguration", message: "The specified bucket does not have a website configuration", remove: true,
	},
	"logging":        {root: "BucketLoggingStatus", standard: "<BucketLoggingStatus" + xmlns + "/>"},
	"accelerate":     {root: "AccelerateConfiguration", standard: "<AccelerateConfiguration" + xmlns + "/>"},
	"requestPayment": {root: "RequestPaymentConfiguration", standard: "<RequestPaymentConfiguration" + xmlns + "><Payer>BucketOwner</Payer></RequestPaymentConfiguration>"},
}

// An xmlNode is any XML element.
type xmlNode struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []xmlNode `xml:",any"`
}

// all are the children of a name.
func (n xmlNode) all(name string) []xmlNode {
	return slices.DeleteFunc(slices.Clone(n.Children), func(c xmlNode) bool { return c.XMLName.Local != name })
}

// texts are the texts of the children of a name.
func (n xmlNode) texts(name string) []string {
	var out []string
	for _, c := range n.all(name) {
		out = append(out, strings.TrimSpace(c.Text))
	}
	return out
}

// text is the text at the end of a path of elements, the first of each.
func (n xmlNode) text(path ...string) string {
	for _, name := range path {
		found := n.all(name)
		if len(found) == 0 {
			return ""
		}
		n = found[0]
	}
	return strings.TrimSpace(n.Text)
}

// set keeps a document.
func (c *config) set(name, text string) {
	m := maps.Clone(c.documents)
	if m == nil {
		m = map[string]string{}
	}
	m[name] = text
	c.documents = m
}

// document gives what is kept, or what a bucket has from the beginning.
func (c config) document(name string) string {
	if text, ok := c.documents[name]; ok {
		return text
	}
	return documents[name].standard
}

// serveDocument reads, replaces or deletes a configuration.
func (s *Service) serveDocument(r *request, name string) *wire.Error {
	k := documents[name]
	switch {
	case r.Method == http.MethodGet:
		return s.showDocument(r, name, k)
	case r.Method == http.MethodPut:
		return s.setDocument(r, name, k)
	case r.Method == http.MethodDelete && k.remove:
		return s.deleteDocument(r, name, k)
	}
	return notAllowed(r.Method)
}

func (s *Service) showDocument(r *request, name string, k kept) *wire.Error {
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	text := c.document(name)
	if text == "" {
		return fail(http.StatusNotFound, k.code, k.message, "BucketName", r.bucket)
	}
	writeXML(r.w, text)
	return nil
}

func (s *Service) setDocument(r *request, name string, k kept) *wire.Error {
	body, err := readDocument(r.Request)
	if err != nil {
		return err
	}
	var n xmlNode
	if err := parseXML(body, k.root, &n); err != nil {
		return err
	}
	if k.check != nil {
		if why := k.check(n); why != nil {
			return badXML(why)
		}
	}
	text := string(body)
	if head, rest, ok := strings.Cut(text, "?>"); ok && strings.HasPrefix(strings.TrimSpace(head), "<?xml") {
		text = strings.TrimSpace(rest)
	}
	return s.store.configure(r.bucket, func(c *config) {
		c.set(name, text)
		if k.apply != nil {
			k.apply(c, n)
		}
	})
}

func (s *Service) deleteDocument(r *request, name string, k kept) *wire.Error {
	err := s.store.configure(r.bucket, func(c *config) {
		text := ""
		if k.code == "" { // there is always one
			text = k.standard
		}
		c.set(name, text)
		if k.apply != nil {
			k.apply(c, xmlNode{})
		}
	})
	if err == nil {
		r.w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// encryption is how objects are encrypted that do not say it themselves.
func (c config) encryption() string {
	text, ok := c.documents["encryption"]
	if !ok {
		return "AES256"
	}
	var n xmlNode
	_ = xml.Unmarshal([]byte(text), &n) // it was read before
	for _, rule := range n.all("Rule") {
		if a := rule.text("ApplyServerSideEncryptionByDefault", "SSEAlgorithm"); a != "" {
			return a
		}
	}
	return "AES256"
}

// ownership is "BucketOwnerEnforced" unless the owner decided otherwise.
func (c config) ownership() string {
	var n xmlNode
	_ = xml.Unmarshal([]byte(c.document("ownershipControls")), &n) // it was read before
	for _, rule := range n.all("Rule") {
		return rule.text("ObjectOwnership")
	}
	return "ObjectWriter"
}

// allowsACL refuses ACLs for a bucket whose owner owns all that is in it.
func (c config) allowsACL(acl string) *wire.Error {
	if acl == "" || acl == "private" || acl == "bucket-owner-full-control" || c.ownership() != "BucketOwnerEnforced" {
		return nil
	}
	return wire.Errorf("AccessControlListNotSupported", "The bucket does not allow ACLs")
}

func (s *Service) serveACL(r *request) *wire.Error {
	if _, err := s.store.config(r.bucket); err != nil {
		return err
	}
	if r.key != "" {
		if _, _, err := s.store.readable(r.bucket, r.key, r.q.Get("versionId")); err != nil {
			return err
		}
	}
	var d document
	d.owner("Owner", s.account.ID)
	d.WriteString(`<AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>` +
		ownerID(s.account.ID) + `</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList>`)
	d.send(r.w, "AccessControlPolicy")
	return nil
}

// serveSetACL accepts what changes nothing: who may do what is not decided here.
func (s *Service) serveSetACL(r *request) *wire.Error {
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	if acl := r.Header.Get("X-Amz-Acl"); acl != "" {
		return c.allowsACL(acl)
	}
	if c.ownership() == "BucketOwnerEnforced" {
		return wire.Errorf("AccessControlListNotSupported", "The bucket does not allow ACLs")
	}
	return notImplemented("An ACL with grants")
}

func (s *Service) servePolicy(r *request) *wire.Error {
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	if c.policy == "" {
		return noPolicy(r.bucket)
	}
	r.w.Header().Set("Content-Type", "application/json")
	_, _ = r.w.Write([]byte(c.policy)) // the client may be gone
	return nil
}

func noPolicy(bucket string) *wire.Error {
	return fail(http.StatusNotFound, "NoSuchBucketPolicy", "The bucket policy does not exist", "BucketName", bucket)
}

func (s *Service) serveSetPolicy(r *request) *wire.Error {
	body, err := readDocument(r.Request)
	if err != nil {
		return err
	}
	v, failure := value.Parse(body)
	switch {
	case failure != nil || !v.IsObject():
		return wire.Errorf("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
	case !v.Get("Statement").Exists():
		return wire.Errorf("MalformedPolicy", "Missing required field Statement")
	case len(body) > 20<<10:
		return wire.Errorf("PolicyTooLarge", "The policy has %d bytes; at most 20480 are allowed", len(body))
	}
	err = s.store.configure(r.bucket, func(c *config) { c.policy = string(body) })
	if err == nil {
		r.w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func (s *Service) serveDeletePolicy(r *request) *wire.Error {
	err := s.store.configure(r.bucket, func(c *config) { c.policy = "" })
	if err == nil {
		r.w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// servePolicyStatus tells whether a policy makes the bucket public: whether it allows everybody something.
func (s *Service) servePolicyStatus(r *request) *wire.Error {
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	if c.policy == "" {
		return noPolicy(r.bucket)
	}
	var d document
	d.flag("IsPublic", isPublic(c.policy))
	d.send(r.w, "PolicyStatus")
	return nil
}

func isPublic(policy string) bool {
	var p struct {
		Statement json.RawMessage
	}
	type statement struct {
		Effect    string
		Principal any
		Condition any
	}
	var all []statement
	if json.Unmarshal([]byte(policy), &p) != nil {
		return false
	}
	if json.Unmarshal(p.Statement, &all) != nil {
		var one statement
		if json.Unmarshal(p.Statement, &one) != nil {
			return false
		}
		all = []statement{one}
	}
	return slices.ContainsFunc(all, func(s statement) bool {
		m, _ := s.Principal.(map[string]any)
		return s.Effect == "Allow" && s.Condition == nil && (s.Principal == "*" || m["AWS"] == "*")
	})
}
