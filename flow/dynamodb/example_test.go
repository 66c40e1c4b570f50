package dynamodb_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
)

type Photo struct {
	ID     string `json:"id"`
	Status string `json:"status"` // a reserved word of DynamoDB
	Views  int    `json:"views"`
}

// Photos holds one item for each photo.
var Photos = dynamodb.TableOf("Photos", func(p *Photo) *string { return &p.ID })

func ExampleUpdate() {
	w := flow.Standard("View", func(f *flow.Flow, id *string) *string {
		dynamodb.Update(f, "Count a view", Photos, id, func(p *Photo) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.AddTo(&p.Views, new(1)), dynamodb.WhenIs(&p.Status, new("READY"))}
		})
		return nil
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Count a view")).Get("Arguments").Indent())
	// Output:
	// {
	//   "TableName": "${Photos}",
	//   "Key": {
	//     "id": {
	//       "S": "{% $states.context.Execution.Input %}"
	//     }
	//   },
	//   "UpdateExpression": "ADD #views :views",
	//   "ConditionExpression": "#status = :status",
	//   "ExpressionAttributeNames": {
	//     "#views": "views",
	//     "#status": "status"
	//   },
	//   "ExpressionAttributeValues": {
	//     ":views": {
	//       "N": "1"
	//     },
	//     ":status": {
	//       "S": "READY"
	//     }
	//   }
	// }
}

func ExampleGet() {
	w := flow.Standard("Look", func(f *flow.Flow, id *string) *int {
		photo := dynamodb.Get(f, "Look up", Photos, id)
		return flow.OrElse(f, &photo.Views, new(0)) // of a photo that is not there no member Exists
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Look up")).Get("Output").Str())
	// Output:
	// {% $number($states.result.Item.views.N) != null ? $number($states.result.Item.views.N) : 0 %}
}
