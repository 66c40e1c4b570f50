package flow_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
)

// showMap prints the only state of a workflow of shops that body writes.
func showMap(body func(f *flow.Flow, s *Shop)) {
	w := flow.Standard("Example", func(f *flow.Flow, s *Shop) *Shop {
		body(f, s)
		return nil
	})
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(d.StartAt)).Indent())
}

// The item is the input of its iteration. A state after the first one needs it here, so the first one keeps it.
func ExampleEach() {
	showMap(func(f *flow.Flow, s *Shop) {
		flow.Each(f, "Pay all", &s.Orders, func(f *flow.Flow, o *Order) *string {
			receipt := flow.Task(f, "Pay", Pay, o)
			flow.Wait(f, "Rest", 0)
			return flow.Text(f, &o.ID, " cost ", &receipt.Total)
		}, flow.Concurrency(10))
	})
	// Output:
	// {
	//   "Type": "Map",
	//   "Items": "{% $type($states.context.Execution.Input.orders) = \"array\" ? $states.context.Execution.Input.orders : [] %}",
	//   "MaxConcurrency": 10,
	//   "ItemProcessor": {
	//     "ProcessorConfig": {
	//       "Mode": "INLINE"
	//     },
	//     "StartAt": "Pay",
	//     "States": {
	//       "Pay": {
	//         "Type": "Task",
	//         "Resource": "arn:aws:states:::lambda:invoke",
	//         "Arguments": {
	//           "FunctionName": "${Pay}",
	//           "Payload": "{% $states.input %}"
	//         },
	//         "Assign": {
	//           "payAllItem": "{% $states.input %}",
	//           "pay": "{% $states.result.Payload %}"
	//         },
	//         "Next": "Rest"
	//       },
	//       "Rest": {
	//         "Type": "Wait",
	//         "Seconds": 0,
	//         "Output": "{% $payAllItem.id & \" cost \" & $pay.total %}",
	//         "End": true
	//       }
	//     }
	//   },
	//   "End": true
	// }
}

// Index numbers the items. The input of an iteration is then an object of the number and the item.
func ExampleIndex() {
	showMap(func(f *flow.Flow, s *Shop) {
		flow.Each(f, "Number", &s.Targets, func(f *flow.Flow, target *string) *string {
			return flow.Text(f, flow.Index(f), ". ", target)
		})
	})
	// Output:
	// {
	//   "Type": "Map",
	//   "Items": "{% $type($states.context.Execution.Input.targets) = \"array\" ? $states.context.Execution.Input.targets : [] %}",
	//   "ItemSelector": {
	//     "index": "{% $states.context.Map.Item.Index %}",
	//     "value": "{% $states.context.Map.Item.Value %}"
	//   },
	//   "ItemProcessor": {
	//     "ProcessorConfig": {
	//       "Mode": "INLINE"
	//     },
	//     "StartAt": "Number: done",
	//     "States": {
	//       "Number: done": {
	//         "Type": "Succeed",
	//         "Output": "{% $states.input.index & \". \" & $states.input.value %}"
	//       }
	//     }
	//   },
	//   "End": true
	// }
}

// The name of the shop is outside of the executions that the items have, so it is carried.
func ExampleBatch() {
	showMap(func(f *flow.Flow, s *Shop) {
		flow.Batch(f, "Write to all", flow.Items(&s.Targets), func(f *flow.Flow, target *string) *Receipt {
			m := &Mail{No: 1}
			return flow.Task(f, "Write", Deliver, flow.Fill(f, m, flow.Set(&m.To, target), flow.Set(&m.Shop, &s.Name)))
		}, flow.Concurrency(500))
	})
	// Output:
	// {
	//   "Type": "Map",
	//   "Items": "{% $type($states.context.Execution.Input.targets) = \"array\" ? $states.context.Execution.Input.targets : [] %}",
	//   "ItemSelector": {
	//     "item": "{% $states.context.Map.Item.Value %}",
	//     "name": "{% $states.context.Execution.Input.name %}"
	//   },
	//   "MaxConcurrency": 500,
	//   "ItemProcessor": {
	//     "ProcessorConfig": {
	//       "Mode": "DISTRIBUTED",
	//       "ExecutionType": "STANDARD"
	//     },
	//     "StartAt": "Write",
	//     "States": {
	//       "Write": {
	//         "Type": "Task",
	//         "Resource": "arn:aws:states:::lambda:invoke",
	//         "Arguments": {
	//           "FunctionName": "${Deliver}",
	//           "Payload": {
	//             "to": "{% $states.context.Execution.Input.item %}",
	//             "shop": "{% $states.context.Execution.Input.name %}",
	//             "no": 1
	//           }
	//         },
	//         "Output": "{% $states.result.Payload %}",
	//         "End": true
	//       }
	//     }
	//   },
	//   "End": true
	// }
}

