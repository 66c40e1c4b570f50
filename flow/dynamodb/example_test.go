package dynamodb_test

import (
	"fmt"
	"time"

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

// Plays holds who played which song when.
var Plays = dynamodb.TableOf("Plays", func(p *Play) *PlayKey { return &p.PlayKey })

type (
	PlayKey struct {
		Song string `json:"song"`
		At   string `json:"at"`
	}
	Play struct {
		PlayKey
		Listener string `json:"listener"`
		Seconds  int    `json:"seconds"`
	}
)

// show prints one state of a workflow.
func show(w flow.Workflow, state string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)).Get("Arguments").Indent())
}

// The ten last plays of a song in a year that were not cut short.
func ExampleQuery() {
	show(flow.Standard("Hits", func(f *flow.Flow, song *string) *[]string {
		page := dynamodb.Query(f, "Last plays", Plays, func(p *Play) dynamodb.Search {
			return dynamodb.Search{
				Key:         dynamodb.KeyIs(&p.Song, song),
				Sort:        dynamodb.KeyBeginsWith(&p.At, new("2026-")),
				Where:       dynamodb.WhenAtLeast(&p.Seconds, new(30)),
				Limit:       new(10),
				NewestFirst: true,
			}
		})
		return flow.Map(f, &page.Items, func(p *Play) *string { return &p.Listener })
	}), "Last plays")
	// Output:
	// {
	//   "TableName": "${Plays}",
	//   "KeyConditionExpression": "#song = :song AND begins_with(#at, :at)",
	//   "FilterExpression": "#seconds >= :seconds",
	//   "ExpressionAttributeNames": {
	//     "#song": "song",
	//     "#at": "at",
	//     "#seconds": "seconds"
	//   },
	//   "ExpressionAttributeValues": {
	//     ":song": {
	//       "S": "{% $states.context.Execution.Input %}"
	//     },
	//     ":at": {
	//       "S": "2026-"
	//     },
	//     ":seconds": {
	//       "N": "30"
	//     }
	//   },
	//   "ScanIndexForward": false,
	//   "Limit": 10
	// }
}

// All pages of a Scan, one after the other.
func ExampleScan() {
	show(flow.Standard("Count plays", func(f *flow.Flow, _ *string) *int {
		next, n := flow.Var(f, "next", dynamodb.PageToken("")), flow.Var(f, "n", 0)
		flow.Until(f, "Last page?", func() *dynamodb.Page[Play] {
			page := dynamodb.Scan(f, "Read a page", Plays, func(*Play) dynamodb.Filter { return dynamodb.Filter{From: next} })
			flow.Assign(f, "Turn the page", flow.Set(next, &page.Next), flow.Set(n, flow.Add(f, n, &page.Count)))
			return page
		}, func(p *dynamodb.Page[Play]) flow.Condition { return flow.Is(&p.Next, "") })
		return n
	}), "Read a page")
	// Output:
	// "{% {\"TableName\": \"${Plays}\", \"ExclusiveStartKey\": ($next != \"\") ? $parse($next)} %}"
}

// DynamoDB may leave a part of a batch undone: write that again, after a while.
func ExampleWriteAll() {
	show(flow.Standard("Import", func(f *flow.Flow, plays *[]Play) *[]Play {
		left := flow.Var(f, "left", []Play{})
		flow.Assign(f, "All", flow.Set(left, plays))
		flow.While(f, "Any left?", flow.Above(flow.Count(f, left), 0), func() {
			rest := dynamodb.WriteAll(f, "Write", Plays, left, flow.Retry(dynamodb.Throttled, flow.Backoff{Attempts: 5, Jitter: true}))
			flow.Assign(f, "Rest", flow.Set(left, rest))
			flow.Wait(f, "Breathe", time.Second)
		})
		return left
	}), "Write")
	// Output:
	// {
	//   "RequestItems": {
	//     "${Plays}": "{% [$map($type($left) = \"array\" ? $left : [], function($e1){{\"PutRequest\": {\"Item\": {\"song\": {\"S\": $e1.song}, \"at\": {\"S\": $e1.at}, \"listener\": {\"S\": $e1.listener}, \"seconds\": {\"N\": $string($e1.seconds)}}}}})] %}"
	//   }
	// }
}

