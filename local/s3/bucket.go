package s3

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

// serveCreate makes a bucket, in the machine's region and no other.
func (s *Service) serveCreate(r *request) *wire.Error {
	var in struct {
		Location string `xml:"LocationConstraint"`
		Tags     []tag  `xml:"Tags>Tag"`
	}
	body, err := readDocument(r.Request)
	if err != nil {
		return err
	}
	if len(body) > 0 {
		if err := parseXML(body, "CreateBucketConfiguration", &in); err != nil {
			return err
		}
	}
	if err := checkTags(in.Tags, maxBucketTags); err != nil {
		return err
	}
	if err := s.checkLocation(r.bucket, in.Location); err != nil {
		return err
	}
	c := config{tags: in.Tags}
	if o := r.Header.Get("X-Amz-Object-Ownership"); o != "" {
		if !slices.Contains([]string{"BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"}, o) {
			return badArgument("x-amz-object-ownership", o, "Invalid x-amz-object-ownership header: "+o)
		}
		c.set("ownershipControls", ownershipXML(o))
	}
	if strings.EqualFold(r.Header.Get("X-Amz-Bucket-Object-Lock-Enabled"), "true") {
		return notImplemented("Object Lock")
	}
	if err := c.allowsACL(r.Header.Get("X-Amz-Acl")); err != nil {
		return err
	}
	if err := s.store.createBucket(r.bucket, c); err != nil && (err.Code != "BucketAlreadyOwnedByYou" || s.account.Region != "us-east-1") {
		return err // in us-east-1, and only there, it may be made again
	}
	r.w.Header().Set("Location", "/"+r.bucket)
	return nil
}

// checkLocation compares the region that a new bucket is asked for with the machine's.
func (s *Service) checkLocation(bucket, location string) *wire.Error {
	if _, err := s.store.config(bucket); err == nil || badBucketName(bucket) != "" {
		return nil // which says more
	}
	region := s.account.Region
	switch {
	case location == region && region != "us-east-1", location == "" && region == "us-east-1", location == "EU" && region == "eu-west-1":
		return nil
	case location == "":
		return wire.Errorf("IllegalLocationConstraintException", "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.")
	case region == "us-east-1" && location == "us-east-1":
		return wire.Errorf("InvalidLocationConstraint", "The specified location-constraint is not valid")
	}
	return wire.Errorf("IllegalLocationConstraintException", "The %s location constraint is incompatible for the region specific endpoint this request was sent to.", location)
}

func (s *Service) serveHeadBucket(r *request) *wire.Error {
	if _, err := s.store.config(r.bucket); err != nil {
		return err
	}
	r.w.Header().Set("X-Amz-Bucket-Region", s.account.Region)
	r.w.Header().Set("X-Amz-Access-Point-Alias", "false")
	r.w.Header().Set("Content-Type", "application/xml")
	return nil
}

func (s *Service) serveDeleteBucket(r *request) *wire.Error {
	if err := s.store.deleteBucket(r.bucket, false); err != nil {
		return err
	}
	r.w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Service) serveLocation(r *request) *wire.Error {
	if _, err := s.store.config(r.bucket); err != nil {
		return err
	}
	region := s.account.Region
	if region == "us-east-1" { // for which S3 has no name
		region = ""
	}
	writeXML(r.w, "<LocationConstraint"+xmlns+">"+region+"</LocationConstraint>")
	return nil
}

// A bucketPage is what ListBuckets answers.
type bucketPage struct {
	buckets []*bucket
	next    string
}

// list gives the buckets behind a name, in order.
func (s *store) listBuckets(prefix, after string, limit int) bucketPage {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var p bucketPage
	for name, b := range s.buckets {
		if strings.HasPrefix(name, prefix) && name > after {
			p.buckets = append(p.buckets, b)
		}
	}
	slices.SortFunc(p.buckets, func(x, y *bucket) int { return strings.Compare(x.name, y.name) })
	if len(p.buckets) > limit {
		p.buckets = p.buckets[:limit]
		p.next = p.buckets[limit-1].name
	}
	return p
}

const maxBuckets = 10000

func (s *Service) serveBuckets(r *request) *wire.Error {
	limit, after := maxBuckets, ""
	if asked := r.q.Get("max-buckets"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 || n > maxBuckets {
			return badArgument("max-buckets", asked, "Argument max-buckets must be an integer between 1 and 10000")
		}
		limit = n
	}
	if t := r.q.Get("continuation-token"); t != "" {
		var err *wire.Error
		if after, err = readToken(t); err != nil {
			return err
		}
	}
	p := bucketPage{}
	if region := r.q.Get("bucket-region"); region == "" || region == s.account.Region {
		p = s.store.listBuckets(r.q.Get("prefix"), after, limit)
	}
	var d document
	d.owner("Owner", s.account.ID)
	d.open("Buckets")
	for _, b := range p.buckets {
		d.open("Bucket")
		d.text("Name", b.name)
		d.time("CreationDate", b.created)
		d.text("BucketRegion", s.account.Region)
		d.text("BucketArn", bucketARN(s.account, b.name))
		d.close("Bucket")
	}
	d.close("Buckets")
	d.optional("Prefix", r.q.Get("prefix"))
	if p.next != "" {
		d.text("ContinuationToken", token(p.next))
	}
	d.send(r.w, "ListAllMyBucketsResult")
	return nil
}

func (s *Service) serveVersioning(r *request) *wire.Error {
	c, err := s.store.config(r.bucket)
	if err != nil {
		return err
	}
	var d document
	d.optional("Status", c.versioning)
	d.send(r.w, "VersioningConfiguration")
	return nil
}

func (s *Service) serveSetVersioning(r *request) *wire.Error {
	var in struct {
		Status    string
		MFADelete string `xml:"MfaDelete"`
	}
	if err := readXML(r, "VersioningConfiguration", &in); err != nil {
		return err
	}
	switch {
	case in.Status != versioned && in.Status != suspended:
		return fail(http.StatusBadRequest, "IllegalVersioningConfigurationException", "The Versioning element must be specified: Status is Enabled or Suspended")
	case in.MFADelete == "Enabled":
		return notImplemented("MFA Delete")
	}
	return s.store.configure(r.bucket, func(c *config) { c.versioning = in.Status })
}
