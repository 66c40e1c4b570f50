package s3

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/stepwright/stepwright/local/wire"
)

// A restoration is a copy of an archived object that is, or will be, there for a while. The zero value is none.
type restoration struct {
	ready time.Time // when the copy is there
	until time.Time // when it goes again
}

// archived tells whether a version cannot be read before it is restored.
func (v *version) archived() bool { return v.class == "GLACIER" || v.class == "DEEP_ARCHIVE" }

// online says why a version cannot be read now, if so.
func (v *version) online(now time.Time) *wire.Error {
	if !v.archived() || v.restored.there(now) {
		return nil
	}
	return fail(http.StatusForbidden, "InvalidObjectState", "The operation is not valid for the object's storage class", "StorageClass", v.class)
}

func (r restoration) there(now time.Time) bool { return !now.Before(r.ready) && now.Before(r.until) }

func (r restoration) underWay(now time.Time) bool { return now.Before(r.ready) }

// header is what x-amz-restore says.
func (r restoration) header(now time.Time) string {
	switch {
	case r.underWay(now):
		return `ongoing-request="true"`
	case r.there(now):
		return `ongoing-request="false", expiry-date="` + httpTime(r.until) + `"`
	}
	return ""
}

// retrieval is how long each tier takes at most, by storage class: "Understanding archive retrieval options" of the
// user guide.
var retrieval = map[string]map[string]time.Duration{
	"GLACIER":      {"Expedited": 5 * time.Minute, "Standard": 5 * time.Hour, "Bulk": 12 * time.Hour},
	"DEEP_ARCHIVE": {"Standard": 12 * time.Hour, "Bulk": 48 * time.Hour},
}

// serveRestore answers RestoreObject. The time that it takes is the machine's.
func (s *Service) serveRestore(r *request) *wire.Error {
	var in struct {
		Days       int
		Tier       string
		Parameters struct{ Tier string } `xml:"GlacierJobParameters"`
		Type       string
	}
	if err := readXML(r, "RestoreRequest", &in); err != nil {
		return err
	}
	tier := in.Parameters.Tier + in.Tier
	if tier == "" {
		tier = "Standard"
	}
	switch {
	case in.Type != "":
		return notImplemented("A restore of the type " + in.Type)
	case in.Days < 1:
		return wire.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: Days must be a positive number")
	case !slices.Contains([]string{"Expedited", "Standard", "Bulk"}, tier):
		return wire.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: Tier must be Expedited, Standard or Bulk, not %q", tier)
	}
	again := false
	v, c, err := s.store.modify(r.bucket, r.key, r.q.Get("versionId"), func(v *version) (err *wire.Error) {
		again, err = v.restore(s.store.clock.Now(), tier, in.Days)
		return err
	})
	if err != nil {
		return err
	}
	setUnlessEmpty(r.w.Header(), "X-Amz-Version-Id", v.shown(c))
	if again {
		r.w.WriteHeader(http.StatusOK)
		return nil
	}
	r.w.WriteHeader(http.StatusAccepted)
	s.happened(r.Context(), r.bucket, c, v, restoreInitiated)
	s.announce(context.WithoutCancel(r.Context()), r.bucket, v)
	return nil
}

// restore begins a restoration, or makes one last longer that is there already.
func (v *version) restore(now time.Time, tier string, days int) (again bool, err *wire.Error) {
	takes, ok := retrieval[v.class][tier]
	switch {
	case !v.archived():
		return false, fail(http.StatusForbidden, "InvalidObjectState", "Restore is not allowed for the object's current storage class", "StorageClass", v.class)
	case !ok:
		return false, fail(http.StatusServiceUnavailable, "GlacierExpeditedRetrievalNotAvailable", "Glacier expedited retrievals are not available for the storage class "+v.class)
	case v.restored.underWay(now):
		return false, fail(http.StatusConflict, "RestoreAlreadyInProgress", "Object restore is already in progress")
	case v.restored.there(now):
		v.restored.until = expiry(now, days)
		return true, nil
	}
	v.restored = restoration{ready: now.Add(takes), until: expiry(now.Add(takes), days)}
	return false, nil
}

// expiry is the midnight, in UTC, that follows so many days.
func expiry(from time.Time, days int) time.Time {
	return from.UTC().AddDate(0, 0, days).Truncate(24 * time.Hour).Add(24 * time.Hour)
}

// announce tells of a restoration when it is there, unless the service is closed before.
func (s *Service) announce(ctx context.Context, bucket string, v *version) {
	s.waiting.Go(func() {
		timer := s.store.clock.NewTimer(v.restored.ready)
		defer timer.Stop()
		select {
		case <-s.closed:
			return
		case <-timer.C():
		}
		if c, err := s.store.config(bucket); err == nil {
			s.happened(ctx, bucket, c, v, restoreCompleted)
		}
	})
}