func ExampleGetAll() {
	show(flow.Standard("Look", func(f *flow.Flow, ids *[]string) *[]Photo {
		return &dynamodb.GetAll(f, "Read photos", Photos, ids).Items
	}), "Read photos")
	// Output:
	// {
	//   "RequestItems": {
	//     "${Photos}": {
	//       "Keys": "{% [$map($type($states.context.Execution.Input) = \"array\" ? $states.context.Execution.Input : [], function($e1){{\"id\": {\"S\": $e1}}})] %}",
	//       "ConsistentRead": true
	//     }
	//   }
	// }
}

func ExampleTransact() {
	show(flow.Standard("Play", func(f *flow.Flow, play *Play) *Play {
		dynamodb.Transact(f, "Count and keep", []dynamodb.Part{
			dynamodb.PutNewIn(Plays, play),
			dynamodb.UpdateIn(Photos, &play.Song, func(p *Photo) []dynamodb.Change {
				return []dynamodb.Change{dynamodb.AddTo(&p.Views, new(1))}
			}),
			dynamodb.Check(Photos, new("cover"), func(p *Photo) dynamodb.Condition { return dynamodb.WhenExists(&p.ID) }),
		}, flow.Catch(dynamodb.Canceled, func(*flow.Caught) {}))
		return play
	}), "Count and keep")
	// Output:
	// {
	//   "TransactItems": [
	//     {
	//       "Put": {
	//         "TableName": "${Plays}",
	//         "Item": {
	//           "song": {
	//             "S": "{% $states.context.Execution.Input.song %}"
	//           },
	//           "at": {
	//             "S": "{% $states.context.Execution.Input.at %}"
	//           },
	//           "listener": {
	//             "S": "{% $states.context.Execution.Input.listener %}"
	//           },
	//           "seconds": {
	//             "N": "{% $string($states.context.Execution.Input.seconds) %}"
	//           }
	//         },
	//         "ConditionExpression": "attribute_not_exists(#key)",
	//         "ExpressionAttributeNames": {
	//           "#key": "song"
	//         }
	//       }
	//     },
	//     {
	//       "Update": {
	//         "TableName": "${Photos}",
	//         "Key": {
	//           "id": {
	//             "S": "{% $states.context.Execution.Input.song %}"
	//           }
	//         },
	//         "UpdateExpression": "ADD #views :views",
	//         "ExpressionAttributeNames": {
	//           "#views": "views"
	//         },
	//         "ExpressionAttributeValues": {
	//           ":views": {
	//             "N": "1"
	//           }
	//         }
	//       }
	//     },
	//     {
	//       "ConditionCheck": {
	//         "TableName": "${Photos}",
	//         "Key": {
	//           "id": {
	//             "S": "cover"
	//           }
	//         },
	//         "ConditionExpression": "attribute_exists(#id)",
	//         "ExpressionAttributeNames": {
	//           "#id": "id"
	//         }
	//       }
	//     }
	//   ]
	// }
}

// An item is replaced only by a newer one.
func ExamplePutIf() {
	show(flow.Standard("Keep", func(f *flow.Flow, photo *Photo) *Photo {
		dynamodb.PutIf(f, "Keep photo", Photos, photo, func(p *Photo) dynamodb.Condition {
			return dynamodb.WhenAny(dynamodb.WhenMissing(&p.ID), dynamodb.WhenBelow(&p.Views, &photo.Views))
		}, flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {}))
		return photo
	}), "Keep photo")
	// Output:
	// {
	//   "TableName": "${Photos}",
	//   "Item": {
	//     "id": {
	//       "S": "{% $states.context.Execution.Input.id %}"
	//     },
	//     "status": {
	//       "S": "{% $states.context.Execution.Input.status %}"
	//     },
	//     "views": {
	//       "N": "{% $string($states.context.Execution.Input.views) %}"
	//     }
	//   },
	//   "ConditionExpression": "attribute_not_exists(#id) OR #views < :views",
	//   "ExpressionAttributeNames": {
	//     "#id": "id",
	//     "#views": "views"
	//   },
	//   "ExpressionAttributeValues": {
	//     ":views": {
	//       "N": "{% $string($states.context.Execution.Input.views) %}"
	//     }
	//   }
	// }
}

func ExampleDelete() {
	show(flow.Standard("Forget", func(f *flow.Flow, play *Play) *Play {
		dynamodb.Delete(f, "Forget play", Plays, dynamodb.KeyOf(f, Plays, play))
		return play
	}), "Forget play")
	// Output:
	// {
	//   "TableName": "${Plays}",
	//   "Key": {
	//     "song": {
	//       "S": "{% $states.context.Execution.Input.song %}"
	//     },
	//     "at": {
	//       "S": "{% $states.context.Execution.Input.at %}"
	//     }
	//   }
	// }
}