// A file is read a thousand rows at a time, and what becomes of them is written to a bucket.
func ExampleBatchTo() {
	showMap(func(f *flow.Flow, s *Shop) {
		flow.BatchTo(f, "Load all rows", flow.Folder{Bucket: Lake, Prefix: new("loaded")},
			flow.InBatches(1000, flow.CSV(Lake, &s.Name, Row{})), func(f *flow.Flow, rows *[]Row) *Loaded {
				load := &Load{Tenant: "a"}
				return flow.Task(f, "Load rows", LoadRows, flow.Fill(f, load, flow.Set(&load.Rows, rows)))
			}, flow.Tolerate(2), flow.ExpressItems())
	})
	// Output:
	// {
	//   "Type": "Map",
	//   "ItemReader": {
	//     "Resource": "arn:aws:states:::s3:getObject",
	//     "Arguments": {
	//       "Bucket": "${Lake}",
	//       "Key": "{% $states.context.Execution.Input.name %}"
	//     },
	//     "ReaderConfig": {
	//       "InputType": "CSV",
	//       "CSVHeaderLocation": "FIRST_ROW"
	//     }
	//   },
	//   "ItemBatcher": {
	//     "MaxItemsPerBatch": 1000
	//   },
	//   "ToleratedFailurePercentage": 2,
	//   "ItemProcessor": {
	//     "ProcessorConfig": {
	//       "Mode": "DISTRIBUTED",
	//       "ExecutionType": "EXPRESS"
	//     },
	//     "StartAt": "Load rows",
	//     "States": {
	//       "Load rows": {
	//         "Type": "Task",
	//         "Resource": "arn:aws:states:::lambda:invoke",
	//         "Arguments": {
	//           "FunctionName": "${LoadRows}",
	//           "Payload": {
	//             "tenant": "a",
	//             "day": "",
	//             "rows": "{% $states.context.Execution.Input.Items %}"
	//           }
	//         },
	//         "Output": "{% $states.result.Payload %}",
	//         "End": true
	//       }
	//     }
	//   },
	//   "ResultWriter": {
	//     "Resource": "arn:aws:states:::s3:putObject",
	//     "Arguments": {
	//       "Bucket": "${Lake}",
	//       "Prefix": "loaded"
	//     }
	//   },
	//   "End": true
	// }
}

func ExampleListing() {
	reader(flow.Listing(Lake, new("photos/")))
	// Output:
	// {"Resource":"arn:aws:states:::s3:listObjectsV2","Arguments":{"Bucket":"${Lake}","Prefix":"photos/"}}
}

func ExampleCSV() {
	reader(flow.CSV(Lake, new("readings.csv"), Row{}, flow.Header("sensor", "value", "count"), flow.Semicolon))
	// Output:
	// {"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"${Lake}","Key":"readings.csv"},"ReaderConfig":{"InputType":"CSV","CSVDelimiter":"SEMICOLON","CSVHeaderLocation":"GIVEN","CSVHeaders":["sensor","value","count"]}}
}

func ExampleJSONFile() {
	reader(flow.MaxItems(100, flow.JSONFile(Lake, new("readings.json"), Row{}, flow.ItemsAt("/data/readings"))))
	// Output:
	// {"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"${Lake}","Key":"readings.json"},"ReaderConfig":{"InputType":"JSON","ItemsPointer":"/data/readings","MaxItems":100}}
}

func ExampleAllFiles() {
	reader(flow.AllFiles(flow.JSONLines(Lake, new("events/"), Row{})))
	// Output:
	// {"Resource":"arn:aws:states:::s3:listObjectsV2","Arguments":{"Bucket":"${Lake}","Prefix":"events/"},"ReaderConfig":{"Transformation":"LOAD_AND_FLATTEN","InputType":"JSONL"}}
}

func ExampleAthenaManifest() {
	reader(flow.AthenaManifest(flow.Parquet(Lake, new("query/manifest.csv"), Row{})))
	// Output:
	// {"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"${Lake}","Key":"query/manifest.csv"},"ReaderConfig":{"InputType":"PARQUET","ManifestType":"ATHENA_DATA"}}
}

func ExampleInventory() {
	type entry struct{ Bucket, Key, Size string }
	reader(flow.Inventory(Lake, new("inventory/manifest.json"), entry{}))
	// Output:
	// {"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"${Lake}","Key":"inventory/manifest.json"},"ReaderConfig":{"InputType":"MANIFEST"}}
}

// reader prints how a source is read.
func reader[T any](src flow.Source[T]) {
	w := flow.Standard("Example", func(f *flow.Flow, _ *Shop) *[]int {
		return flow.Batch(f, "Read", src, func(*flow.Flow, *T) *int { return new(1) })
	})
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get("Read")).Get("ItemReader"))
}
