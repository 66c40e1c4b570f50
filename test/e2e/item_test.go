package e2e

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg" // previews are JPEG or PNG
	_ "image/png"
	"io"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// An item is a photo's item with plain Go values: string, int or float64, bool, nil, object, list.
type (
	item   = map[string]any
	object = map[string]any
	list   = []any
)

// item reads a photo's item; nil if there is none.
func (p *pipeline) item(t *testing.T, id string) item {
	t.Helper()
	out, err := p.dynamodb.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &p.table, Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}, ConsistentRead: new(true),
	})
	if err != nil {
		t.Fatalf("read the item %s: %v", id, err)
	}
	if out.Item == nil {
		return nil
	}
	return plain(t, &types.AttributeValueMemberM{Value: out.Item}).(item)
}

func plain(t *testing.T, v types.AttributeValue) any {
	t.Helper()
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return number(t, v.Value)
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberNULL:
		return nil
	case *types.AttributeValueMemberL:
		l := list{}
		for _, x := range v.Value {
			l = append(l, plain(t, x))
		}
		return l
	case *types.AttributeValueMemberM:
		m := object{}
		for name, x := range v.Value {
			m[name] = plain(t, x)
		}
		return m
	}
	t.Fatalf("the item has a %T, which no photo has", v)
	return nil
}

func number(t *testing.T, text string) any {
	t.Helper()
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("the item has the number %q: %v", text, err)
	}
	return f
}

// create writes an item as the app does before the upload. All attributes are text.
func (p *pipeline) create(t *testing.T, attributes map[string]string) {
	t.Helper()
	item := map[string]types.AttributeValue{}
	for name, text := range attributes {
		item[name] = &types.AttributeValueMemberS{Value: text}
	}
	if _, err := p.dynamodb.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &p.table, Item: item}); err != nil {
		t.Fatalf("write the item %v: %v", attributes, err)
	}
}

// forget deletes a photo's item.
func (p *pipeline) forget(t *testing.T, id string) {
	t.Helper()
	_, err := p.dynamodb.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: &p.table, Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}},
	})
	if err != nil {
		t.Fatalf("delete the item %s: %v", id, err)
	}
}

// A preview is a picture in the bucket.
type preview struct {
	width, height int
	mediaType     string
	image         image.Image
	bytes         []byte
}

// preview reads and decodes a picture.
func (p *pipeline) preview(t *testing.T, key string) preview {
	t.Helper()
	out, err := p.s3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &p.bucket, Key: &key})
	if err != nil {
		t.Fatalf("read %q: %v", key, err)
	}
	data, err := io.ReadAll(out.Body)
	if err = errors.Join(err, out.Body.Close()); err != nil {
		t.Fatalf("read %q: %v", key, err)
	}
	img, format, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("decode %q: %v", key, err)
	}
	got := preview{img.Bounds().Dx(), img.Bounds().Dy(), aws.ToString(out.ContentType), img, data}
	if got.mediaType != "image/"+format {
		t.Errorf("%q is of type %q; its content is %s", key, got.mediaType, format)
	}
	if bytes.Contains(data, []byte("Exif")) {
		t.Errorf("%q has EXIF; a preview must not tell where a photo was taken", key)
	}
	return got
}

// exists tells whether there is an object.
func (p *pipeline) exists(t *testing.T, key string) bool {
	t.Helper()
	_, err := p.s3.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &p.bucket, Key: &key})
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "NotFound" {
		return false
	}
	if err != nil {
		t.Fatalf("look for %q: %v", key, err)
	}
	return true
}
