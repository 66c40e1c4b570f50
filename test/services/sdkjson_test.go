package services_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// invoke calls an action of an SDK client: the input is JSON with the members of the API's model, and so is the answer.
// Attribute values of DynamoDB are written as the API has them: {"S": "text"}.
func invoke(ctx context.Context, client any, action, in string) (any, error) {
	method := reflect.ValueOf(client).MethodByName(action)
	if !method.IsValid() {
		return nil, fmt.Errorf("the client has no action %s", action)
	}
	var members any
	if err := json.Unmarshal([]byte(in), &members); err != nil {
		return nil, fmt.Errorf("test data %s: %w", in, err)
	}
	input := reflect.New(method.Type().In(1).Elem())
	if err := fill(input.Elem(), members, action); err != nil {
		return nil, err
	}
	out := method.Call([]reflect.Value{reflect.ValueOf(ctx), input})
	if err, ok := out[1].Interface().(error); ok {
		return nil, err
	}
	return plain(out[0].Elem()), nil
}

var attributeValue = reflect.TypeFor[types.AttributeValue]()

// fill sets dst, a part of an SDK's input, from decoded JSON.
func fill(dst reflect.Value, v any, at string) error {
	if dst.Type() == attributeValue {
		a, err := attribute(v)
		if err == nil {
			dst.Set(reflect.ValueOf(a))
		}
		return err
	}
	switch x := v.(type) {
	case map[string]any:
		return fillMembers(dst, x, at)
	case []any:
		if dst.Kind() != reflect.Slice {
			return fmt.Errorf("test data: %s is no list", at)
		}
		dst.Set(reflect.MakeSlice(dst.Type(), len(x), len(x)))
		for i, e := range x {
			if err := fill(dst.Index(i), e, at); err != nil {
				return err
			}
		}
		return nil
	}
	if dst.Kind() == reflect.Pointer {
		dst.Set(reflect.New(dst.Type().Elem()))
		return fill(dst.Elem(), v, at)
	}
	switch x := v.(type) {
	case string:
		dst.SetString(x)
	case bool:
		dst.SetBool(x)
	case float64:
		if dst.CanInt() {
			dst.SetInt(int64(x))
		} else {
			dst.SetFloat(x)
		}
	default:
		return fmt.Errorf("test data: %s is %v", at, v)
	}
	return nil
}

func fillMembers(dst reflect.Value, members map[string]any, at string) error {
	switch dst.Kind() {
	case reflect.Pointer:
		dst.Set(reflect.New(dst.Type().Elem()))
		return fillMembers(dst.Elem(), members, at)
	case reflect.Map:
		dst.Set(reflect.MakeMap(dst.Type()))
		for name, v := range members {
			e := reflect.New(dst.Type().Elem()).Elem()
			if err := fill(e, v, at+"."+name); err != nil {
				return err
			}
			dst.SetMapIndex(reflect.ValueOf(name), e)
		}
		return nil
	case reflect.Struct:
		for name, v := range members {
			f := dst.FieldByName(name)
			if !f.IsValid() {
				return fmt.Errorf("test data: %s has no member %s", at, name)
			}
			if err := fill(f, v, at+"."+name); err != nil {
				return err
			}
		}
		return nil
	default:
		return fmt.Errorf("test data: %s is no object", at)
	}
}

// attribute makes an SDK's attribute value of one as the API has it.
func attribute(v any) (types.AttributeValue, error) {
	members, ok := v.(map[string]any)
	if !ok || len(members) != 1 {
		return nil, fmt.Errorf("test data: %v is no attribute value", v)
	}
	all := map[string]types.AttributeValue{
		"S": &types.AttributeValueMemberS{}, "N": &types.AttributeValueMemberN{}, "B": &types.AttributeValueMemberB{}, "BOOL": &types.AttributeValueMemberBOOL{},
		"NULL": &types.AttributeValueMemberNULL{}, "SS": &types.AttributeValueMemberSS{}, "NS": &types.AttributeValueMemberNS{}, "BS": &types.AttributeValueMemberBS{},
		"L": &types.AttributeValueMemberL{}, "M": &types.AttributeValueMemberM{},
	}
	for kind, inner := range members {
		a := all[kind]
		if a == nil {
			return nil, fmt.Errorf("test data: there is no type %s", kind)
		}
		field := reflect.ValueOf(a).Elem().FieldByName("Value")
		switch text, isText := inner.(string); {
		case kind == "B" && isText:
			b, err := base64.StdEncoding.DecodeString(text)
			field.SetBytes(b)
			return a, err
		case kind == "BS":
			var list [][]byte
			for _, e := range inner.([]any) {
				b, err := base64.StdEncoding.DecodeString(e.(string))
				if err != nil {
					return nil, err
				}
				list = append(list, b)
			}
			field.Set(reflect.ValueOf(list))
			return a, nil
		}
		return a, fill(field, inner, kind)
	}
	return nil, nil
}

