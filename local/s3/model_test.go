package s3_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwright/stepwright/value"
)

// A model is a bucket as a plain map: of each key, its versions, oldest first.
type model map[string][]modelled

type modelled struct {
	id, body string
	marker   bool
}

func (m model) current(key string) (string, bool) {
	all := m[key]
	if len(all) == 0 || all[len(all)-1].marker {
		return "", false
	}
	return all[len(all)-1].body, true
}

func (m model) add(key string, v modelled) {
	kept := slices.DeleteFunc(slices.Clone(m[key]), func(o modelled) bool { return o.id == v.id })
	m[key] = append(kept, v)
}

// list folds the current keys as ListObjectsV2 does.
func (m model) list(prefix, delimiter string) []string {
	var out []string
	for key := range m {
		if _, ok := m.current(key); !ok || !strings.HasPrefix(key, prefix) {
			continue
		}
		if before, _, ok := strings.Cut(key[len(prefix):], delimiter); ok && delimiter != "" {
			key = prefix + before + delimiter
		}
		out = append(out, key)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestModel does random operations to a bucket and to a model, and compares all that can be read.
func TestModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			properties := plain
			if seed%2 == 1 {
				properties = withHistory
			}
			w, m, random := newWorld(t, properties), model{}, rand.New(rand.NewPCG(seed, 7))
			versions := seed%2 == 1
			for range 150 {
				w.step(t, m, random, versions)
			}
			w.compare(t, m, random)
		})
	}
}

func (w *world) act(t *testing.T, action, in string) value.Value {
	t.Helper()
	out, err := w.service.Call(t.Context(), action, value.MustParse(in))
	if err != nil {
		t.Fatalf("%s %s: %v", action, in, err)
	}
	return out
}

func randomKey(random *rand.Rand) string {
	return []string{"", "a/", "a/b/", "é/", "../"}[random.IntN(5)] + string(rune('a'+random.IntN(6)))
}

func versionOf(out value.Value) string {
	if id := out.Get("VersionId").Str(); id != "" {
		return id
	}
	return "null"
}

// step does one operation to both.
func (w *world) step(t *testing.T, m model, random *rand.Rand, versions bool) {
	t.Helper()
	key, other := randomKey(random), randomKey(random)
	switch n := random.IntN(10); {
	case n < 4:
		body := fmt.Sprint(random.Uint64())
		m.add(key, modelled{id: w.put64(t, key, body), body: body})
	case n < 6:
		body, ok := m.current(key)
		if !ok || key == other {
			return
		}
		out := w.act(t, "CopyObject", fmt.Sprintf(`{"Bucket":"photos","Key":%q,"CopySource":"photos/%s"}`, other, strings.ReplaceAll(key, "é", "%C3%A9")))
		m.add(other, modelled{id: versionOf(out), body: body})
	case n < 8:
		out := w.act(t, "DeleteObject", fmt.Sprintf(`{"Bucket":"photos","Key":%q}`, key))
		if versions {
			m.add(key, modelled{id: versionOf(out), marker: true})
		} else {
			delete(m, key)
		}
	case len(m[key]) > 0:
		v := m[key][random.IntN(len(m[key]))]
		w.act(t, "DeleteObject", fmt.Sprintf(`{"Bucket":"photos","Key":%q,"VersionId":%q}`, key, v.id))
		m[key] = slices.DeleteFunc(slices.Clone(m[key]), func(o modelled) bool { return o == v })
		if len(m[key]) == 0 {
			delete(m, key)
		}
	}
}

func (w *world) put64(t *testing.T, key, body string) string {
	t.Helper()
	out := w.put(t, key, body)
	if out.VersionId == nil {
		return "null"
	}
	return *out.VersionId
}

// compare reads everything: contents, listings by page and delimiter, and all versions.
func (w *world) compare(t *testing.T, m model, random *rand.Rand) {
	t.Helper()
	for key := range m {
		if want, ok := m.current(key); ok {
			if got := w.get(t, key); got != want {
				t.Errorf("%q is %q, want %q", key, got, want)
			}
		}
	}
	for _, q := range [][2]string{{"", ""}, {"", "/"}, {"a/", "/"}, {"a", "/"}, {"é", ""}, {"", "b"}, {"none", "/"}} {
		if got, want := w.listed(t, q[0], q[1], 1+random.Int32N(4)), m.list(q[0], q[1]); !slices.Equal(got, want) {
			t.Errorf("prefix %q, delimiter %q:\ngot  %q\nwant %q", q[0], q[1], got, want)
		}
	}
	var want []string
	for key, all := range m {
		for i, v := range slices.Backward(all) {
			want = append(want, fmt.Sprintf("%s %s %v", key, v.id, i == len(all)-1))
		}
	}
	got := w.versions(t, 1+random.Int32N(4))
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("versions:\ngot  %q\nwant %q", got, want)
	}
}

func (w *world) listed(t *testing.T, prefix, delimiter string, size int32) []string {
	t.Helper()
	in := &awss3.ListObjectsV2Input{Bucket: aws.String("photos"), Prefix: &prefix, MaxKeys: &size}
	if delimiter != "" {
		in.Delimiter = &delimiter
	}
	var got []string
	pages := awss3.NewListObjectsV2Paginator(w, in)
	for pages.HasMorePages() {
		p, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range p.Contents {
			got = append(got, *o.Key)
		}
		for _, f := range p.CommonPrefixes {
			got = append(got, *f.Prefix)
		}
	}
	slices.Sort(got)
	return got
}

func (w *world) versions(t *testing.T, size int32) []string {
	t.Helper()
	var got []string
	pages := awss3.NewListObjectVersionsPaginator(w, &awss3.ListObjectVersionsInput{Bucket: aws.String("photos"), MaxKeys: &size})
	for pages.HasMorePages() {
		p, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Versions {
			got = append(got, fmt.Sprintf("%s %s %v", *v.Key, *v.VersionId, *v.IsLatest))
		}
		for _, v := range p.DeleteMarkers {
			got = append(got, fmt.Sprintf("%s %s %v", *v.Key, *v.VersionId, *v.IsLatest))
		}
	}
	return got
}
