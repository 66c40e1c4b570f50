package sns

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const maxTags = 50

func readTags(list []value.Value) (map[string]string, error) {
	tags := map[string]string{}
	for _, t := range list {
		key, v := t.Get("Key").Str(), t.Get("Value").Str()
		if _, twice := tags[key]; twice || key == "" || len(key) > 128 || len(v) > 256 {
			return nil, invalid("Tags Reason: keys are distinct and have 1 to 128 characters, values at most 256; this does not: " + fmt.Sprintf("%.40q", key))
		}
		tags[key] = v
	}
	return tags, checkTagCount(tags)
}

func checkTagCount(tags map[string]string) error {
	if len(tags) > maxTags {
		return legacyCode("TagLimitExceededException", "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")
	}
	return nil
}

// onTags runs f on the topic that ResourceArn names.
func (h *Hub) onTags(r *members.Reader, f func(t *topic) error) error {
	arn := r.String("ResourceArn")
	if err := r.Err(); err != nil {
		return err
	}
	if err := checkARN("ResourceArn", arn); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[arn]
	if t == nil {
		return &wire.Error{Code: "ResourceNotFoundException", QueryCode: "ResourceNotFound", Message: "Resource does not exist", Status: 404}
	}
	return f(t)
}

func (h *Hub) tagResource(_ context.Context, r *members.Reader) (value.Value, error) {
	tags, err := readTags(r.Array("Tags"))
	if err != nil {
		return value.Value{}, err
	}
	return value.Value{}, h.onTags(r, func(t *topic) error {
		all := map[string]string{}
		maps.Copy(all, t.tags)
		maps.Copy(all, tags)
		if err := checkTagCount(all); err != nil {
			return err
		}
		t.tags = all
		return nil
	})
}

func (h *Hub) untagResource(_ context.Context, r *members.Reader) (value.Value, error) {
	keys := r.Strings("TagKeys")
	return value.Value{}, h.onTags(r, func(t *topic) error {
		maps.DeleteFunc(t.tags, func(k, _ string) bool { return slices.Contains(keys, k) })
		return nil
	})
}

func (h *Hub) listTagsForResource(_ context.Context, r *members.Reader) (value.Value, error) {
	var tags []value.Value
	err := h.onTags(r, func(t *topic) error {
		for _, k := range slices.Sorted(maps.Keys(t.tags)) {
			tags = append(tags, value.Object(value.M("Key", value.String(k)), value.M("Value", value.String(t.tags[k]))))
		}
		return nil
	})
	return value.Object(value.M("Tags", value.Array(tags...))), err
}
