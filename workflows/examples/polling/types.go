package polling

// An Interview is the input of Transcribe.
type Interview struct {
	ID        string `json:"id"`
	Language  string `json:"language"`  // as in en-GB
	Recording string `json:"recording"` // s3://bucket/key
}

// A Transcript is what Transcribe gives.
type Transcript struct {
	ID   string `json:"id"`
	Text string `json:"text"` // where it is
}

// What Amazon Transcribe takes and gives, as far as it is used here. The fields of requests are pointers, so that values
// of the workflow stand in them as they are.
type (
	// StartJob is the request of startTranscriptionJob.
	StartJob struct {
		Name     *string `json:"TranscriptionJobName"`
		Language *string `json:"LanguageCode"`
		Media    Media
	}
	// Media is what is transcribed.
	Media struct {
		URI *string `json:"MediaFileUri"`
	}
	// GetJob is the request of getTranscriptionJob.
	GetJob struct {
		Name *string `json:"TranscriptionJobName"`
	}
	// Job is the answer to both.
	Job struct{ TranscriptionJob TranscriptionJob }
	// TranscriptionJob tells how a job is getting on.
	TranscriptionJob struct {
		Status        string   `json:"TranscriptionJobStatus"` // QUEUED, IN_PROGRESS, COMPLETED or FAILED
		FailureReason string   `json:",omitempty"`             // of one that failed
		Transcript    TextFile `json:"Transcript,omitzero"`    // of one that is complete
	}
	// TextFile is where the text is.
	TextFile struct {
		URI string `json:"TranscriptFileUri"`
	}
)
