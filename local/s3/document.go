package s3

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

func encryptionXML(algorithm, key string) string {
	out := "<ServerSideEncryptionConfiguration" + xmlns + "><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>" + wire.XMLText(algorithm) + "</SSEAlgorithm>"
	if key != "" {
		out += "<KMSMasterKeyID>" + wire.XMLText(key) + "</KMSMasterKeyID>"
	}
	return out + "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>"
}

func checkEncryption(n xmlNode) error {
	rules := n.all("Rule")
	if len(rules) != 1 {
		return fmt.Errorf("there are %d elements Rule; there must be one", len(rules))
	}
	a := rules[0].text("ApplyServerSideEncryptionByDefault", "SSEAlgorithm")
	if a != "" && !slices.Contains([]string{"AES256", "aws:kms", "aws:kms:dsse"}, a) {
		return fmt.Errorf("SSEAlgorithm must be AES256, aws:kms or aws:kms:dsse, not %q", a)
	}
	return nil
}

var publicAccess = []string{"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}

// publicAccessXML is what every new bucket has since April 2023: all four are on, but for those that are named.
func publicAccessXML(off ...string) string {
	out := "<PublicAccessBlockConfiguration" + xmlns + ">"
	for _, name := range publicAccess {
		out += "<" + name + ">" + strconv.FormatBool(!slices.Contains(off, name)) + "</" + name + ">"
	}
	return out + "</PublicAccessBlockConfiguration>"
}

func ownershipXML(ownership string) string {
	return "<OwnershipControls" + xmlns + "><Rule><ObjectOwnership>" + wire.XMLText(ownership) + "</ObjectOwnership></Rule></OwnershipControls>"
}

func checkOwnership(n xmlNode) error {
	rules := n.all("Rule")
	if len(rules) != 1 {
		return fmt.Errorf("there are %d elements Rule; there must be one", len(rules))
	}
	if o := rules[0].text("ObjectOwnership"); !slices.Contains([]string{"BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"}, o) {
		return fmt.Errorf("ObjectOwnership must be BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter, not %q", o)
	}
	return nil
}

// checkLifecycle checks the rules of a lifecycle, which are kept and not carried out.
func checkLifecycle(n xmlNode) error {
	rules := n.all("Rule")
	if len(rules) == 0 || len(rules) > 1000 {
		return fmt.Errorf("there are %d elements Rule; there must be 1 to 1000", len(rules))
	}
	var ids []string
	for i, r := range rules {
		if s := r.text("Status"); s != "Enabled" && s != "Disabled" {
			return fmt.Errorf("rule %d: Status must be Enabled or Disabled, not %q", i+1, s)
		}
		if id := r.text("ID"); id != "" && slices.Contains(ids, id) {
			return fmt.Errorf("rule %d: Rule ID must be unique, %q is there before", i+1, id)
		}
		ids = append(ids, r.text("ID"))
		if !slices.ContainsFunc(r.Children, isLifecycleAction) {
			return fmt.Errorf("rule %d: at least one action needs to be specified in a rule", i+1)
		}
		for _, path := range [][]string{{"Expiration", "Days"}, {"NoncurrentVersionExpiration", "NoncurrentDays"}, {"AbortIncompleteMultipartUpload", "DaysAfterInitiation"}} {
			if days := r.text(path...); days != "" && (!digits(days) || number(days) == 0) {
				return fmt.Errorf("rule %d: '%s' for %s action must be a positive integer, not %q", i+1, path[1], path[0], days)
			}
		}
	}
	return nil
}

func isLifecycleAction(n xmlNode) bool {
	return slices.Contains([]string{"Expiration", "Transition", "NoncurrentVersionExpiration", "NoncurrentVersionTransition", "AbortIncompleteMultipartUpload"}, n.XMLName.Local)
}

// propertyDocuments are the properties of a template's bucket that are kept as documents.
var propertyDocuments = map[string]struct {
	name string
	xml  func(value.Value) (string, error)
}{
	"BucketEncryption":               {"encryption", encryptionOf},
	"PublicAccessBlockConfiguration": {"publicAccessBlock", publicAccessOf},
	"OwnershipControls":              {"ownershipControls", ownershipOf},
	"LifecycleConfiguration":         {"lifecycle", lifecycleOf},
}

func encryptionOf(v value.Value) (string, error) {
	for _, rule := range v.Get("ServerSideEncryptionConfiguration").Elements() {
		d := rule.Get("ServerSideEncryptionByDefault")
		return encryptionXML(d.Get("SSEAlgorithm").Str(), d.Get("KMSMasterKeyID").Str()), nil
	}
	return "", errors.New("BucketEncryption: ServerSideEncryptionConfiguration needs a rule")
}

func publicAccessOf(v value.Value) (string, error) {
	var off []string
	for _, name := range publicAccess {
		if !truth(v.Get(name)) {
			off = append(off, name)
		}
	}
	return publicAccessXML(off...), nil
}

func ownershipOf(v value.Value) (string, error) {
	for _, rule := range v.Get("Rules").Elements() {
		return ownershipXML(rule.Get("ObjectOwnership").Str()), nil
	}
	return "", errors.New("OwnershipControls: Rules needs a rule")
}

// truth reads a property that is true or false, or one of these as a text, as templates have them.
func truth(v value.Value) bool { return v.Bool() || v.Str() == "true" }

// lifecycleOf writes the rules of a template as S3 has them.
func lifecycleOf(v value.Value) (string, error) {
	rules := v.Get("Rules").Elements()
	if len(rules) == 0 {
		return "", errors.New("LifecycleConfiguration: Rules needs a rule")
	}
	var d document
	for i, r := range rules {
		if s := r.Get("Status").Str(); s != "Enabled" && s != "Disabled" {
			return "", fmt.Errorf("LifecycleConfiguration: rule %d: Status must be Enabled or Disabled, not %s", i+1, r.Get("Status"))
		}
		d.open("Rule")
		d.optional("ID", r.Get("Id").Str())
		d.lifecycleFilter(r)
		d.text("Status", r.Get("Status").Str())
		d.lifecycleActions(r)
		d.close("Rule")
	}
	return "<LifecycleConfiguration" + xmlns + ">" + d.String() + "</LifecycleConfiguration>", nil
}

func (d *document) lifecycleFilter(r value.Value) {
	tags := r.Get("TagFilters").Elements()
	many := len(tags) > 1 || len(tags) == 1 && r.Get("Prefix").Exists()
	d.open("Filter")
	if many {
		d.open("And")
	}
	if r.Get("Prefix").Exists() || len(tags) == 0 {
		d.text("Prefix", r.Get("Prefix").Str())
	}
	for _, t := range tags {
		d.open("Tag")
		d.text("Key", t.Get("Key").Str())
		d.text("Value", t.Get("Value").Str())
		d.close("Tag")
	}
	if many {
		d.close("And")
	}
	d.close("Filter")
}

func (d *document) lifecycleActions(r value.Value) {
	group := func(name string, pairs ...string) {
		inner := document{}
		for i := 0; i+1 < len(pairs); i += 2 {
			inner.optional(pairs[i], pairs[i+1])
		}
		if inner.Len() > 0 {
			d.WriteString("<" + name + ">" + inner.String() + "</" + name + ">")
		}
	}
	group("Expiration", "Days", plain(r.Get("ExpirationInDays")), "Date", plain(r.Get("ExpirationDate")), "ExpiredObjectDeleteMarker", plain(r.Get("ExpiredObjectDeleteMarker")))
	for _, t := range append(r.Get("Transitions").Elements(), r.Get("Transition")) {
		group("Transition", "Days", plain(t.Get("TransitionInDays")), "Date", plain(t.Get("TransitionDate")), "StorageClass", t.Get("StorageClass").Str())
	}
	n := r.Get("NoncurrentVersionExpiration")
	days := plain(n.Get("NoncurrentDays")) + plain(r.Get("NoncurrentVersionExpirationInDays"))
	group("NoncurrentVersionExpiration", "NoncurrentDays", days, "NewerNoncurrentVersions", plain(n.Get("NewerNoncurrentVersions")))
	for _, t := range r.Get("NoncurrentVersionTransitions").Elements() {
		group("NoncurrentVersionTransition", "NoncurrentDays", plain(t.Get("TransitionInDays")), "StorageClass", t.Get("StorageClass").Str())
	}
	group("AbortIncompleteMultipartUpload", "DaysAfterInitiation", plain(r.Path("AbortIncompleteMultipartUpload", "DaysAfterInitiation")))
}

// plain is a number, a truth or a text as XML has it; empty for nothing.
func plain(v value.Value) string {
	if v.IsString() {
		return v.Str()
	}
	if !v.Exists() {
		return ""
	}
	return v.String()
}
