package value_test

import (
	"encoding/json"
	"fmt"

	"github.com/stepwright/stepwright/value"
)

func ExampleParse() {
	v, err := value.Parse([]byte(`{"price": 1.0, "id": 12345678901234567890}`))
	fmt.Println(v, err)
	_, err = value.Parse([]byte(`{"price": 1.0,}`))
	fmt.Println(err)
	// Output:
	// {"price":1.0,"id":12345678901234567890} <nil>
	// 1:15: unexpected '}'; expected a member's name in quotes
}

func ExampleObject() {
	v := value.Object(
		value.M("name", value.String("chelsea.jpg")),
		value.M("size", value.Int(300)),
		value.M("note", value.Value{}), // absent: left out
	)
	fmt.Println(v, v.Size())
	// Output: {"name":"chelsea.jpg","size":300} 33
}

func ExampleValue_With() {
	v := value.MustParse(`{"name": "chelsea.jpg", "size": 300}`)
	w := v.With("size", value.Int(200)).With("ok", value.True)
	fmt.Println(v)
	fmt.Println(w)
	// Output:
	// {"name":"chelsea.jpg","size":300}
	// {"name":"chelsea.jpg","size":200,"ok":true}
}

func ExampleValue_Path() {
	v := value.MustParse(`{"gps": {"lat": 47.3769}}`)
	fmt.Println(v.Path("gps", "lat").Float(), v.Path("gps", "alt", "m").Exists())
	// Output: 47.3769 false
}

func ExampleEqual() {
	fmt.Println(value.Equal(value.MustParse(`{"a": 1, "b": [100]}`), value.MustParse(`{"b": [1e2], "a": 1.0}`)))
	// Output: true
}

func ExampleFrom() {
	v, err := value.From(struct {
		ID   string `json:"id"`
		Tags []string
	}{"p1", []string{"lake"}})
	fmt.Println(v, err)
	// Output: {"id":"p1","Tags":["lake"]} <nil>
}

func ExampleValue_Decode() {
	var photo struct{ ID string }
	err := value.MustParse(`{"ID": "p1"}`).Decode(&photo)
	fmt.Println(photo.ID, err)
	// Output: p1 <nil>
}

func ExampleValue_IsZero() {
	b, _ := json.Marshal(struct {
		Output value.Value `json:"output,omitzero"`
		Error  value.Value `json:"error"`
	}{})
	fmt.Println(string(b))
	// Output: {"error":null}
}

func ExampleBuilder() {
	var b value.Builder
	b.Set("z", value.Int(1))
	b.Set("a", value.Int(2))
	b.Set("z", value.Int(3))
	fmt.Println(b.Len(), b.Object())
	// Output: 2 {"z":3,"a":2}
}
