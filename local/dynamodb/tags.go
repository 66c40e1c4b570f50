package dynamodb

import (
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// maxTags is how many tags a resource has at most.
const maxTags = 50

// readTags checks a list of tags.
func readTags(list []value.Value) ([]value.Value, error) {
	var all []value.Value
	for _, v := range list {
		r := members.Read("Tags", v)
		k, text := r.String("Key"), r.String("Value")
		if err := r.Err(); err != nil {
			return nil, err
		}
		switch {
		case k == "" || len(k) > 128:
			return nil, invalid("1 validation error detected: Value '" + k + "' at 'tags.member.key' failed to satisfy constraint: Member must have length between 1 and 128")
		case len(text) > 256:
			return nil, invalid("1 validation error detected: Value at 'tags.member.value' failed to satisfy constraint: Member must have length less than or equal to 256")
		case strings.HasPrefix(k, "aws:"):
			return nil, invalid("One or more parameter values are not valid. Tag keys must not begin with aws:. Key: " + k)
		}
		all = withTag(all, value.Object(value.M("Key", value.String(k)), value.M("Value", value.String(text))))
	}
	if len(all) > maxTags {
		return nil, tooManyTags()
	}
	return all, nil
}

func tooManyTags() *wire.Error {
	return invalid("One or more parameter values are not valid. Too many tags: a resource has at most 50")
}

// withTag adds a tag, in place of one with the same key.
func withTag(all []value.Value, tag value.Value) []value.Value {
	i := slices.IndexFunc(all, func(v value.Value) bool { return v.Get("Key").Str() == tag.Get("Key").Str() })
	if i < 0 {
		return append(all, tag)
	}
	all[i] = tag
	return all
}

// tagged finds the table that an ARN names.
func (d *DB) tagged(arn string) (*table, error) {
	prefix := d.account.ARN("dynamodb", "table/")
	if !strings.HasPrefix(arn, prefix) {
		return nil, invalid("Invalid TableArn: Invalid ResourceArn provided as input " + arn)
	}
	t, err := d.found(strings.TrimPrefix(arn, prefix))
	if err != nil {
		return nil, wire.Errorf("ResourceNotFoundException", "Requested resource not found: ResourcArn: %s not found", arn)
	}
	return t, nil
}

func (d *DB) tagResource(r *members.Reader) (value.Value, error) {
	arn, list := r.String("ResourceArn"), r.Array("Tags")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	tags, err := readTags(list)
	if err != nil {
		return value.Value{}, err
	}
	t, err := d.tagged(arn)
	if err != nil {
		return value.Value{}, err
	}
	t.lock()
	defer t.mu.Unlock()
	all := slices.Clone(t.tags)
	for _, tag := range tags {
		all = withTag(all, tag)
	}
	if len(all) > maxTags {
		return value.Value{}, tooManyTags()
	}
	t.tags = all
	return value.Object(), nil
}

func (d *DB) untagResource(r *members.Reader) (value.Value, error) {
	arn, keys := r.String("ResourceArn"), r.Strings("TagKeys")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	t, err := d.tagged(arn)
	if err != nil {
		return value.Value{}, err
	}
	t.lock()
	defer t.mu.Unlock()
	t.tags = slices.DeleteFunc(slices.Clone(t.tags), func(v value.Value) bool { return slices.Contains(keys, v.Get("Key").Str()) })
	return value.Object(), nil
}

func (d *DB) listTagsOfResource(r *members.Reader) (value.Value, error) {
	arn := r.String("ResourceArn")
	r.Ignore("NextToken") // all fit into one answer
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	t, err := d.tagged(arn)
	if err != nil {
		return value.Value{}, err
	}
	t.rlock()
	defer t.mu.RUnlock()
	return value.Object(value.M("Tags", value.Array(t.tags...))), nil
}
