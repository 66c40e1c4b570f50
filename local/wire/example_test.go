package wire_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// greeter is the core of a service with one action.
type greeter struct{}

func (greeter) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	if action != "Greet" {
		return value.Value{}, wire.UnknownOperation("greeter", action)
	}
	return value.Object(value.M("Greeting", value.String("hello, "+in.Get("Name").Str()))), nil
}

func ExampleJSONFront() {
	front := wire.JSONFront("Greeter_20260101", "1.0", greeter{})
	for _, action := range []string{"Greet", "Curse"} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(`{"Name": "Ada"}`))
		r.Header.Set("X-Amz-Target", "Greeter_20260101."+action)
		w := httptest.NewRecorder()
		front.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 {"Greeting":"hello, Ada"}
	// 400 {"__type":"UnknownOperationException","message":"Curse of greeter is not supported by the local machine"}
}

func ExampleQueryFront() {
	front := wire.QueryFront("urn:greeter", greeter{})
	r := httptest.NewRequest("POST", "/", strings.NewReader("Action=Greet&Name=Ada"))
	w := httptest.NewRecorder()
	front.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output:
	// <GreetResponse xmlns="urn:greeter"><GreetResult><Greeting>hello, Ada</Greeting></GreetResult><ResponseMetadata><RequestId></RequestId></ResponseMetadata></GreetResponse>
}

func ExampleDirectory() {
	var d wire.Directory
	d.Add("greeter", greeter{})
	out, err := d.Call(context.Background(), "greeter", "Greet", value.MustParse(`{"Name": "Ada"}`))
	fmt.Println(out, err)
	// Output:
	// {"Greeting":"hello, Ada"} <nil>
}