// plain turns a part of an SDK's answer into what JSON would have; nil for what is not there.
func plain(v reflect.Value) any {
	if v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		if name, ok := strings.CutPrefix(v.Type().String(), "*types.AttributeValueMember"); ok {
			return map[string]any{name: whole(v.Elem().FieldByName("Value"))}
		}
		return plain(v.Elem())
	}
	switch x := v.Interface().(type) {
	case []byte:
		return base64.StdEncoding.EncodeToString(x)
	case time.Time:
		return float64(x.UnixMilli()) / 1000
	}
	switch v.Kind() {
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "ResultMetadata" && !(v.Field(i).IsZero() && v.Field(i).Kind() != reflect.Int32) {
				out[f.Name] = plain(v.Field(i))
			}
		}
		return out
	default:
		return whole(v)
	}
}

// whole is plain for values of which an empty one counts.
func whole(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Slice:
		if b, ok := v.Interface().([]byte); ok {
			return base64.StdEncoding.EncodeToString(b)
		}
		out := []any{}
		for i := range v.Len() {
			out = append(out, plain(v.Index(i)))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, k := range v.MapKeys() {
			out[k.String()] = plain(v.MapIndex(k))
		}
		return out
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	default:
		if v.CanInt() {
			return float64(v.Int())
		}
		return v.Float()
	}
}

// within tells where got differs from want; objects may have more members than are wanted, and a member that is wanted
// null must be missing. Empty for no difference.
func within(want, got any, at string) string {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for name, v := range w {
			if why := within(v, g[name], at+"."+name); why != "" {
				return why
			}
		}
		if len(w) > 0 || got != nil {
			return ""
		}
	case []any:
		g, ok := got.([]any)
		if ok && len(g) == len(w) {
			for i := range w {
				if why := within(w[i], g[i], fmt.Sprintf("%s[%d]", at, i)); why != "" {
					return why
				}
			}
			return ""
		}
	case float64:
		if g, ok := got.(float64); ok && math.Abs(g-w) < 1e-9 {
			return ""
		}
	default:
		if want == got {
			return ""
		}
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	return fmt.Sprintf("%s is %s, want %s", at, b, a)
}

// A turn is one action of a probe and what it must answer: JSON, of which all must be in the answer, or "Code: text",
// of which the text must be in the error's message. Wants that begin with "=" are exact.
type turn struct{ action, in, want string }

// A probe is a conversation with a service, and the page or recording that says how it goes.
type probe struct {
	name, source string
	turns        []turn
}

func (p probe) run(t *testing.T, client any) {
	t.Helper()
	if p.source == "" || len(p.turns) == 0 {
		t.Fatal("a probe has a source and turns")
	}
	for i, s := range p.turns {
		got, err := invoke(t.Context(), client, s.action, s.in)
		if why := s.differs(got, err); why != "" {
			t.Fatalf("turn %d, %s %.400s:\n%s\n(%s)", i+1, s.action, s.in, why, p.source)
		}
	}
}

func (s turn) differs(got any, err error) string {
	if !strings.HasPrefix(s.want, "{") && !strings.HasPrefix(s.want, "=") {
		code, text, _ := strings.Cut(s.want, ": ")
		e, ok := errors.AsType[smithy.APIError](err)
		if !ok || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
			return fmt.Sprintf("got  %v\nwant %s", err, s.want)
		}
		return ""
	}
	if err != nil {
		return fmt.Sprintf("got %v, want %s", err, s.want)
	}
	want, exact := strings.CutPrefix(s.want, "=")
	var w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		return "test data: " + err.Error()
	}
	if exact && !reflect.DeepEqual(w, got) {
		b, _ := json.Marshal(got)
		return fmt.Sprintf("got  %s\nwant %s", b, want)
	}
	return within(w, got, "the answer")
}
