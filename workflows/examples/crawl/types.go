package crawl

// A Question is the input of CountExecutions.
type Question struct {
	Workflow string `json:"workflow"` // the state machine's ARN
}

// Counts are what CountExecutions gives.
type Counts struct {
	Pages         int    `json:"pages"`
	All           int    `json:"all"`
	Failed        int    `json:"failed"`
	NewestFailure string `json:"newestFailure"` // the execution's name; empty if there is none
}

// What Step Functions takes and gives, as far as it is used here.
type (
	// List is the request of listExecutions.
	List struct {
		Workflow *string `json:"StateMachineArn"`
		Most     *int    `json:"MaxResults"`
		Token    *string `json:"NextToken,omitempty"`
	}
	// Page is the answer.
	Page struct {
		Executions []Execution
		NextToken  string `json:",omitempty"`
	}
	// Execution is one of a page.
	Execution struct{ Name, Status string }
)
